#include "bench/gemm/barrier.h"

#include <sched.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Some 50 us: far longer than partners differ, far shorter than a scheduler's slice. */
enum { SPINS = 2000 };

static void relax(void)
{
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#endif
}

void cb_spin_barrier_wait(cb_spin_barrier *barrier, unsigned threads)
{
    if (threads < 2)
        return;
    unsigned generation = atomic_load_explicit(&barrier->generation, memory_order_acquire);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 == threads) {
        atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&barrier->generation, generation + 1, memory_order_release);
        return;
    }
    for (unsigned spins = 1;
         atomic_load_explicit(&barrier->generation, memory_order_acquire) == generation; spins++) {
        if (spins < SPINS)
            relax();
        else
            sched_yield(); /* the partner may wait for this very core */
    }
}
