#include "bench/membw/plan.h"

#include <math.h>
#include <stdlib.h>

static const char *const level_names[] = {"L1", "L2", "L3", "L4"};

enum { CACHE_LEVELS = 4 };

/* How many of the threads share one cache of this level: the first `threads` CPUs of cpu's kind are
 * the ones that run. */
static int sharers(const cb_machine *machine, int level, int cpu, int threads)
{
    for (size_t i = 0; i < machine->cache_count; i++) {
        const cb_cache *c = &machine->caches[i];
        if (c->level == level && c->type != 'i' && c->shared_by > 0 && cpu >= c->first_cpu &&
            cpu < c->first_cpu + c->shared_by)
            return c->shared_by < threads ? c->shared_by : threads;
    }
    return 1;
}

/* One thread's share of the cache. */
static double share_bytes(const cb_machine *machine, int level, int cpu, int threads)
{
    double bytes = (double)cb_machine_cache_bytes(machine, level, cpu);
    return bytes / sharers(machine, level, cpu, threads);
}

const char *cb_plan_level(const cb_machine *machine, int cpu, int threads, uint64_t block_bytes)
{
    bool any = false;
    for (int level = 1; level <= CACHE_LEVELS; level++) {
        double share = share_bytes(machine, level, cpu, threads);
        any |= share > 0;
        if ((double)block_bytes <= share)
            return level_names[level - 1];
    }
    return any ? "RAM" : NULL;
}

static double last_cache_bytes(const cb_machine *machine, int cpu, int threads)
{
    double last = 0;
    for (int level = 1; level <= CACHE_LEVELS; level++)
        last = fmax(last, share_bytes(machine, level, cpu, threads));
    return last;
}

uint64_t cb_plan_largest(const cb_bench *bench, int cpu, int threads)
{
    const cb_machine *m = bench->machine;
    double last = last_cache_bytes(m, cpu, threads);
    double wanted = fmax(4 * last, 64 << 20);
    const cb_fact *memory = m->ram_available_bytes.reason ? &m->ram_bytes : &m->ram_available_bytes;
    double most = memory->reason ? 256 << 20 : memory->value / 4;
    if (!m->environment.cgroup_memory_bytes.reason)
        most = fmin(most, m->environment.cgroup_memory_bytes.value / 4);
    if (bench->quick) /* 1 GiB takes a quarter of a second to touch on a slow board */
        most = fmin(most, fmax(0x1p30, 2 * last * threads));
    return (uint64_t)fmin(wanted, most / threads) & ~(uint64_t)4095;
}

size_t cb_plan_levels(const cb_bench *bench, int cpu, int threads,
                      cb_level_block blocks[CB_PLAN_LEVELS])
{
    size_t n = 0;
    double below = 0;
    double largest = (double)cb_plan_largest(bench, cpu, threads);
    for (int level = 1; level <= CACHE_LEVELS; level++) {
        double share = share_bytes(bench->machine, level, cpu, threads);
        if (share <= below)
            continue;
        /* Half of the first level; above it the geometric middle, so that neither the level below
         * nor the one above takes part, and 16 MiB at most: the caches of servers are many boards'
         * memories. */
        double middle = below > 0 ? sqrt(below * share) : share / 2;
        if (middle > 0x1p24 && below < 0x1p22)
            middle = 0x1p24;
        if (below > 0 && middle < 2 * below)
            middle = (below + share) / 2;
        if (middle <= largest)
            blocks[n++] =
                (cb_level_block){level_names[level - 1], (uint64_t)middle & ~(uint64_t)1023};
        below = share;
    }
    if (largest > 1.5 * below)
        blocks[n++] = (cb_level_block){"RAM", (uint64_t)largest};
    return n;
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

size_t cb_plan_sweep(const cb_bench *bench, int cpu, int threads, int per_octave,
                     uint64_t blocks[CB_PLAN_BLOCKS])
{
    static const uint64_t papers[] = {4 << 10, 256 << 10, 16 << 20};
    uint64_t largest = cb_plan_largest(bench, cpu, threads);
    size_t n = 0;
    for (size_t i = 0; i < 3; i++)
        if (papers[i] <= largest)
            blocks[n++] = papers[i];
    for (int i = 0; n < CB_PLAN_BLOCKS; i++) {
        double block = 1024 * exp2((double)i / per_octave);
        /* Beyond 64 MiB the curve is flat and each point costs a second: whole octaves do. */
        if (block > 0x1p26 && i % per_octave)
            continue;
        uint64_t rounded = (uint64_t)(block + 0.5) & ~(uint64_t)(block >= 16384 ? 1023 : 255);
        if (rounded > largest)
            break;
        blocks[n++] = rounded;
    }
    qsort(blocks, n, sizeof *blocks, ascending);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || blocks[i] != blocks[kept - 1])
            blocks[kept++] = blocks[i];
    return kept;
}

size_t cb_plan_ladder(const cb_bench *bench, int cpu, int pass, uint64_t largest,
                      uint64_t blocks[CB_PLAN_BLOCKS])
{
    uint64_t most = UINT64_C(8) << 20;
    if (pass == 0)
        most = bench->quick ? UINT64_C(128) << 20 : UINT64_C(1) << 30;
    most = most < largest ? most : largest;
    size_t count = cb_plan_sweep(bench, cpu, 1, bench->quick ? 8 : 10, blocks), n = 0;
    for (size_t i = 0; i < count; i++) {
        /* To link and to warm a large block takes longer than to measure it. */
        bool left_out = bench->quick && blocks[i] > 16 << 20 && i % 2;
        if (blocks[i] >= 4096 && blocks[i] <= most && !left_out)
            blocks[n++] = blocks[i];
    }
    return n;
}
