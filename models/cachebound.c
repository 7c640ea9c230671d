#include "models/cachebound.h"

#include "models/klein.h"
#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_t *limits_of(const json_t *document, const char *core_kind)
{
    size_t i;
    json_t *core;
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    json_array_foreach(json_object_get(machine, "cores"), i, core)
    {
        if (!core_kind || cb_row_is(core, "kind", core_kind))
            return json_object_get(core, "limits");
    }
    return NULL;
}

/* Operations that one core starts in a cycle, from its table; 0: not known for this type. */
static double ops_per_cycle(const json_t *limits, const char *dtype)
{
    static const struct {
        const char *dtype, *limit;
        double ops;
    } classes[] = {
        {"f32", "fma_128", 8},      {"f32", "fma_256", 16},     {"f32", "fma_512", 32},
        {"f64", "fma_128", 4},      {"f64", "fma_256", 8},      {"f64", "fma_512", 16},
        {"s8", "int8_dot_128", 32}, {"s8", "int8_dot_256", 64}, {"s8", "int8_dot_512", 128},
    };
    double best = 0;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].dtype, dtype) == 0)
            best = fmax(best, classes[i].ops * cb_row_number(limits, classes[i].limit, 0));
    return best;
}

static void add(cb_ceilings *c, cb_ceiling_kind kind, const char *name, double rate,
                cb_origin origin, const char *kernel)
{
    if (c->count == CB_CEILINGS_MAX || !(rate > 0))
        return;
    cb_ceiling *ceiling = &c->ceiling[c->count++];
    *ceiling = (cb_ceiling){.kind = kind, .rate = rate, .origin = origin, .kernel = kernel};
    snprintf(ceiling->name, sizeof ceiling->name, "%s%s", name,
             kind == CB_CEILING_NARROW ? " 64-bit" : "");
}

static bool has(const cb_ceilings *c, cb_ceiling_kind kind, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->ceiling[i].kind == kind && (!name || strncmp(c->ceiling[i].name, name, 2) == 0))
            return true;
    return false;
}

/* ---- peaks beside operators ---- */

enum { BESIDE_MAX = 256 };

/* The highest peak that was measured beside operators of one type, thread count and kind of core,
 * at the clock that they had; in a document of operators alone there is no other. */
typedef struct {
    const char *dtype, *core_kind;
    int threads;
    cb_compute_roof roof;
} beside;

typedef struct {
    beside of[BESIDE_MAX];
    size_t count;
} besides;

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static beside *find_or_add(besides *all, const beside *wanted)
{
    for (size_t i = 0; i < all->count; i++) {
        beside *b = &all->of[i];
        if (b->threads == wanted->threads && same_text(b->dtype, wanted->dtype) &&
            same_text(b->core_kind, wanted->core_kind))
            return b;
    }
    if (all->count == BESIDE_MAX)
        return NULL;
    all->of[all->count] = *wanted;
    return &all->of[all->count++];
}

static void find_besides(const json_t *document, besides *all)
{
    all->count = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        double peak = cb_row_number(row, "peak_ops_per_s", 0);
        if (!(peak > 0) || !cb_row_ok(row))
            continue;
        beside wanted = {.dtype = cb_row_text(row, "dtype"),
                         .core_kind = cb_row_text(row, "core_kind"),
                         .threads = cb_row_threads(row),
                         .roof = {.origin = CB_ORIGIN_MEASURED}};
        beside *found = find_or_add(all, &wanted);
        if (!found || !(peak > found->roof.ops_per_s))
            continue;
        found->roof.ops_per_s = peak;
        found->roof.kernel = cb_row_text(row, "peak_kernel");
    }
}

static cb_compute_roof peak_beside(const besides *all, const char *core_kind, const cb_operator *op)
{
    cb_compute_roof best = {.ops_per_s = 0, .origin = CB_ORIGIN_MEASURED};
    for (size_t i = 0; i < all->count; i++) {
        const beside *b = &all->of[i];
        bool on_core = !core_kind || !b->core_kind || strcmp(b->core_kind, core_kind) == 0;
        if (on_core && b->threads == op->threads && same_text(b->dtype, op->dtype) &&
            b->roof.ops_per_s > best.ops_per_s)
            best = b->roof;
    }
    return best;
}

/* ---- ceilings of an operator ---- */

