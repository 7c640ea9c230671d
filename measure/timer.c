#include "measure/timer.h"

#include <math.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* An invariant TSC runs at one rate in every clock and sleep state; another one is no timer. */
static bool counter_usable(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
#elif defined(__aarch64__)
    return true;
#else
    return false;
#endif
}

static inline uint64_t counter(void)
{
#if defined(__x86_64__)
    _mm_lfence();
    uint64_t ticks = __rdtsc();
    _mm_lfence();
    return ticks;
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks)::"memory");
    return ticks;
#else
    return 0;
#endif
}

uint64_t cb_timer_ticks(const cb_timer *timer)
{
    if (timer->uses_counter)
        return counter();
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double calibrate_counter(void)
{
    double start_s, end_s;
    uint64_t start = counter();
    start_s = clock_seconds();
    do
        end_s = clock_seconds();
    while (end_s - start_s < 0.02);
    uint64_t end = counter();
    return (end_s - start_s) / (double)(end - start);
}

static void measure_steps(cb_timer *timer)
{
    double smallest = INFINITY, cheapest = INFINITY;
    for (int i = 0; i < 2000; i++) {
        uint64_t first = cb_timer_ticks(timer), second = cb_timer_ticks(timer);
        double cost = (double)(second - first);
        cheapest = fmin(cheapest, cost);
        while (second == first)
            second = cb_timer_ticks(timer);
        smallest = fmin(smallest, (double)(second - first));
    }
    timer->overhead_s = cheapest * timer->seconds_per_tick;
    timer->resolution_s = smallest * timer->seconds_per_tick;
}

cb_timer cb_timer_calibrate(void)
{
    cb_timer timer = {.uses_counter = counter_usable(), .seconds_per_tick = 1e-9};
    if (timer.uses_counter) {
#if defined(__aarch64__)
        uint64_t hz; /* the architecture states the rate; nothing to calibrate */
        __asm__("mrs %0, cntfrq_el0" : "=r"(hz));
        timer.seconds_per_tick = hz ? 1.0 / (double)hz : calibrate_counter();
#else
        timer.seconds_per_tick = calibrate_counter();
#endif
    }
    measure_steps(&timer);
    return timer;
}
