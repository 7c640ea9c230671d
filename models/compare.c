#include "models/compare.h"

#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_SAMPLES = 5 };

/* ---- which rows belong together ---- */

/* Params that describe what came out or how often, not what was measured. */
static bool is_key(const char *name)
{
    static const char *const not_keys[] = {"macs", "chains", "steps", "level"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof not_keys / sizeof *not_keys; i++)
        if (strcmp(name, not_keys[i]) == 0)
            return false;
    return length < 7 || strcmp(name + length - 7, "_reason") != 0;
}

/* Sizes, operands and bounds that both boards' rows name; a board's cache has its own place, so the
 * level counts where no block is stated. */
static bool params_agree(const json_t *a, const json_t *b, bool across)
{
    const char *key;
    json_t *value;
    json_t *ours = json_object_get(a, "params"), *theirs = json_object_get(b, "params");
    json_object_foreach(ours, key, value)
    {
        json_t *other = json_object_get(theirs, key);
        bool unstated = !other || json_is_null(other) || json_is_null(value);
        if (!is_key(key) || (across && (unstated || strcmp(key, "block_bytes") == 0)))
            continue;
        bool numbers = json_is_number(value) && json_is_number(other);
        if (numbers ? json_number_value(value) != json_number_value(other)
                    : !json_equal(value, other))
            return false;
    }
    return true;
}

static bool texts_agree(const json_t *a, const json_t *b, const char *key)
{
    const char *x = cb_row_text(a, key), *y = cb_row_text(b, key);
    return x && y ? strcmp(x, y) == 0 : x == y;
}

/* A published peak names no form: it is a throughput. */
static bool forms_agree(const json_t *a, const json_t *b)
{
    const char *x = cb_row_text(a, "params.form"), *y = cb_row_text(b, "params.form");
    return strcmp(x ? x : "throughput", y ? y : "throughput") == 0;
}

/* Two documents, and what is asked of rows that stand for the same. */
typedef struct {
    bool across;
    int most_a, most_b; /* threads: all cores of each machine */
} matching;

static bool threads_agree(const matching *m, const json_t *a, const json_t *b)
{
    int x = cb_row_threads(a), y = cb_row_threads(b);
    return x == y || (m->across && x == m->most_a && y == m->most_b);
}

static bool are_partners(const matching *m, const json_t *a, const json_t *b)
{
    static const char *const always[] = {"family", "dtype"};
    static const char *const exact[] = {"kernel", "variant", "core_kind"};
    static const char *const boards[] = {"params.level", "params.pattern"};
    for (size_t i = 0; i < 2; i++)
        if (!texts_agree(a, b, always[i]) || (m->across && !texts_agree(a, b, boards[i])))
            return false;
    for (size_t i = 0; i < 3 && !m->across; i++)
        if (!texts_agree(a, b, exact[i]))
            return false;
    return threads_agree(m, a, b) && params_agree(a, b, m->across) &&
           params_agree(b, a, m->across) && (!m->across || forms_agree(a, b));
}

/* ---- figures ---- */

/* What both rows have, the most telling first. */
static const char *const figures[] = {"ops_per_s", "bytes_per_s", "latency_s", "time_s.median"};
enum { FIGURES = sizeof figures / sizeof *figures };

const char *cb_compare_figure(const json_t *a, const json_t *b)
{
    for (size_t i = 0; i < FIGURES; i++)
        if (cb_row_number(a, figures[i], 0) > 0 && cb_row_number(b, figures[i], 0) > 0)
            return figures[i];
    return NULL;
}

static bool is_rate(const char *figure)
{
    return figure == figures[0] || figure == figures[1];
}

/* Time of b over time of a; 0: they have no figure in common. */
static double time_ratio(const json_t *a, const json_t *b)
{
    const char *figure = cb_compare_figure(a, b);
    if (!figure)
        return 0;
    double x = cb_row_number(a, figure, 0), y = cb_row_number(b, figure, 0);
    return is_rate(figure) ? x / y : y / x;
}

static bool has_figure(const json_t *row)
{
    return cb_row_ok(row) && cb_compare_figure(row, row);
}

/* ---- the interval ---- */

typedef struct {
    double median, low, high;
} spread;

/* The 95 % interval of the median, from the order of the undisturbed samples (base/stats.h). */
static bool spread_of(const json_t *row, spread *of)
{
    const json_t *time = json_object_get(row, "time_s");
    *of = (spread){cb_row_number(time, "median", 0), cb_row_number(time, "ci_low", 0),
                   cb_row_number(time, "ci_high", 0)};
    return json_array_size(json_object_get(time, "samples")) >= FEWEST_SAMPLES && of->low > 0 &&
           of->median >= of->low && of->high >= of->median;
}

/* The ratio's from the two medians', each side for itself: G. Y. Zou, A. Donner, "Construction of
 * confidence limits about effect measures", Statistics in Medicine 27(10), 2008, on logarithms. */
static bool interval(const json_t *a, const json_t *b, double ratio, cb_pair *pair)
{
    spread x, y;
    if (!spread_of(a, &x) || !spread_of(b, &y))
        return false;
    pair->low = ratio * exp(-hypot(log(y.median / y.low), log(x.high / x.median)));
    pair->high = ratio * exp(hypot(log(y.high / y.median), log(x.median / x.low)));
    return true;
}