static void add_measured(cb_ceilings *c, const cb_roofline *r, cb_compute_roof best)
{
    bool has_peak = r->compute_count && r->compute[0].ops_per_s > best.ops_per_s;
    cb_compute_roof peak = has_peak ? r->compute[0] : best;
    add(c, CB_CEILING_COMPUTE, "compute", peak.ops_per_s, peak.origin, peak.kernel);
    for (size_t m = 0; m < r->memory_count; m++)
        add(c, r->memory[m].form == CB_FORM_NARROW ? CB_CEILING_NARROW : CB_CEILING_LEVEL,
            r->memory[m].level, r->memory[m].bytes_per_s, r->memory[m].origin, r->memory[m].kernel);
}

/* What the core's table says where nothing was measured. */
static void add_limits(cb_ceilings *c, const json_t *limits, int threads)
{
    double cycles_per_s = c->clock_hz * threads;
    if (!has(c, CB_CEILING_COMPUTE, NULL))
        add(c, CB_CEILING_COMPUTE, "compute", c->theoretical_ops_per_s, CB_ORIGIN_LIMIT, NULL);
    if (!has(c, CB_CEILING_LEVEL, "L1"))
        add(c, CB_CEILING_LEVEL, "L1",
            cb_row_number(limits, "load_bytes_per_cycle", 0) * cycles_per_s, CB_ORIGIN_LIMIT, NULL);
    if (!has(c, CB_CEILING_NARROW, NULL))
        add(c, CB_CEILING_NARROW, "L1",
            cb_row_number(limits, "load_x64_bytes_per_cycle", 0) * cycles_per_s, CB_ORIGIN_LIMIT,
            NULL);
}

static int rank(const cb_ceiling *c)
{
    if (c->kind == CB_CEILING_COMPUTE)
        return 0;
    if (c->name[0] == 'L')
        return 2 * (c->name[1] - '0') + (c->kind == CB_CEILING_NARROW);
    return 100;
}

static int by_distance(const void *a, const void *b)
{
    return rank(a) - rank(b);
}

/* The clock that published peaks of the type and thread count were measured at, as stated, or as
 * the peak itself tells on a core that is known. */
static double peak_clock(const json_t *document, const char *core_kind, const cb_operator *op,
                         const cb_roofline *r, double per_cycle)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (cb_row_ok(row) && cb_row_is(row, "family", "peak") && cb_row_on_core(row, core_kind) &&
            cb_row_is(row, "dtype", op->dtype) && cb_row_threads(row) == op->threads &&
            cb_row_number(row, "clock_hz", 0) > 0)
            return cb_row_number(row, "clock_hz", 0);
    }
    return per_cycle > 0 ? cb_roofline_peak(r) / per_cycle / op->threads : 0;
}

/* What the machine's ceilings are made of: its rows of peaks and bandwidths, and peaks beside its
 * operators. */
typedef struct {
    json_t *document;
    besides beside;
} roofs;

static void ceilings_for(const roofs *machine, const cb_levels *levels, const cb_operator *op,
                         cb_ceilings *ceilings)
{
    const json_t *document = machine->document;
    cb_ceilings c = {.count = 0};
    cb_roofline r;
    const json_t *limits = limits_of(document, levels->core_kind);
    double per_cycle = ops_per_cycle(limits, op->dtype);
    cb_roofline_build(document, levels, op->dtype, op->threads, &r);
    double clock_hz = peak_clock(document, levels->core_kind, op, &r, per_cycle);
    bool other_clock = op->published && op->clock_hz > 0 &&
                       !(clock_hz > 0 && fabs(op->clock_hz / clock_hz - 1) < 0.01);
    c.clock_hz = other_clock || !(clock_hz > 0) ? op->clock_hz : clock_hz;
    c.theoretical_ops_per_s = per_cycle * c.clock_hz * op->threads;
    if (!other_clock)
        add_measured(&c, &r, peak_beside(&machine->beside, levels->core_kind, op));
    add_limits(&c, limits, op->threads);
    qsort(c.ceiling, c.count, sizeof *c.ceiling, by_distance);
    *ceilings = c;
}

double cb_ceiling_ops(const cb_ceiling *ceiling, double element_bytes)
{
    return ceiling->kind == CB_CEILING_COMPUTE ? ceiling->rate
                                               : cb_klein_bound(element_bytes, ceiling->rate);
}

const cb_ceiling *cb_ceilings_find(const cb_ceilings *ceilings, const char *name)
{
    for (size_t i = 0; i < ceilings->count; i++)
        if (strcmp(ceilings->ceiling[i].name, name) == 0)
            return &ceilings->ceiling[i];
    return NULL;
}

