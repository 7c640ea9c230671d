/* How long an operator takes: its demand (models/cost/demand.h) against what the machine gives
 * (models/cost/hardware.h), with a few figures that are fitted to rows of the machine
 * (models/cost/terms.inc, `cachebound calibrate`). docs/MODELS.md, "Time", has the equations. */
#ifndef CB_COST_TIME_H
#define CB_COST_TIME_H

#include "models/cost/demand.h"

enum { CB_TIME_KERNELS = 64 };

typedef enum {
#define CB_COST_TERM(id, ...) CB_COST_##id,
#include "models/cost/terms.inc"
#undef CB_COST_TERM
    CB_COST_COUNT,
} cb_cost_term;

typedef struct {
    const char *name, *unit;
    double start, least, most;
    const char *what;
} cb_cost_info;

extern const cb_cost_info cb_cost_terms[CB_COST_COUNT];

/* A kernel's own multiply-adds over what `arithmetic` says of all; 1 where it was not fitted. */
typedef struct {
    char name[64];
    double times;
} cb_cost_kernel;

typedef struct {
    double of[CB_COST_COUNT];
    cb_cost_kernel kernel[CB_TIME_KERNELS];
    size_t kernels;
} cb_costs;

/* The starting figures, no kernel known. */
cb_costs cb_costs_start(void);

/* 1 for a kernel that is not known. */
double cb_costs_kernel(const cb_costs *costs, const char *kernel);

/* What the time is made of. Within a phase (models/cost/demand.h) compute to RAM overlap each
 * other; phases, calls and threads are added. */
typedef enum {
    CB_PART_COMPUTE,
    CB_PART_L1, /* register loads */
    CB_PART_L2, /* bytes across L1-L2 */
    CB_PART_L3,
    CB_PART_RAM,
    CB_PART_PACKING,
    CB_PART_CALL,
    CB_PART_THREADS,
    CB_PART_COUNT,
} cb_part;

typedef struct {
    double time_s;
    double alone_s[CB_PART_COUNT]; /* if there was nothing else */
    double share[CB_PART_COUNT];   /* d log time / d log part: they sum up to 1 */
    cb_part binding;               /* the largest share */
} cb_time;

/* False when the machine's document does not tell the peak of the type. */
bool cb_time_predict(const cb_demand *demand, const cb_hardware *hardware, const cb_costs *costs,
                     cb_time *time);

/* What a time that was measured in a state (cb_hardware_state) would have been without the
 * neighbour. */
double cb_time_undisturbed(double time_s, double state, const cb_costs *costs);

/* "compute", "L1 loads", "L2-L1 traffic", ..., "packing", "calls", "threads". */
const char *cb_part_name(cb_part part);

#endif
