#include "plots/report_verdict.h"

#include "models/rows.h"
#include "plots/plots.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* An operator that takes more than this many times what its nearest limit allows is held up by
 * something else; one that passes a limit by as much was never held by it. */
static const double NEAR = 2;

/* What passes its peak by more than noise does not do the operations that are counted. */
static const double PASSED = 1.03;

typedef struct {
    char name[24];
    size_t count;
} limit_count;

typedef struct {
    limit_count limit[CB_CEILINGS_MAX];
    size_t limits, near, operators;
    const cb_boundness *best; /* nearest to the peak of its type */
    double best_share;
} tally;

typedef struct {
    char *text;
    size_t bytes, used;
} sentence;

static void say(sentence *s, const char *format, ...) CB_PRINTF(2, 3);

static void say(sentence *s, const char *format, ...)
{
    va_list args;
    if (s->used >= s->bytes)
        return;
    va_start(args, format);
    int more = vsnprintf(s->text + s->used, s->bytes - s->used, format, args);
    va_end(args);
    s->used += more > 0 ? (size_t)more : 0;
}

static const char *threads_text(int threads)
{
    return threads == 1 ? "thread" : "threads";
}

static void count_limit(tally *t, const char *name)
{
    size_t i = 0;
    while (i < t->limits && strcmp(t->limit[i].name, name) != 0)
        i++;
    if (i == CB_CEILINGS_MAX)
        return;
    if (i == t->limits)
        snprintf(t->limit[t->limits++].name, sizeof t->limit->name, "%s", name);
    t->limit[i].count++;
    t->near++;
}

/* Winograd's convolution does fewer operations than are counted: its rate says nothing of how near
 * arithmetic comes to the peak. */
static bool is_exemplary(const cb_boundness *b, double share)
{
    return share <= PASSED && !(b->op.variant && strstr(b->op.variant, "winograd"));
}

static void count_operator(tally *t, const cb_boundness *b)
{
    const cb_ceiling *compute = cb_ceilings_find(&b->ceilings, "compute");
    t->operators++;
    if (b->nearest < b->ceilings.count && b->ratio[b->nearest] < NEAR &&
        b->ratio[b->nearest] > 1 / NEAR)
        count_limit(t, b->ceilings.ceiling[b->nearest].name);
    double share = compute ? b->op.ops_per_s / compute->rate : 0;
    if (share <= t->best_share || !is_exemplary(b, share))
        return;
    t->best_share = share;
    t->best = b;
}

static int most_common_first(const void *a, const void *b)
{
    size_t x = ((const limit_count *)a)->count, y = ((const limit_count *)b)->count;
    return (x < y) - (x > y);
}

static void say_what_bounds(sentence *s, const char *limit)
{
    if (strcmp(limit, "compute") == 0)
        say(s, "Arithmetic");
    else if (strcmp(limit, "RAM") == 0)
        say(s, "Reading memory");
    else if (strcmp(limit, "L1 64-bit") == 0)
        say(s, "Reading the L1 with 64-bit loads");
    else
        say(s, "Reading the %s", limit);
}

static void say_limits(sentence *s, tally *t)
{
    if (!t->near) {
        say(s, "None of %zu operators comes within a factor of two of a limit. ", t->operators);
        return;
    }
    qsort(t->limit, t->limits, sizeof *t->limit, most_common_first);
    say_what_bounds(s, t->limit[0].name);
    say(s,
        " is what most often bounds the operators of this machine: %zu of %zu come within a "
        "factor of two of a limit, and the nearest is",
        t->near, t->operators);
    for (size_t i = 0; i < t->limits; i++)
        say(s, "%s %s for %zu", i ? "," : "", t->limit[i].name, t->limit[i].count);
    say(s, ". ");
}

static size_t most_binding(const cb_report_bindings *b, const bool *said)
{
    size_t most = CB_PART_COUNT;
    for (size_t i = 0; i < CB_PART_COUNT; i++)
        if (!said[i] && b->of[i] && (most == CB_PART_COUNT || b->of[i] > b->of[most]))
            most = i;
    return most;
}

