/* A grid of platforms and implementations: every combination of some fields' values.
 *
 * What does not depend on a field is worked out once: tiles for each size of the memories, times
 * for each different tiling, and layers that are alike in several networks. A point is the sum over
 * its layers, in their order, so that every run and every number of threads gives the same. */
#ifndef CB_ACCEL_SWEEP_H
#define CB_ACCEL_SWEEP_H

#include "models/accel/estimate.h"
#include "models/accel/fields.h"

enum { CB_SWEEP_AXES = 16, CB_SWEEP_VALUES = 100000, CB_SWEEP_KEY = 128 };

/* More points than this are refused. */
#define CB_SWEEP_POINTS ((size_t)4000000)

typedef enum { CB_AXIS_PLATFORM, CB_AXIS_MODEL } cb_accel_axis_kind;

typedef struct {
    char key[CB_SWEEP_KEY];
    cb_accel_axis_kind kind;
    cb_accel_effect effect; /* of a platform's field */
    char **values;          /* as they were typed, or as a range made them */
    size_t count;
} cb_accel_axis;

/* "cores=2,4,8", "l2=128k..512k+16k", "cores=1..64x2", "cores=1..4". Whether the key is a
 * platform's field decides the kind. CB_USAGE. The caller frees. */
cb_status cb_accel_axis_parse(const char *text, cb_error *err, cb_accel_axis *axis);
void cb_accel_axis_free(cb_accel_axis *axis);

/* A network and its implementation: one combination of the model axes' values. */
typedef struct {
    cb_accel_model model;
    double accuracy;     /* of a data set; negative: not asked for */
    const char *refused; /* why it cannot be; NULL: it can */
} cb_accel_variant;

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_axis *axes;
    size_t axis_count;
    const cb_accel_variant *variants; /* as many as the model axes combine to, the last fastest */
    cb_accel_tiler tiler;
    int threads;
    bool (*progress)(void *user, size_t done, size_t total); /* false: stop; NULL: nobody looks */
    void *user;
} cb_accel_sweep;

typedef struct {
    double cycles, spread_cycles, bound_cycles;
    double clock_hz;           /* 0: not known */
    double l1_bytes, l2_bytes; /* the largest tile, the largest part */
    double l1_size, l2_size;   /* of the platform */
    double parameter_bytes;    /* weights, biases, tables, scales: what L3 holds */
    double accuracy;           /* negative: not asked for */
    bool possible; /* false: a layer does not fit or has no kernel, or no such platform */
    bool front;    /* set by cb_accel_front */
} cb_accel_point;

/* Combinations of all axes, or of those of one kind. */
size_t cb_accel_sweep_points(const cb_accel_sweep *sweep);
size_t cb_accel_sweep_variants(const cb_accel_axis *axes, size_t count);

/* The number of an axis's value at a point; the last axis runs fastest. */
size_t cb_accel_sweep_value(const cb_accel_sweep *sweep, size_t point, size_t axis);

/* The platform and the variant of a point. CB_USAGE when a value is none of its field. */
cb_status cb_accel_sweep_at(const cb_accel_sweep *sweep, size_t point, cb_error *err,
                            cb_accel_platform *platform, size_t *variant);

/* All points; the caller frees them. CB_USAGE for values that a field cannot have or too many
 * points, CB_INTERRUPTED. */
cb_status cb_accel_sweep_run(const cb_accel_sweep *sweep, cb_error *err, cb_accel_point **points);

/* Bytes that a point needs: both scratchpads of its platform and what lies in L3. */
double cb_accel_point_memory(const cb_accel_point *point);

/* Seconds of the bound; cycles when the clock is not known. */
double cb_accel_point_latency(const cb_accel_point *point);

/* Marks the Pareto front: no other point is as fast, as small and as accurate, and better in one.
 * Of equal points the first is on it. CB_NO_MEMORY. */
cb_status cb_accel_front(cb_accel_point *points, size_t count, cb_error *err, size_t *on_front);

#endif
