#include "bench/membw/membw.h"

#include "bench/membw/again.h"
#include "bench/membw/chase.h"
#include "bench/membw/group.h"
#include "bench/membw/plan.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *cb_membw_pattern_name(cb_membw_pattern pattern)
{
    static const char *const names[] = {"read", "write", "copy", "triad", "mix21", "rmw", "update"};
    return names[pattern];
}

int cb_membw_operands(cb_membw_pattern pattern)
{
    static const int operands[] = {1, 1, 2, 3, 3, 1, 2};
    return operands[pattern];
}

int cb_membw_bytes_moved(cb_membw_pattern pattern)
{
    static const int moved[] = {1, 1, 2, 3, 3, 2, 3};
    return moved[pattern];
}

enum { PATTERNS = CB_PATTERN_UPDATE + 1 };

/* The whole run: what is wanted, and where it stands. */
typedef struct {
    const cb_bench *bench;
    const cb_membw_options *options;
    size_t done, total; /* steps, for the progress bar */
} run;

static void tell(run *r, const cb_membw_stage *stage, const char *what, uint64_t block_bytes)
{
    char text[160];
    snprintf(text, sizeof text, "membw %s, %s a thread, %d thread%s", what,
             cb_format_bytes(block_bytes).text, stage->threads, stage->threads > 1 ? "s" : "");
    if (r->bench->progress)
        r->bench->progress(r->bench->sink, r->done, r->total, text);
    r->done++;
}

static bool wants_pattern(const cb_membw_options *options, cb_membw_pattern pattern)
{
    return !options->patterns || (options->patterns >> pattern & 1);
}

/* The kernels of a pattern that may run here and match --kernel. */
static size_t choose_kernels(const run *r, cb_membw_pattern pattern,
                             const cb_membw_kernel *kernels[CB_GROUP_KERNELS])
{
    size_t n = 0;
    for (size_t i = 0; i < cb_membw_kernel_count && n < CB_GROUP_KERNELS; i++) {
        const cb_membw_kernel *k = &cb_membw_kernels[i];
        if (k->pattern == pattern && (r->bench->isa & cb_isa_bit(k->isa)) &&
            cb_bench_selects(r->bench, k->name))
            kernels[n++] = k;
    }
    return n;
}

static bool has_longer_sibling(const cb_membw_kernel *const *kernels, size_t count,
                               const cb_membw_kernel *kernel)
{
    for (size_t i = 0; i < count; i++)
        if (kernels[i]->width_bits == kernel->width_bits &&
            kernels[i]->non_temporal == kernel->non_temporal &&
            kernels[i]->step_bytes > kernel->step_bytes)
            return true;
    return false;
}

/* In memory, and for a quick run in the last cache too, one pass is long, and how far a loop is
 * unrolled no longer matters: only the longest of each width and store kind compete there, and in a
 * quick run only the widest. The 64-bit read stays, because the paper's tool uses it. Keeps
 * `kernels` in order; returns how many stay. */
static size_t keep_for_memory(const cb_membw_kernel **kernels, size_t count, bool quick)
{
    const cb_membw_kernel *all[CB_GROUP_KERNELS];
    memcpy(all, kernels, count * sizeof *all);
    int widest = 0;
    for (size_t i = 0; i < count; i++)
        widest = all[i]->width_bits > widest ? all[i]->width_bits : widest;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const cb_membw_kernel *k = all[i];
        bool is_string = k->step_bytes == 64 && k->loads_per_step + k->stores_per_step <= 2;
        bool papers = k->pattern == CB_PATTERN_READ && k->width_bits == 64;
        bool wide = !quick || k->width_bits == widest || papers;
        if (is_string || (wide && !has_longer_sibling(all, count, k)))
            kernels[n++] = k;
    }
    return n;
}

static cb_status sweep_explicit(run *r, const cb_membw_stage *stage, cb_error *err)
{
    const cb_membw_kernel *kernels[CB_GROUP_KERNELS];
    for (int p = 0; p < PATTERNS; p++) {
        size_t count = wants_pattern(r->options, (cb_membw_pattern)p)
                           ? choose_kernels(r, (cb_membw_pattern)p, kernels)
                           : 0;
        for (size_t b = 0; count && b < r->options->block_count; b++) {
            uint64_t block = r->options->blocks[b];
            tell(r, stage, cb_membw_pattern_name((cb_membw_pattern)p), block);
            cb_status status = cb_membw_group(stage, kernels, count, block, err, NULL);
            if (status != CB_OK)
                return status;
        }
    }
    return CB_OK;
}