/* "What takes most of the time is compute for 61 of 94 operators, ..." */
static void say_bindings(sentence *s, const cb_report_bindings *b)
{
    bool said[CB_PART_COUNT] = {false};
    say(s, "What takes most of the time is");
    for (size_t n = 0, i; (i = most_binding(b, said)) < CB_PART_COUNT; n++) {
        say(s, "%s %s for %zu", n ? "," : "", cb_part_name((cb_part)i), b->of[i]);
        if (!n)
            say(s, " of %zu operators that the time model follows", b->operators);
        said[i] = true;
    }
    say(s, ". ");
}

static void say_best(sentence *s, const tally *t)
{
    char shape[80];
    const cb_operator *op = &t->best->op;
    const char *layer = cb_row_text(op->row, "params.layer");
    cb_operator_shape(op, shape, sizeof shape);
    say(s, "The best operator reaches %.0f %% of its peak: %s", 100 * t->best_share, op->family);
    if (strcmp(cb_operator_name(op), op->family) != 0)
        say(s, " %s", cb_operator_name(op));
    say(s, " %s%s%s with %s on %d %s.", op->dtype, layer || *shape ? " " : "",
        layer ? layer : shape, cb_format_si(op->ops_per_s, cb_plot_ops_unit(op->dtype)).text,
        op->threads, threads_text(op->threads));
}

/* The peak of the first floating-point type, or of the first type there is. */
static void say_peak(sentence *s, const json_t *document, const cb_levels *levels)
{
    const char *dtypes[CB_DTYPES_MAX], *dtype = NULL;
    int threads[CB_THREADS_MAX];
    cb_roofline r, best = {.compute_count = 0};
    size_t count = cb_roofline_dtypes(document, levels->core_kind, dtypes, CB_DTYPES_MAX);
    for (size_t i = 0; i < count && !dtype; i++)
        dtype = strcmp(dtypes[i], "f32") == 0 ? dtypes[i] : NULL;
    dtype = dtype || !count ? dtype : dtypes[0];
    if (!dtype)
        return;
    count = cb_roofline_threads(document, levels, dtype, threads, CB_THREADS_MAX);
    for (size_t i = 0; i < count; i++) {
        cb_roofline_build(document, levels, dtype, threads[i], &r);
        if (cb_roofline_peak(&r) > cb_roofline_peak(&best))
            best = r;
    }
    if (best.compute_count)
        say(s, "Its %s peak is %s on %d %s. ", dtype,
            cb_format_si(cb_roofline_peak(&best), cb_plot_ops_unit(dtype)).text, best.threads,
            threads_text(best.threads));
}

static void say_bandwidths(sentence *s, const cb_levels *levels)
{
    bool any = false;
    for (size_t l = 0; l < levels->level_count; l++) {
        const cb_rate *rate = cb_levels_best_rate(levels, "read", l, CB_FORM_BEST);
        if (!rate)
            continue;
        say(s, "%s %s %s", any ? "," : "It reads", levels->level[l].name,
            cb_format_si(rate->bytes_per_s, "B/s").text);
        any = true;
    }
    if (any)
        say(s, ". ");
}

void cb_report_verdict(const json_t *document, const cb_levels *levels, const cb_boundness *bounds,
                       size_t count, const cb_report_bindings *bindings, char *text, size_t bytes)
{
    tally t = {.limits = 0};
    sentence s = {.text = text, .bytes = bytes};
    text[0] = 0;
    for (size_t i = 0; i < count; i++)
        if (cb_row_on_core(bounds[i].op.row, levels->core_kind))
            count_operator(&t, &bounds[i]);
    if (bindings->operators)
        say_bindings(&s, bindings);
    else if (t.operators)
        say_limits(&s, &t);
    else
        say(&s, "No operator was measured, so nothing is said to be bound. ");
    say_peak(&s, document, levels);
    if (!t.operators)
        say_bandwidths(&s, levels);
    if (t.best)
        say_best(&s, &t);
}
