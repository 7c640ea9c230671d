/* Hides a value from the compiler's optimizer without moving it out of its register. */
#ifndef CB_BENCH_PEAK_OPAQUE_H
#define CB_BENCH_PEAK_OPAQUE_H

#if defined(__x86_64__)
#define CB_OPAQUE_FLOAT(x) __asm__ volatile("" : "+x"(x))
#elif defined(__aarch64__)
#define CB_OPAQUE_FLOAT(x) __asm__ volatile("" : "+w"(x))
#elif defined(__arm__)
#define CB_OPAQUE_FLOAT(x) __asm__ volatile("" : "+t"(x))
#endif

#endif
