/* The memory levels of a machine, from the sweep in its results document: where the caches end, and
 * what each level gives to each access pattern and thread count.
 *
 * Sizes come from the latency ladder and the bandwidth curve alone (docs/MODELS.md, "Cache sizes");
 * what the system states stands beside them, and takes their place only where no edge was seen. */
#ifndef CB_MODELS_LEVELS_H
#define CB_MODELS_LEVELS_H

#include "base/status.h"
#include "base/units.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CB_LEVELS_MAX = 6 };

typedef enum {
    CB_SIZE_UNKNOWN, /* nothing stated to check against, or nothing measured */
    CB_SIZE_AGREES,  /* measured within 12.5 % of stated */
    CB_SIZE_DISAGREES,
    CB_SIZE_NO_EDGE, /* stated, and no edge was found up to the largest block */
} cb_size_verdict;

typedef struct {
    char name[8];          /* "L1", "L2", ..., "RAM" (the last, without sizes) */
    double measured_bytes; /* 0: no edge found */
    double measured_low_bytes, measured_high_bytes; /* where the step begins and ends */
    double stated_bytes;                            /* 0: not stated */
    int shared_by;                                  /* CPUs, as stated; 0: not known */
    cb_size_verdict verdict;
    double latency_s, latency_cycles; /* median inside the level; 0: not measured */
} cb_level;

typedef enum {
    CB_FORM_BEST,   /* the best kernel that there is */
    CB_FORM_NARROW, /* 64-bit general-register accesses: what RAMspeed measures on ARM */
    CB_FORM_COUNT,
} cb_access_form;

/* Bandwidth of one pattern at one level. Texts belong to the document. */
typedef struct {
    const char *pattern;
    size_t level; /* index in cb_levels.level */
    int threads;
    cb_access_form form;
    double bytes_per_s; /* median over the blocks inside the level, all threads together */
    double low_per_s, high_per_s; /* over the same blocks */
    size_t blocks;                /* how many */
    bool near_edge; /* no block lies well inside the level; those between the edges were taken */
    bool published;
    const char *kernel, *variant, *pages, *isa;
    int width_bits; /* 0: not known */
    bool non_temporal;
} cb_rate;

typedef struct {
    const char *core_kind;
    cb_level level[CB_LEVELS_MAX];
    size_t level_count;
    double largest_block_bytes; /* of the latency ladder (of the bandwidth sweep without one) */
    cb_rate *rates;
    size_t rate_count;
} cb_levels;

/* Levels of one kind of core (NULL: rows of every kind). A document without usable rows gives no
 * rates, and the stated caches; CB_UNSUPPORTED for an emulated one. */
cb_status cb_levels_find(const json_t *document, const char *core_kind, cb_error *err,
                         cb_levels *levels);
void cb_levels_free(cb_levels *levels);

/* NULL when it was not measured. */
const cb_rate *cb_levels_rate(const cb_levels *levels, const char *pattern, size_t level,
                              int threads, cb_access_form form);

/* The thread count with the highest rate: on a Pi 4 one thread reads memory faster than four. */
const cb_rate *cb_levels_best_rate(const cb_levels *levels, const char *pattern, size_t level,
                                   cb_access_form form);

/* The size that counts: the measured one, else the stated one, else 0. */
double cb_level_bytes(const cb_level *level);

/* "47 KiB", "2.2 MiB": as fine as an edge can be known. */
cb_text cb_level_size_text(double bytes);

/* What one of `threads` threads has of a cache: all of a private one, its share of a shared one. */
double cb_level_share(const cb_levels *levels, size_t level, int threads);

/* Thread counts that have a rate, ascending; returns how many there are (at most `capacity`). */
size_t cb_levels_threads(const cb_levels *levels, int *threads, size_t capacity);

#endif
