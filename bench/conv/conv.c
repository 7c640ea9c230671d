#include "bench/conv/conv.h"

#include "bench/conv/group.h"
#include "bench/conv/quantized_contest.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 32 };

typedef enum { F32, S8, U8S8, TYPES } type;

static const char *const type_names[] = {"f32", "s8", "u8s8"};

/* The whole run. */
typedef struct {
    const cb_bench *bench;
    const cb_conv_options *options;
    bool wants[CB_CONV_GROUP_VARIANTS];
    bool wants_quantized[CB_CONV_GROUP_VARIANTS];
    bool types[TYPES];
    bool layouts[TYPES][2];
    size_t done, total;
} run;

const char *cb_conv_variant_name(size_t index, const char **what)
{
    if (index >= cb_conv_variant_count)
        return NULL;
    *what = cb_conv_variants[index]->what;
    return cb_conv_variants[index]->name;
}

const char *cb_conv_quantized_variant_name(size_t index, const char **what)
{
    if (index >= cb_quantized_variant_count)
        return NULL;
    *what = cb_quantized_variants[index]->what;
    return cb_quantized_variants[index]->name;
}

/* ---- options ---- */

/* The next word of a comma list; NULL at the end. */
static const char *next_word(const char *at, char word[WORD])
{
    size_t length = strcspn(at, ",");
    snprintf(word, WORD, "%.*s", (int)(length < WORD ? length : WORD - 1), at);
    return at[length] ? at + length + 1 : NULL;
}

static bool is_known(const char *name)
{
    bool known = false;
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        known |= strcmp(cb_conv_variants[i]->name, name) == 0;
    return known;
}

static cb_status unknown_variant(const char *word, cb_error *err)
{
    char known[240] = "";
    for (size_t i = 0; i < cb_conv_variant_count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s, ", cb_conv_variants[i]->name);
    }
    for (size_t i = 0; i < cb_quantized_variant_count; i++) {
        size_t used = strlen(known);
        if (!is_known(cb_quantized_variants[i]->name))
            snprintf(known + used, sizeof known - used, "%s, ", cb_quantized_variants[i]->name);
    }
    return cb_fail(err, CB_USAGE, "--variant: '%s' is no implementation; there are %sall", word,
                   known);
}

static cb_status want_variant(run *r, const char *word, cb_error *err)
{
    bool all = strcmp(word, "all") == 0, found = all;
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        if (all || strcmp(word, cb_conv_variants[i]->name) == 0)
            found = r->wants[i] = true;
    for (size_t i = 0; i < cb_quantized_variant_count; i++)
        if (all || strcmp(word, cb_quantized_variants[i]->name) == 0)
            found = r->wants_quantized[i] = true;
    return found ? CB_OK : unknown_variant(word, err);
}

static cb_status parse_variants(run *r, cb_error *err)
{
    char word[WORD];
    cb_status status = CB_OK;
    const char *list = r->options->variants;
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        r->wants[i] = !list && strcmp(cb_conv_variants[i]->name, "naive") != 0;
    for (size_t i = 0; i < cb_quantized_variant_count; i++)
        r->wants_quantized[i] = !list && strcmp(cb_quantized_variants[i]->name, "naive") != 0;
    for (const char *at = list; at && status == CB_OK;) {
        at = next_word(at, word);
        status = want_variant(r, word, err);
    }
    return status;
}

static void want_layout(run *r, cb_conv_layout layout)
{
    for (int t = F32; t < TYPES; t++)
        r->layouts[t][layout] = true;
}

/* Where nothing is said, what frameworks keep numbers of a type in. */
static void default_layouts(run *r)
{
    r->layouts[F32][CB_CONV_NCHW] = true;
    r->layouts[S8][CB_CONV_NHWC] = true;
    r->layouts[U8S8][CB_CONV_NHWC] = true;
}

static cb_status parse_layouts(run *r, cb_error *err)
{
    char word[WORD];
    if (!r->options->layouts)
        default_layouts(r);
    for (const char *at = r->options->layouts; at;) {
        at = next_word(at, word);
        if (strcmp(word, "nchw") == 0)
            want_layout(r, CB_CONV_NCHW);
        else if (strcmp(word, "nhwc") == 0)
            want_layout(r, CB_CONV_NHWC);
        else
            return cb_fail(err, CB_USAGE, "--layout: '%s' is neither nchw nor nhwc", word);
    }
    return CB_OK;
}

static cb_status parse_dtypes(run *r, cb_error *err)
{
    char word[WORD];
    for (const char *at = r->options->dtypes ? r->options->dtypes : "f32"; at;) {
        bool found = false;
        at = next_word(at, word);
        for (int t = F32; t < TYPES; t++)
            if (strcmp(word, type_names[t]) == 0 || strcmp(word, "all") == 0)
                found = r->types[t] = true;
        if (!found)
            return cb_fail(err, CB_USAGE, "--dtype: convolution has f32, s8 and u8s8, not '%s'",
                           word);
    }
    return CB_OK;
}

/* ---- running ---- */

/* Operands, packed weights of every implementation and their copies, roughly. */
static double bytes_needed(const cb_layer *l)
{
    double in = (double)cb_layer_input_elems(l), out = (double)cb_layer_output_elems(l);
    return sizeof(float) * (3 * in + 3 * out + 12 * (double)cb_layer_weight_elems(l));
}

