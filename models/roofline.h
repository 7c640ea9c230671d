/* The roofline of one data type and thread count: what the arithmetic allows, what each memory
 * level allows, and where they meet (Williams, Waterman, Patterson, CACM 52(4), 2009). */
#ifndef CB_MODELS_ROOFLINE_H
#define CB_MODELS_ROOFLINE_H

#include "models/levels.h"

enum { CB_ROOFS_MAX = 24, CB_DTYPES_MAX = 32, CB_THREADS_MAX = 64 };

/* How the figure of a roof was come by. */
typedef enum {
    CB_ORIGIN_MEASURED,
    CB_ORIGIN_PUBLISHED, /* measured by others, with their tools */
    CB_ORIGIN_LIMIT,     /* the core's port limit: bytes or operations a cycle x clock x cores */
} cb_origin;

/* Operations in registers. Texts belong to the document. */
typedef struct {
    const char *isa;    /* NULL: not known */
    const char *kernel; /* the best of this ISA */
    double ops_per_s;
    cb_origin origin;
} cb_compute_roof;

/* Bytes read from one level. */
typedef struct {
    char level[8];
    cb_access_form form; /* the widest loads, or 64-bit ones */
    const char *kernel;  /* NULL for a port limit */
    double bytes_per_s;
    double ridge; /* operations a byte at which it meets the best compute roof */
    cb_origin origin;
} cb_memory_roof;

typedef struct {
    const char *dtype;
    int threads;
    cb_compute_roof compute[CB_ROOFS_MAX]; /* best first, one for each ISA */
    size_t compute_count;
    cb_memory_roof memory[CB_ROOFS_MAX]; /* by level, the best form before the narrow one */
    size_t memory_count;
} cb_roofline;

/* Data types with at least one compute roof, in order of appearance. */
size_t cb_roofline_dtypes(const json_t *document, const char *core_kind, const char **dtypes,
                          size_t capacity);

/* Thread counts that a peak of `dtype` (NULL: of any type) or a read bandwidth was measured with,
 * ascending. */
size_t cb_roofline_threads(const json_t *document, const cb_levels *levels, const char *dtype,
                           int *threads, size_t capacity);

/* Builds the roofs; either kind may come out empty. */
void cb_roofline_build(const json_t *document, const cb_levels *levels, const char *dtype,
                       int threads, cb_roofline *roofline);

/* The best compute roof in operations a second; 0 when there is none. */
double cb_roofline_peak(const cb_roofline *roofline);

/* min(peak, intensity x bandwidth): operations a second that the level allows at `intensity`
 * operations a byte. A peak of 0 is no limit. */
double cb_roofline_attainable(const cb_roofline *roofline, const cb_memory_roof *memory,
                              double intensity);

#endif
