/* A barrier for threads that run already: spins, then lets others have the core. */
#ifndef CB_BENCH_GEMM_BARRIER_H
#define CB_BENCH_GEMM_BARRIER_H

#include <stdatomic.h>

/* Zero is a barrier that nobody has reached. Two cache lines, so that neighbours are left alone. */
typedef struct {
    atomic_uint arrived, generation;
    char padding[120];
} cb_spin_barrier;

/* Returns when `threads` threads have come. What they wrote before is seen behind it. */
void cb_spin_barrier_wait(cb_spin_barrier *barrier, unsigned threads);

#endif
