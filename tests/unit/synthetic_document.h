/* Results documents made up for the tests of models and plots: a machine with known caches, whose
 * curves come from counting lines in sets, not from the formulas that the models fit. */
#ifndef CB_TESTS_SYNTHETIC_DOCUMENT_H
#define CB_TESTS_SYNTHETIC_DOCUMENT_H

#include "results/results.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t state;
} synthetic_random;

static inline double synthetic_next(synthetic_random *r)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(r->state >> 11) / 0x1p53;
}

typedef struct {
    double bytes;
    int ways;
    int coloured; /* pages fall on sets by chance */
    int random;   /* replacement; else least recently used */
    double latency_s, bytes_per_s;
} synthetic_level;

enum { SYNTHETIC_LEVELS = 4 };

typedef struct {
    synthetic_level level[SYNTHETIC_LEVELS]; /* the last is the memory: bytes 0 */
    double tlb_bytes, tlb_s; /* beyond so many bytes a load costs that much more; 0: no TLB */
    double noise;            /* relative, of each point */
    double outliers;         /* share of points that a disturbance makes slower */
} synthetic_machine;

/* A system hands out memory in runs of pages: eight that follow each other, then chance decides. */
enum { SYNTHETIC_RUN = 8 };

/* Share of lines in sets that are too full when each set holds as many as the next, or one more. */
static inline double synthetic_even_misses(int lines, int sets, int ways)
{
    int few = lines / sets, more = lines % sets;
    double misses = (few > ways ? (double)few * (sets - more) : 0) +
                    (few + 1 > ways ? (double)(few + 1) * more : 0);
    return misses / lines;
}

/* Share of pages on page colours that are too full, all counted. */
static inline double synthetic_lru_misses(const synthetic_level *c, double block,
                                          synthetic_random *r)
{
    if (!c->coloured)
        return synthetic_even_misses((int)(block / 64), (int)(c->bytes / 64 / c->ways), c->ways);
    int pages = (int)ceil(block / 4096), groups = (int)fmax(1, c->bytes / c->ways / 4096);
    int *load = calloc((size_t)groups, sizeof *load);
    double misses = 0;
    for (int i = 0, at = 0; i < pages; i++, at++) {
        if (i % SYNTHETIC_RUN == 0)
            at = (int)(synthetic_next(r) * groups);
        load[at % groups]++;
    }
    for (int g = 0; g < groups; g++)
        misses += load[g] > c->ways ? load[g] : 0;
    free(load);
    return misses / pages;
}

/* A cyclic walk over some sets of a cache with random replacement, 30 times around. */
static inline double synthetic_random_misses(const synthetic_level *c, double block,
                                             synthetic_random *r)
{
    int sets = (int)(c->bytes / 64 / c->ways), lines = (int)(block / 64);
    int held[64], walked = sets < 32 ? sets : 32;
    double misses = 0, visits = 0;
    if (block > 8 * c->bytes)
        return 1;
    for (int k = 0; k < walked; k++) {
        int set = k * sets / walked, in_set = lines / sets + (set < lines % sets);
        memset(held, -1, sizeof held);
        for (int step = 0; step < 30 * in_set; step++) {
            int line = step % in_set, hit = 0, empty = 0;
            for (int w = 0; w < c->ways; w++)
                hit |= held[w] == line;
            while (empty < c->ways && held[empty] >= 0)
                empty++;
            if (!hit)
                held[empty < c->ways ? empty : (int)(synthetic_next(r) * c->ways)] = line;
            if (step >= 20 * in_set) {
                visits++;
                misses += !hit;
            }
        }
    }
    return visits > 0 ? misses / visits : 0;
}

/* Time of one access (or byte) at a block size: of each level what the levels before it miss. */
static inline double synthetic_time(const synthetic_machine *m, double block, int bandwidth,
                                    synthetic_random *r)
{
    double share = 1, time_s = 0;
    for (int l = 0; l < SYNTHETIC_LEVELS && share > 0; l++) {
        const synthetic_level *c = &m->level[l];
        double cost = bandwidth ? 1 / c->bytes_per_s : c->latency_s;
        double misses = !(c->bytes > 0) ? 0
                        : c->random     ? synthetic_random_misses(c, block, r)
                                        : synthetic_lru_misses(c, block, r);
        time_s += share * (1 - misses) * cost;
        share *= misses;
        if (!(c->bytes > 0))
            break;
    }
    if (!bandwidth && m->tlb_bytes > 0 && block > m->tlb_bytes)
        time_s += m->tlb_s * (1 - m->tlb_bytes / block);
    time_s *= 1 + m->noise * (synthetic_next(r) + synthetic_next(r) - 1);
    return synthetic_next(r) < m->outliers ? time_s * (1.3 + synthetic_next(r)) : time_s;
}