/* Contest at each level; then the winners, each inside its own level, sweep all blocks. */
static cb_status plan_pattern(run *r, const cb_membw_stage *stage, cb_membw_pattern pattern,
                              const uint64_t *blocks, size_t block_count, cb_error *err)
{
    cb_level_block levels[CB_PLAN_LEVELS];
    const cb_membw_kernel *winners[CB_PLAN_LEVELS] = {0};
    size_t level_count = cb_plan_levels(r->bench, stage->first_cpu, stage->threads, levels);
    for (size_t l = 0; l < level_count; l++) {
        const cb_membw_kernel *kernels[CB_GROUP_KERNELS];
        double rates[CB_GROUP_KERNELS];
        size_t count = choose_kernels(r, pattern, kernels);
        bool far = levels[l].block_bytes > (r->bench->quick ? 4 << 20 : 64 << 20);
        if (far)
            count = keep_for_memory(kernels, count, r->bench->quick);
        tell(r, stage, cb_membw_pattern_name(pattern), levels[l].block_bytes);
        cb_status status = cb_membw_group(stage, kernels, count, levels[l].block_bytes, err, rates);
        if (status != CB_OK)
            return status;
        double best = 0;
        for (size_t i = 0; i < count; i++)
            if (rates[i] > best) {
                best = rates[i];
                winners[l] = kernels[i];
            }
    }
    for (size_t b = 0; b < block_count; b++) {
        size_t l = 0; /* the level whose contest block is nearest, in octaves */
        while (l + 1 < level_count &&
               (double)blocks[b] * (double)blocks[b] >
                   (double)levels[l].block_bytes * (double)levels[l + 1].block_bytes)
            l++;
        const cb_membw_kernel *kernels[CB_PLAN_LEVELS];
        size_t count = 0;
        for (size_t i = 0; i < level_count; i++) /* neighbours: an edge lies where they cross */
            if (winners[i] && (i == l || i + 1 == l || i == l + 1)) {
                bool seen = false;
                for (size_t j = 0; j < count; j++)
                    seen |= kernels[j] == winners[i];
                if (!seen)
                    kernels[count++] = winners[i];
            }
        if (!count)
            continue;
        tell(r, stage, cb_membw_pattern_name(pattern), blocks[b]);
        cb_status status = cb_membw_group(stage, kernels, count, blocks[b], err, NULL);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status run_plan(run *r, const cb_membw_stage *stage, cb_error *err)
{
    uint64_t blocks[CB_PLAN_BLOCKS];
    size_t count =
        cb_plan_sweep(r->bench, stage->first_cpu, stage->threads, r->bench->quick ? 2 : 4, blocks);
    for (int p = 0; p < PATTERNS; p++) {
        if (!wants_pattern(r->options, (cb_membw_pattern)p))
            continue;
        /* Read, write and copy are what the rooflines stand on; the others are measured at the
         * levels' own blocks, and along the whole staircase when there is time. */
        bool whole = !r->bench->quick || p == CB_PATTERN_READ ||
                     (p == CB_PATTERN_WRITE && stage->threads == 1);
        cb_status status =
            plan_pattern(r, stage, (cb_membw_pattern)p, blocks, whole ? count : 0, err);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status run_chase_ladder(run *r, const cb_membw_stage *stage, int pass, cb_error *err)
{
    uint64_t blocks[CB_PLAN_BLOCKS];
    size_t n = cb_plan_ladder(r->bench, stage->first_cpu, pass, stage->operands.bytes, blocks);
    for (size_t i = 0; i < n; i++) {
        tell(r, stage, "latency", blocks[i]);
        cb_status status = cb_membw_chase(stage, &blocks[i], 1, pass, err);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status run_strides(run *r, const cb_membw_stage *stage, cb_error *err)
{
    cb_level_block levels[CB_PLAN_LEVELS];
    size_t count = cb_plan_levels(r->bench, stage->first_cpu, stage->threads, levels);
    for (size_t l = 0; l < count; l++) {
        uint64_t block = levels[l].block_bytes;
        block = block > 256 << 20 ? 256 << 20 : block;
        tell(r, stage, "stride", block);
        cb_status status = cb_membw_stride(stage, &block, 1, err);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status run_stage(run *r, const cb_membw_stage *stage, cb_error *err)
{
    const cb_membw_options *o = r->options;
    bool only_some = o->chase || o->stride;
    cb_status status = CB_OK;
    if (r->bench->earlier)
        return cb_membw_again(stage, err);
    if (o->chase && o->block_count)
        return cb_membw_chase(stage, o->blocks, o->block_count, 0, err);
    if (o->stride && o->block_count)
        return cb_membw_stride(stage, o->blocks, o->block_count, err);
    if (o->block_count)
        return sweep_explicit(r, stage, err);
    bool all_patterns = !o->patterns && !r->bench->kernel_glob;
    bool ladder = stage->threads == 1 && (o->chase || (!only_some && all_patterns));
    if (ladder)
        status = run_chase_ladder(r, stage, 0, err);
    if (status == CB_OK && !only_some)
        status = run_plan(r, stage, err);
    if (status == CB_OK && ladder)
        status = run_chase_ladder(r, stage, 1, err);
    if (status == CB_OK && (o->stride || (!only_some && all_patterns && !r->bench->quick)))
        status = run_strides(r, stage, err);
    return status;
}

static uint64_t bytes_for(const run *r, int cpu, int threads)
{
    uint64_t most = 0;
    for (size_t i = 0; i < r->options->block_count; i++)
        most = r->options->blocks[i] > most ? r->options->blocks[i] : most;
    uint64_t plan = cb_plan_largest(r->bench, cpu, threads);
    if (r->bench->earlier) /* only a core's own caches: no need to touch more */
        return plan < 64 << 20 ? plan : 64 << 20;
    if (r->options->chase && most && most < CB_CHASE_ARENA) /* so that pages can be chosen */
        most = plan < CB_CHASE_ARENA ? (plan > most ? plan : most) : CB_CHASE_ARENA;
    return most ? most : plan;
}

static cb_status skip_stage(const run *r, const cb_membw_stage *stage, const char *reason,
                            cb_error *err)
{
    cb_row_key key = {.family = "membw",
                      .kernel = "-",
                      .dtype = "bytes",
                      .isa = "-",
                      .core_kind = stage->core_kind,
                      .threads = stage->threads};
    return cb_bench_skip(r->bench, &key, json_object(), reason, err);
}

static cb_status run_with_pages(run *r, cb_membw_stage *stage, cb_pages pages, cb_error *err)
{
    cb_error why;
    uint64_t bytes = bytes_for(r, stage->first_cpu, stage->threads);
    cb_fact available = r->bench->machine->ram_available_bytes;
    uint64_t total = r->options->shared ? bytes : bytes * (uint64_t)stage->threads;
    if (!available.reason && (double)total > 0.9 * available.value) {
        snprintf(why.text, sizeof why.text, "%s of blocks do not fit into %s of free memory",
                 cb_format_bytes(total).text, cb_format_bytes((uint64_t)available.value).text);
        return skip_stage(r, stage, why.text, err);
    }
    cb_status status =
        cb_operands_new(stage->team, bytes, pages, r->options->shared, &why, &stage->operands);
    if (status == CB_UNSUPPORTED || status == CB_NO_MEMORY)
        return skip_stage(r, stage, why.text, err);
    if (status != CB_OK)
        return cb_fail(err, status, "%s", why.text);
    status = run_stage(r, stage, err);
    cb_operands_free(&stage->operands);
    return status;
}

static cb_status run_threads(run *r, int kind, int threads, cb_error *err)
{
    const cb_machine *m = r->bench->machine;
    cb_membw_stage stage = {
        .bench = r->bench, .threads = threads, .core_kind = m->kinds[kind].name};
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus);
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t have = cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    cb_status status;
    if ((size_t)threads > have) {
        status = skip_stage(r, &stage, "this core kind has fewer CPUs that may be used", err);
        goto out;
    }
    stage.first_cpu = cpus[0];
    status = cb_team_start(cpus, (size_t)threads, err, &stage.team);
    if (status != CB_OK)
        goto out;
    bool planned = !r->options->block_count && r->options->pages == CB_PAGES_DEFAULT;
    if (planned) {
        /* Huge pages first: they give the levels their true edges. Small ones, what a program gets
         * that does not ask, follow when there is time. */
        cb_buffer trial;
        bool huge = cb_buffer_new(4 << 20, 0, CB_PAGES_HUGE, NULL, &trial) == CB_OK;
        if (huge)
            cb_buffer_free(&trial);
        status = run_with_pages(r, &stage, huge ? CB_PAGES_HUGE : CB_PAGES_SMALL, err);
        if (status == CB_OK && huge && !r->bench->quick)
            status = run_with_pages(r, &stage, CB_PAGES_SMALL, err);
    } else {
        status = run_with_pages(r, &stage, r->options->pages, err);
    }
    cb_team_stop(stage.team);
out:
    free(cpus);
    return status;
}

static cb_status check_options(const run *r, cb_error *err)
{
    size_t matching = 0;
    const cb_membw_kernel *kernels[CB_GROUP_KERNELS];
    for (int p = 0; p < PATTERNS; p++)
        if (wants_pattern(r->options, (cb_membw_pattern)p))
            matching += choose_kernels(r, (cb_membw_pattern)p, kernels);
    if (!matching)
        return cb_fail(err, CB_USAGE,
                       "no bandwidth kernel matches --kernel '%s', --pattern and --isa together; "
                       "`cachebound list` shows what there is",
                       r->bench->kernel_glob ? r->bench->kernel_glob : "*");
    for (size_t b = 0; b < r->options->block_count; b++)
        if (r->options->blocks[b] < 64 || r->options->blocks[b] > UINT64_C(1) << 46)
            return cb_fail(err, CB_USAGE, "--block %s: a block has 64 B to 64 TiB",
                           cb_format_bytes(r->options->blocks[b]).text);
    if (r->options->shared && r->options->patterns != 1u << CB_PATTERN_READ)
        return cb_fail(err, CB_USAGE, "--shared: only reads can share a block; add --pattern read");
    return CB_OK;
}

static size_t wanted_patterns(const cb_membw_options *options)
{
    size_t wanted = 0;
    for (int p = 0; p < PATTERNS; p++)
        wanted += wants_pattern(options, (cb_membw_pattern)p);
    return wanted;
}

/* Steps of one pass over the plan, for the progress bar and the time that is left. */
static size_t count_planned(const run *r, int threads)
{
    const cb_membw_options *o = r->options;
    bool quick = r->bench->quick, only_some = o->chase || o->stride;
    bool all_patterns = !o->patterns && !r->bench->kernel_glob;
    uint64_t blocks[CB_PLAN_BLOCKS];
    cb_level_block level[CB_PLAN_LEVELS];
    size_t levels = cb_plan_levels(r->bench, 0, threads, level);
    size_t sweep = cb_plan_sweep(r->bench, 0, threads, quick ? 2 : 4, blocks);
    size_t steps = 0;
    if (!only_some)
        steps += wanted_patterns(o) * levels + (quick ? 2 : wanted_patterns(o)) * sweep;
    if (threads == 1 && (o->chase || (!only_some && all_patterns)))
        for (int pass = 0; pass < 2; pass++)
            steps += cb_plan_ladder(r->bench, 0, pass, UINT64_MAX, blocks);
    if (o->stride || (!only_some && all_patterns && !quick))
        steps += levels;
    return steps;
}

/* Steps of the whole run; those that turn out to be impossible are counted too. */
static size_t count_steps(const run *r)
{
    const cb_bench *bench = r->bench;
    bool twice = !bench->quick && r->options->pages == CB_PAGES_DEFAULT;
    size_t kinds = bench->core_kind < 0 ? bench->machine->kind_count : 1, steps = 0;
    for (size_t t = 0; t < bench->thread_count; t++)
        steps += r->options->block_count ? r->options->block_count * wanted_patterns(r->options)
                                         : count_planned(r, bench->threads[t]) * (twice ? 2 : 1);
    return steps * kinds;
}

cb_status cb_membw_run(const cb_bench *bench, const cb_membw_options *options, cb_error *err)
{
    run r = {.bench = bench, .options = options};
    cb_status status = check_options(&r, err);
    if (status != CB_OK)
        return status;
    r.total = count_steps(&r);
    for (size_t kind = 0; kind < bench->machine->kind_count; kind++) {
        if (bench->core_kind >= 0 && (size_t)bench->core_kind != kind)
            continue;
        for (size_t t = 0; t < bench->thread_count; t++) {
            status = run_threads(&r, (int)kind, bench->threads[t], err);
            if (status != CB_OK)
                return status;
        }
    }
    return CB_OK;
}