static void hold_against(cb_boundness *b)
{
    double nearest = INFINITY;
    b->required_bytes_per_s = cb_klein_required_bandwidth(b->op.ops_per_s, b->op.element_bytes);
    b->nearest = b->ceilings.count;
    for (size_t i = 0; i < b->ceilings.count; i++) {
        /* Rates, not times: HPL's rows have no size. */
        b->ratio[i] =
            cb_ceiling_ops(&b->ceilings.ceiling[i], b->op.element_bytes) / b->op.ops_per_s;
        double distance = fabs(log(b->ratio[i]));
        if (distance >= nearest)
            continue;
        nearest = distance;
        b->nearest = i;
    }
}

/* ---- a whole document ---- */

enum { KINDS_MAX = 16 };

typedef struct {
    const char *kind[KINDS_MAX];
    cb_levels levels[KINDS_MAX];
    size_t count;
} kinds;

static cb_status find_kinds(const json_t *machine, const roofs *r, cb_error *err, kinds *k)
{
    const char *names[KINDS_MAX];
    size_t count = cb_rows_core_kinds(machine, names, KINDS_MAX);
    for (k->count = 0; k->count < count; k->count++) {
        k->kind[k->count] = names[k->count];
        cb_status status = cb_levels_find(r->document, names[k->count], err, &k->levels[k->count]);
        if (status)
            return status;
    }
    return CB_OK;
}

static void free_kinds(kinds *k)
{
    for (size_t i = 0; i < k->count; i++)
        cb_levels_free(&k->levels[i]);
}

/* The machine's kind of the same name; another machine's first kind, its fastest. */
static const cb_levels *levels_for(const kinds *k, const cb_operator *op)
{
    for (size_t i = 0; i < k->count; i++)
        if (!op->core_kind || !k->kind[i] || strcmp(op->core_kind, k->kind[i]) == 0)
            return &k->levels[i];
    return &k->levels[0];
}

/* Operators that the same ceilings stand over. Clocks of measured ones differ from row to row by
 * nothing but noise. */
static bool same_ceilings(const cb_operator *a, const cb_operator *b)
{
    bool kinds_agree = a->core_kind && b->core_kind ? strcmp(a->core_kind, b->core_kind) == 0
                                                    : a->core_kind == b->core_kind;
    return kinds_agree && a->threads == b->threads && strcmp(a->dtype, b->dtype) == 0 &&
           a->published == b->published && (!a->published || a->clock_hz == b->clock_hz);
}

/* An operator before number `n` whose ceilings are the same, or `n`. */
static size_t find_same(const cb_boundness *bounds, size_t n)
{
    size_t i = n;
    while (i-- > 0)
        if (same_ceilings(&bounds[i].op, &bounds[n].op))
            return i;
    return n;
}

static cb_status find_all(const json_t *document, const roofs *machine, bool is_own, const kinds *k,
                          cb_error *err, cb_boundness **bounds, size_t *count)
{
    size_t rows = cb_results_count(document), n = 0;
    cb_boundness *found = calloc(rows + 1, sizeof *found);
    if (!found)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the model of %zu rows", rows);
    for (size_t i = 0; i < rows; i++) {
        cb_boundness *b = &found[n];
        if (!cb_operator_read(cb_results_row(document, i), &b->op))
            continue;
        size_t same = find_same(found, n++);
        cb_operator elsewhere = b->op;
        elsewhere.published &= is_own; /* another machine has a clock of its own */
        if (same + 1 < n)
            b->ceilings = found[same].ceilings;
        else
            ceilings_for(machine, levels_for(k, &b->op), &elsewhere, &b->ceilings);
        hold_against(b);
    }
    *bounds = found;
    *count = n;
    return CB_OK;
}

cb_status cb_cachebound_find(const json_t *document, const json_t *machine, cb_error *err,
                             cb_boundness **bounds, size_t *count)
{
    kinds k = {.count = 0};
    if (cb_results_emulated(document))
        return cb_fail(err, CB_UNSUPPORTED,
                       "the document was measured under an emulator, whose times are not modelled "
                       "as measurements; run cachebound on the machine itself");
    roofs *r = calloc(1, sizeof *r);
    if (!r || !(r->document = cb_rows_ceilings(machine))) {
        free(r);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the machine's ceilings");
    }
    find_besides(machine, &r->beside);
    cb_status status = find_kinds(machine, r, err, &k);
    if (!status)
        status = find_all(document, r, document == machine, &k, err, bounds, count);
    free_kinds(&k);
    json_decref(r->document);
    free(r);
    return status;
}
