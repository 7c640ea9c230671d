/* What a machine gives to one of `threads` threads of one kind of core: the ceilings that the time
 * model stands on, from a results document or from a cost file. */
#ifndef CB_COST_HARDWARE_H
#define CB_COST_HARDWARE_H

#include "models/levels.h"

enum { CB_HARDWARE_PEAKS = 256, CB_HARDWARE_THREADS = 16, CB_HARDWARE_LADDER = 256 };

/* The best throughput kernel of a type and instruction set. Texts belong to the document. */
typedef struct {
    const char *dtype, *isa;
    int threads;
    double ops_per_s; /* all threads together */
} cb_hardware_peak;

/* A step of the latency ladder: one dependent load out of so many bytes. */
typedef struct {
    double bytes, latency_s;
} cb_hardware_step;

typedef struct {
    char name[8]; /* "L1", ..., "RAM" */
    double bytes; /* of one cache; 0: memory */
    int shared_by;
    double latency_s; /* 0: not known */
    /* Read, write and copy bandwidth for each of the machine's thread counts; 0: not measured. */
    double read[CB_HARDWARE_THREADS], write[CB_HARDWARE_THREADS], copy[CB_HARDWARE_THREADS];
} cb_hardware_level;

typedef struct {
    const char *core_kind; /* NULL: not told */
    double clock_hz;       /* of scalar code */
    double line_bytes;
    int threads[CB_HARDWARE_THREADS]; /* ascending */
    size_t thread_count;
    cb_hardware_level level[CB_LEVELS_MAX];
    size_t level_count;
    cb_hardware_peak peak[CB_HARDWARE_PEAKS];
    size_t peak_count;
    cb_hardware_step ladder[CB_HARDWARE_LADDER]; /* ascending; none in cost files */
    size_t ladder_count;
} cb_hardware;

/* Fills *hardware from the rows of a document; `levels` are the same core kind's. */
void cb_hardware_of(const json_t *document, const cb_levels *levels, cb_hardware *hardware);

/* Operations a second of one of `threads` threads with this type and instruction set: what was
 * measured with as many threads, else with the nearest fewer ones. The widths of s8 and u8s8 count
 * as one type. 0 when no peak tells. */
double cb_hardware_ops(const cb_hardware *hardware, const char *dtype, const char *isa,
                       int threads);

/* What the machine was like while a row was measured: the peak kernel's rate beside the row over
 * the best that it reached in the document. Another tenant on the core's other thread makes it 0.6.
 * 1 where no peak was measured beside the row. */
double cb_hardware_state(const cb_hardware *hardware, const json_t *row);

/* Read bandwidth of one of `threads` threads at a level; 0 when it is not known. */
double cb_hardware_read(const cb_hardware *hardware, size_t level, int threads);

/* Seconds that a byte takes which goes back to a level: what writing there takes beyond reading (a
 * written line is fetched first). As long as reading where writing was not measured. */
double cb_hardware_back(const cb_hardware *hardware, size_t level, int threads);

/* Of one dependent load out of so many bytes: by the ladder, else that of the level that holds
 * them. 0 when neither was measured. */
double cb_hardware_latency(const cb_hardware *hardware, double bytes);

/* What one of `threads` threads has of a cache. */
double cb_hardware_share(const cb_hardware *hardware, size_t level, int threads);

#endif