static void judge(cb_pair *pair, double threshold)
{
    pair->ratio = time_ratio(pair->a, pair->b);
    if (!interval(pair->a, pair->b, pair->ratio, pair))
        pair->change = CB_CHANGE_UNKNOWN;
    else if (pair->low > 1 + threshold)
        pair->change = CB_CHANGE_SLOWER;
    else if (pair->high < 1 - threshold)
        pair->change = CB_CHANGE_FASTER;
}

/* ---- all rows ---- */

static int most_threads(const json_t *document)
{
    int most = 1;
    for (size_t i = 0; i < cb_results_count(document); i++)
        if (has_figure(cb_results_row(document, i)))
            most = cb_row_threads(cb_results_row(document, i)) > most
                       ? cb_row_threads(cb_results_row(document, i))
                       : most;
    return most;
}

/* The partner of row `a` in document b: the first that is free, or, across boards, the fastest. */
static const json_t *partner_of(const json_t *a, const json_t *b, const matching *m, bool *taken)
{
    const json_t *best = NULL;
    size_t at = 0;
    for (size_t i = 0; i < cb_results_count(b); i++) {
        const json_t *row = cb_results_row(b, i);
        if (taken[i] || !has_figure(row) || (best && !m->across) || !are_partners(m, a, row) ||
            !cb_compare_figure(a, row) || (best && !(time_ratio(best, row) < 1)))
            continue;
        best = row;
        at = i;
    }
    if (best && !m->across)
        taken[at] = true;
    return best;
}

/* Across boards only the fastest of the rows that could stand for each other. */
static bool is_outdone(const json_t *document, size_t index)
{
    const matching same = {.across = true};
    const json_t *row = cb_results_row(document, index);
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *other = cb_results_row(document, i);
        if (i == index || !has_figure(other) || !are_partners(&same, row, other))
            continue;
        double ratio = time_ratio(row, other);
        if (ratio > 0 && (ratio < 1 || (ratio == 1 && i < index)))
            return true;
    }
    return false;
}

static void match_all(const json_t *a, const json_t *b, bool across, double threshold, bool *taken,
                      cb_comparison *c)
{
    const matching m = {across, most_threads(a), most_threads(b)};
    for (size_t i = 0; i < cb_results_count(a); i++) {
        const json_t *row = cb_results_row(a, i);
        if (!has_figure(row) || (across && is_outdone(a, i)))
            continue;
        cb_pair pair = {.a = row, .b = partner_of(row, b, &m, taken)};
        if (!pair.b) {
            c->only_a++;
            continue;
        }
        judge(&pair, threshold);
        c->faster += pair.change == CB_CHANGE_FASTER;
        c->slower += pair.change == CB_CHANGE_SLOWER;
        c->pairs[c->count++] = pair;
    }
    for (size_t i = 0; i < cb_results_count(b) && !across; i++)
        c->only_b += !taken[i] && has_figure(cb_results_row(b, i));
}

cb_status cb_compare(const json_t *a, const json_t *b, bool across, double threshold, cb_error *err,
                     cb_comparison *comparison)
{
    cb_comparison c = {.count = 0};
    if (cb_results_emulated(a) != cb_results_emulated(b))
        return cb_fail(err, CB_UNSUPPORTED,
                       "one document was measured under an emulator and the other on a machine; "
                       "their times say nothing about each other");
    c.pairs = calloc(cb_results_count(a) + 1, sizeof *c.pairs);
    bool *taken = calloc(cb_results_count(b) + 1, sizeof *taken);
    cb_status status = CB_OK;
    if (c.pairs && taken)
        match_all(a, b, across, threshold, taken, &c);
    else
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the comparison");
    free(taken);
    if (status)
        cb_comparison_free(&c);
    else
        *comparison = c;
    return status;
}

void cb_comparison_free(cb_comparison *comparison)
{
    free(comparison->pairs);
    comparison->pairs = NULL;
    comparison->count = 0;
}

/* ---- environments ---- */

static void text_of(const json_t *value, char *text, size_t bytes)
{
    char *dumped = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    const char *plain = json_string_value(value);
    snprintf(text, bytes, "%s", plain ? plain : dumped ? dumped : "not stated");
    free(dumped);
}

size_t cb_compare_environments(const json_t *a, const json_t *b,
                               void (*tell)(void *to, const char *line), void *to)
{
    static const char *const keys[][2] = {
        {"machine", "name"},
        {"machine", "cpu_model"},
        {"machine", "os"},
        {"machine", "kernel"},
        {"machine", "isa"},
        {"environment", "governor"},
        {"environment", "boost"},
        {"environment", "virtual_machine"},
        {"environment", "throttled"},
        {"environment", "transparent_huge_pages"},
        {"environment", "cgroup_cpus"},
        {"tool", "version"},
        {"tool", "git_commit"},
        {"tool", "compiler"},
        {"tool", "flags"},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char line[400], x[160], y[160];
        const json_t *of_a =
            json_object_get(json_object_get(json_object_get(a, "context"), keys[i][0]), keys[i][1]);
        const json_t *of_b =
            json_object_get(json_object_get(json_object_get(b, "context"), keys[i][0]), keys[i][1]);
        if (of_a == of_b || json_equal(of_a, of_b))
            continue;
        text_of(of_a, x, sizeof x);
        text_of(of_b, y, sizeof y);
        snprintf(line, sizeof line, "%s: %s, %s", keys[i][1], x, y);
        tell(to, line);
        count++;
    }
    return count;
}
