#include "cli/bitserial_advise.h"

#include "results/results.h"

#include <stdbool.h>
#include <string.h>

enum { WAYS = 4, WORDS = 512 };

/* Of what the same peak kernel reached beside another row. */
static const double LEAST_OF_PEAK = 0.85;

static const char *const names[WAYS] = {"bit-serial", "lut", "int8", "f32"};

/* A bitserial row's problem: a product, or a layer. */
typedef struct {
    const char *layer; /* NULL: a product */
    double m, n, k, threads, w, a;
} problem;

static problem problem_of(const json_t *row)
{
    return (problem){.layer = cb_row_text(row, "params.layer"),
                     .m = cb_row_number(row, "params.m", 0),
                     .n = cb_row_number(row, "params.n", 0),
                     .k = cb_row_number(row, "params.k", 0),
                     .threads = cb_row_number(row, "threads", 0),
                     .w = cb_row_number(row, "params.w_bits", 0),
                     .a = cb_row_number(row, "params.a_bits", 0)};
}

static bool is(const json_t *row, const char *path, const char *word)
{
    const char *text = cb_row_text(row, path);
    return text && strcmp(text, word) == 0;
}

static bool same_shape(const problem *x, const problem *y)
{
    if (!x->layer != !y->layer || x->threads != y->threads)
        return false;
    return x->layer ? strcmp(x->layer, y->layer) == 0
                    : x->m == y->m && x->n == y->n && x->k == y->k;
}

/* The way that a row measures of a problem; WAYS when it is none. */
static int way_of(const json_t *row, const problem *wanted)
{
    problem p = problem_of(row);
    if (!is(row, "status", "ok") || !same_shape(&p, wanted))
        return WAYS;
    if (is(row, "family", "bitserial") && p.w == wanted->w && p.a == wanted->a) {
        if (is(row, "variant", "tuned"))
            return 0;
        return is(row, "variant", "lut") ? 1 : WAYS;
    }
    bool rival = p.layer ? is(row, "family", "conv")
                         : is(row, "family", "gemm") && is(row, "variant", "tuned");
    if (!rival)
        return WAYS;
    if (is(row, "dtype", "s8") || is(row, "dtype", "u8s8"))
        return 2;
    return is(row, "dtype", "f32") ? 3 : WAYS;
}

/* ---- rows that a neighbour disturbed ---- */

/* What the peak kernel reached in turn with the row: one-bit products for bit planes. 0: unknown.
 */
static double peak_of(const json_t *row)
{
    double pairs = 1, peak = cb_row_number(row, "peak_ops_per_s", 0);
    if (is(row, "family", "bitserial"))
        pairs = cb_row_number(row, "params.w_bits", 1) * cb_row_number(row, "params.a_bits", 1);
    return is(row, "status", "ok") ? peak * pairs : 0;
}

/* Whether the rows' peaks are of the same kernel and threads. */
static bool same_peak(const json_t *x, const json_t *y)
{
    const char *type = is(x, "family", "bitserial") ? "isa" : "dtype", *word = cb_row_text(x, type);
    return word && is(y, "family", cb_row_text(x, "family")) && is(y, type, word) &&
           cb_row_number(x, "threads", 0) == cb_row_number(y, "threads", 0);
}

static bool is_disturbed(const json_t *document, const json_t *row)
{
    double own = peak_of(row);
    for (size_t i = 0; own > 0 && i < cb_results_count(document); i++) {
        const json_t *other = cb_results_row(document, i);
        if (same_peak(row, other) && own < LEAST_OF_PEAK * peak_of(other))
            return true;
    }
    return false;
}

bool cb_bits_advice_is_disturbed(const json_t *document)
{
    for (size_t i = 0; i < cb_results_count(document); i++)
        if (is_disturbed(document, cb_results_row(document, i)))
            return true;
    return false;
}

/* ---- choosing ---- */

