/* What stops each operator of a results document: its measured rate beside all that the machine's
 * ceilings allow under the cache-bound model (models/klein.h; docs/MODELS.md).
 *
 * The L1 comes twice: with the loads that the core has, and with 64-bit ones (what the paper's tool
 * measures on ARM). */
#ifndef CB_MODELS_CACHEBOUND_H
#define CB_MODELS_CACHEBOUND_H

#include "models/operators.h"
#include "models/roofline.h"

enum { CB_CEILINGS_MAX = 12 };

typedef enum {
    CB_CEILING_COMPUTE, /* operations a second */
    CB_CEILING_LEVEL,   /* bytes a second, the widest loads */
    CB_CEILING_NARROW,  /* bytes a second of the L1, 64-bit loads */
} cb_ceiling_kind;

typedef struct {
    cb_ceiling_kind kind;
    char name[24];      /* "compute", "L1", "L1 64-bit", "L2", ..., "RAM" */
    double rate;        /* OP/s or B/s, all threads together */
    cb_origin origin;   /* CB_ORIGIN_LIMIT: from the core's table and a clock */
    const char *kernel; /* that measured it; NULL: none did */
} cb_ceiling;

/* The machine's ceilings of one core kind, data type, thread count and clock. A published figure of
 * another clock than the published peaks is held against the core's table alone. */
typedef struct {
    cb_ceiling ceiling[CB_CEILINGS_MAX];
    size_t count;
    double clock_hz;              /* that port limits were taken at; 0: none was */
    double theoretical_ops_per_s; /* eq. (1) at that clock; 0: not known */
} cb_ceilings;

/* Operations a second that a ceiling allows, one element of `element_bytes` read for each MAC. */
double cb_ceiling_ops(const cb_ceiling *ceiling, double element_bytes);

/* The ceiling with this name, or NULL. */
const cb_ceiling *cb_ceilings_find(const cb_ceilings *ceilings, const char *name);

typedef struct {
    cb_operator op;
    cb_ceilings ceilings;
    double required_bytes_per_s;   /* eq. (5) */
    double ratio[CB_CEILINGS_MAX]; /* measured time / the ceiling's time; below 1: passed */
    size_t nearest;                /* whose ratio is nearest to 1; count: there is none */
} cb_boundness;

/* Every operator of the document, in its order. `machine` is the document with the ceilings: the
 * same one, or another machine's for a what-if. NULL core kinds match all. CB_UNSUPPORTED for an
 * emulated document. The caller frees *bounds. */
cb_status cb_cachebound_find(const json_t *document, const json_t *machine, cb_error *err,
                             cb_boundness **bounds, size_t *count);

#endif