/* Median of five: each time other pages. */
static inline double synthetic_median(const synthetic_machine *m, double block, int bandwidth,
                                      synthetic_random *r)
{
    double times[5];
    for (int i = 0; i < 5; i++)
        times[i] = synthetic_time(m, block, bandwidth, r);
    return cb_quantile(times, 5, 0.5);
}

/* A document of a machine named `name`, without caches and rows. */
static inline json_t *synthetic_document(const char *name)
{
    return json_pack(
        "{s:s, s:{s:{s:s, s:n, s:b, s:s, s:s, s:[]}, s:{s:s, s:s, s:s, s:[], s:[{s:s, s:n}], s:[], "
        "s:n, s:n}, s:{s:s, s:b}, s:{}}, s:[]}",
        "schema", CB_RESULTS_SCHEMA, "context", "tool", "version", "0", "git_commit", "git_dirty",
        0, "compiler", "", "flags", "", "argv", "machine", "name", name, "arch", "aarch64",
        "cpu_model", "Test core", "isa", "cores", "kind", "Test core", "max_hz", "caches",
        "ram_bytes", "os", "environment", "started", "2026-01-02T03:04:05+00:00", "emulated", 0,
        "libraries", "results");
}

static inline void synthetic_cache(json_t *document, int level, double bytes, int shared_by)
{
    json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    json_array_append_new(json_object_get(machine, "caches"),
                          json_pack("{s:i, s:s, s:I, s:i, s:i}", "level", level, "type", "data",
                                    "bytes", (json_int_t)bytes, "line", 64, "shared_by",
                                    shared_by));
}

static inline void synthetic_add(json_t *document, json_t *row)
{
    json_array_append_new(json_object_get(document, "results"), row);
}

static inline json_t *synthetic_row(const char *family, const char *kernel, const char *dtype,
                                    const char *isa, int threads, json_t *params)
{
    cb_row_key key = {.family = family,
                      .kernel = kernel,
                      .dtype = dtype,
                      .isa = isa,
                      .core_kind = "Test core",
                      .threads = threads};
    return cb_row_new(&key, params);
}

static inline void synthetic_bandwidth(json_t *document, const char *kernel, const char *pattern,
                                       double block, int width, int threads, double bytes_per_s)
{
    json_t *row =
        synthetic_row("membw", kernel, "bytes", "neon", threads,
                      json_pack("{s:s, s:I, s:i, s:s}", "pattern", pattern, "block_bytes",
                                (json_int_t)block, "width_bits", width, "pages", "small"));
    cb_row_set_number(row, "bytes_per_s", bytes_per_s, NULL);
    synthetic_add(document, row);
}

static inline void synthetic_latency(json_t *document, double block, double latency_s)
{
    json_t *row = synthetic_row("membw", "chase", "bytes", "scalar", 1,
                                json_pack("{s:s, s:I, s:s}", "pattern", "latency", "block_bytes",
                                          (json_int_t)block, "pages", "small"));
    cb_row_set_number(row, "latency_s", latency_s, NULL);
    synthetic_add(document, row);
}

static inline void synthetic_peak(json_t *document, const char *kernel, const char *dtype,
                                  const char *isa, int threads, double ops_per_s)
{
    json_t *row = synthetic_row("peak", kernel, dtype, isa, threads,
                                json_pack("{s:s}", "form", "throughput"));
    cb_row_set_number(row, "ops_per_s", ops_per_s, NULL);
    synthetic_add(document, row);
}

/* The ladder (8 blocks an octave) and the read sweep (4), from 1 KiB to `largest`. */
static inline void synthetic_sweep(json_t *document, const synthetic_machine *m, double largest,
                                   uint64_t seed)
{
    synthetic_random r = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    for (int i = 0; i < 8; i++)
        synthetic_next(&r);
    for (int i = 0; 1024 * exp2(i / 8.0) <= largest; i++) {
        double block = floor(16 * exp2(i / 8.0)) * 64;
        synthetic_latency(document, block, synthetic_median(m, block, 0, &r));
        if (i % 2 == 0)
            synthetic_bandwidth(document, "read_ldpq_u8__neon", "read", block, 128, 1,
                                1 / synthetic_time(m, block, 1, &r));
    }
}

#endif