/* The best rate of each way; returns the fastest one, or -1. */
static int rates_of(const json_t *document, const problem *p, double rates[WAYS], bool *disturbed)
{
    int best = -1;
    *disturbed = false;
    for (int way = 0; way < WAYS; way++)
        rates[way] = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        int way = way_of(row, p);
        double rate = cb_row_number(row, "ops_per_s", 0);
        if (way < WAYS && rate > rates[way]) {
            rates[way] = rate;
            *disturbed = *disturbed || is_disturbed(document, row);
        }
    }
    for (int way = 0; way < WAYS; way++)
        if (rates[way] > 0 && (best < 0 || rates[way] > rates[best]))
            best = way;
    return best;
}

/* Whether the row opens a problem: one for each pair of widths, its tuned row. */
static bool opens(const json_t *row)
{
    return is(row, "family", "bitserial") && is(row, "variant", "tuned");
}

static void append(char words[WORDS], const problem *p)
{
    size_t used = strlen(words);
    snprintf(words + used, WORDS - used, "%s%.0fx%.0f", used ? ", " : "", p->w, p->a);
}

static void print_rates(const problem *p, const double rates[WAYS], int best, bool disturbed,
                        FILE *out)
{
    fprintf(out, "%.0fx%.0f ", p->w, p->a);
    for (int way = 0; way < WAYS; way++) {
        if (rates[way] > 0)
            fprintf(out, "  %9.1f", rates[way] / 1e9);
        else
            fprintf(out, "  %9s", "-");
    }
    fprintf(out, "  %s%s\n", best < 0 ? "-" : names[best], disturbed ? " *" : "");
}

static void print_title(const problem *shape, FILE *out)
{
    const char *s = shape->threads > 1 ? "s" : "";
    if (shape->layer)
        fprintf(out, "\n%s, %.0f thread%s, GOP/s\n", shape->layer, shape->threads, s);
    else
        fprintf(out, "\n%.0f x %.0f x %.0f, %.0f thread%s, GOP/s\n", shape->m, shape->n, shape->k,
                shape->threads, s);
}

/* All widths of the shape that the row at `first` opens. */
static void advise_shape(const json_t *document, size_t first, FILE *out)
{
    problem shape = problem_of(cb_results_row(document, first));
    char wins[WAYS][WORDS] = {{0}};
    print_title(&shape, out);
    fprintf(out, "bits  %9s  %9s  %9s  %9s  fastest\n", names[0], names[1], names[2], names[3]);
    for (size_t i = first; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        problem p = problem_of(row);
        double rates[WAYS];
        bool disturbed;
        if (!opens(row) || !same_shape(&p, &shape))
            continue;
        int best = rates_of(document, &p, rates, &disturbed);
        print_rates(&p, rates, best, disturbed, out);
        if (best >= 0)
            append(wins[best], &p);
    }
    for (int way = 0; way < WAYS; way++)
        if (*wins[way])
            fprintf(out, "%s is the fastest at %s\n", names[way], wins[way]);
    if (!*wins[0])
        fprintf(out, "bit-serial loses at every pair of widths that was measured\n");
}

static bool is_known(const json_t *document, size_t index)
{
    problem p = problem_of(cb_results_row(document, index));
    for (size_t i = 0; i < index; i++) {
        problem before = problem_of(cb_results_row(document, i));
        if (opens(cb_results_row(document, i)) && same_shape(&p, &before))
            return true;
    }
    return false;
}

void cb_bits_advise(const json_t *document, FILE *out)
{
    fprintf(out, "bits are those of weights x activations; each product packs its activations\n");
    for (size_t i = 0; i < cb_results_count(document); i++)
        if (opens(cb_results_row(document, i)) && !is_known(document, i))
            advise_shape(document, i, out);
    if (cb_bits_advice_is_disturbed(document))
        fprintf(out, "* while a way was measured the core gave less than %.0f %% of its peak\n",
                LEAST_OF_PEAK * 100);
}
