/* Thread counts from --threads. */
#ifndef CB_CLI_THREADS_H
#define CB_CLI_THREADS_H

#include "base/status.h"

#include <stddef.h>

typedef struct {
    int cores; /* cores of this kind that may be used: what "max" stands for */
    int cpus;  /* their hardware threads: larger counts are left out ... */
    int most;  /* ... and counts above this, the most of any kind in the run, are refused */
} cb_thread_limits;

/* Reads "2", "1,2,4", "1..4", "max", "2..max" into counts[0..*count), each once, in the order
 * given; NULL is "1,max". CB_USAGE names what is wrong and the limit. The caller frees *counts. */
cb_status cb_threads_parse(const char *text, const cb_thread_limits *limits, cb_error *err,
                           int **counts, size_t *count);

#endif