/* A reason not to measure a layer at all, or false. */
static bool is_too_large(const cb_bench *bench, const cb_layer *l, char *reason, size_t bytes)
{
    cb_fact available = bench->machine->ram_available_bytes;
    double needed = bytes_needed(l);
    if (available.reason || needed <= 0.9 * available.value)
        return false;
    snprintf(reason, bytes, "its operands need about %s, and %s of memory are free",
             cb_format_bytes((uint64_t)needed).text,
             cb_format_bytes((uint64_t)available.value).text);
    return true;
}

static cb_status skip_layer(const cb_conv_group *group, const char *reason, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < group->variant_count && status == CB_OK; i++)
        status = cb_conv_skip(group, group->variants[i], reason, err);
    return status;
}

static void tell(run *r, const cb_conv_group *group, type t)
{
    char what[128];
    snprintf(what, sizeof what, "conv %s %s %s, %d thread%s", group->named->name, type_names[t],
             cb_conv_layout_name(group->problem.layout), group->problem.threads,
             group->problem.threads > 1 ? "s" : "");
    if (r->bench->progress)
        r->bench->progress(r->bench->sink, r->done, r->total, what);
    r->done++;
}

static cb_status run_quantized(const run *r, const cb_conv_group *group, type t, const char *reason,
                               cb_error *err)
{
    cb_quantized_contest contest = {.group = group, .is_signed = t == S8};
    for (size_t i = 0; i < cb_quantized_variant_count; i++)
        if (r->wants_quantized[i])
            contest.variants[contest.variant_count++] = cb_quantized_variants[i];
    return reason ? cb_quantized_skip(&contest, reason, err) : cb_quantized_measure(&contest, err);
}

/* `reason`: why it cannot be run, or NULL. */
static cb_status run_layer(run *r, cb_conv_group *group, type t, const char *reason, cb_error *err)
{
    char too_large[128];
    tell(r, group, t);
    if (!reason && is_too_large(r->bench, &group->problem.layer, too_large, sizeof too_large))
        reason = too_large;
    if (t != F32)
        return run_quantized(r, group, t, reason, err);
    return reason ? skip_layer(group, reason, err) : cb_conv_measure_group(group, err);
}

/* One layer in the types and layouts that are wanted. */
static cb_status run_forms(run *r, cb_conv_group *group, const char *reason, cb_error *err)
{
    cb_status status = CB_OK;
    for (int t = F32; t < TYPES; t++)
        for (int layout = CB_CONV_NCHW; layout <= CB_CONV_NHWC && status == CB_OK; layout++) {
            if (!r->types[t] || !r->layouts[t][layout])
                continue;
            group->problem.layout = (cb_conv_layout)layout;
            status = run_layer(r, group, (type)t, reason, err);
        }
    return status;
}

/* `reason`: why this number of threads cannot run, or NULL. */
static cb_status run_layers(run *r, cb_conv_group *group, const char *reason, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < r->options->layer_count && status == CB_OK; i++) {
        group->named = &r->options->layers[i];
        group->problem.layer = group->named->layer;
        status = run_forms(r, group, reason, err);
    }
    return status;
}

static size_t form_count(const run *r)
{
    size_t count = 0;
    for (int t = F32; t < TYPES; t++)
        count += r->types[t] * (size_t)(r->layouts[t][0] + r->layouts[t][1]);
    return count;
}

static void add_variants(const run *r, cb_conv_group *group)
{
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        if (r->wants[i])
            group->variants[group->variant_count++] = cb_conv_variants[i];
}

static cb_status run_threads(run *r, int kind, int threads, cb_error *err)
{
    const cb_machine *m = r->bench->machine;
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t have = cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    cb_conv_group group = {
        .bench = r->bench,
        .kind = &m->kinds[kind],
        .problem = {
            .threads = threads, .machine = m, .cpu = have ? cpus[0] : 0, .isa = r->bench->isa}};
    add_variants(r, &group);
    cb_status status = CB_OK;
    if ((size_t)threads > have) {
        status = run_layers(r, &group, "this core kind has fewer CPUs that may be used", err);
    } else {
        status = cb_team_start(cpus, (size_t)threads, err, &group.team);
        if (status == CB_OK)
            status = run_layers(r, &group, NULL, err);
        cb_team_stop(group.team);
    }
    free(cpus);
    return status;
}

cb_status cb_conv_run(const cb_bench *bench, const cb_conv_options *options, cb_error *err)
{
    run r = {.bench = bench, .options = options};
    cb_status status = parse_variants(&r, err);
    status = status ? status : parse_layouts(&r, err);
    status = status ? status : parse_dtypes(&r, err);
    if (status != CB_OK)
        return status;
    int first = bench->core_kind < 0 ? 0 : bench->core_kind;
    int end = bench->core_kind < 0 ? (int)bench->machine->kind_count : first + 1;
    r.total = options->layer_count * form_count(&r) * bench->thread_count * (size_t)(end - first);
    for (int kind = first; kind < end; kind++)
        for (size_t t = 0; t < bench->thread_count; t++) {
            status = run_threads(&r, kind, bench->threads[t], err);
            if (status != CB_OK)
                return status;
        }
    return CB_OK;
}
