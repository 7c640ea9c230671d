#include "bench/conv/variant.h"

#include "measure/buffer.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const char *cb_conv_layout_name(cb_conv_layout layout)
{
    return layout == CB_CONV_NHWC ? "nhwc" : "nchw";
}

const cb_conv_variant *cb_conv_variant_find(const char *name)
{
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        if (strcmp(cb_conv_variants[i]->name, name) == 0)
            return cb_conv_variants[i];
    return NULL;
}

cb_gemm_core cb_conv_core(const cb_machine *machine, int cpu)
{
    static const char *const in_order[] = {"Cortex-A7", "Cortex-A35", "Cortex-A53", "Cortex-A55",
                                           "Cortex-A510"};
    for (size_t i = 0; i < machine->cpu_count; i++)
        for (size_t j = 0; j < sizeof in_order / sizeof *in_order; j++)
            if (machine->cpus[i].cpu == cpu &&
                strcmp(machine->kinds[machine->cpus[i].kind].name, in_order[j]) == 0)
                return CB_GEMM_IN_ORDER;
    return CB_GEMM_OUT_OF_ORDER;
}

size_t cb_conv_cache_bytes(const cb_conv_problem *problem, int level, size_t fallback)
{
    uint64_t bytes = cb_machine_cache_bytes(problem->machine, level, problem->cpu);
    size_t sharers = 1;
    for (size_t i = 0; i < problem->machine->cache_count; i++) {
        const cb_cache *c = &problem->machine->caches[i];
        if (c->level == level && c->type != 'i' && c->shared_by > 1 && problem->threads > 1)
            sharers = (size_t)(c->shared_by < problem->threads ? c->shared_by : problem->threads);
    }
    return bytes ? (size_t)bytes / sharers : fallback;
}

cb_conv_share cb_conv_share_of(size_t total, int threads, int thread)
{
    size_t n = (size_t)threads, t = (size_t)thread;
    return (cb_conv_share){total / n * t + total % n * t / n,
                           total / n * (t + 1) + total % n * (t + 1) / n};
}

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#endif
}

void cb_conv_wait(cb_conv_barrier *barrier)
{
    if (barrier->threads < 2)
        return;
    unsigned generation = atomic_load_explicit(&barrier->generation, memory_order_acquire);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 ==
        barrier->threads) {
        atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&barrier->generation, generation + 1, memory_order_release);
        return;
    }
    for (unsigned spins = 1;
         atomic_load_explicit(&barrier->generation, memory_order_acquire) == generation; spins++) {
        if (spins % 20000 == 0) /* somebody holds the last one's core: let them finish */
            sched_yield();
        else
            relax();
    }
}

/* The buffer's own description lies in front of its data. */
enum { HEAD_BYTES = 4096, HUGE_FROM_BYTES = 256 << 10 };

void *cb_conv_buffer(size_t bytes)
{
    return cb_conv_buffer_at(bytes, 0);
}

void *cb_conv_buffer_at(size_t bytes, size_t offset)
{
    cb_buffer buffer;
    size_t all = HEAD_BYTES + bytes;
    _Static_assert(sizeof buffer <= HEAD_BYTES, "a buffer's description fits before its data");
    if (all < bytes)
        return NULL;
    if ((bytes < HUGE_FROM_BYTES ||
         cb_buffer_new(all, offset, CB_PAGES_HUGE, NULL, &buffer) != CB_OK) &&
        cb_buffer_new(all, offset, CB_PAGES_DEFAULT, NULL, &buffer) != CB_OK)
        return NULL;
    memcpy(buffer.data, &buffer, sizeof buffer);
    return (char *)buffer.data + HEAD_BYTES;
}

void cb_conv_buffer_free(void *data)
{
    cb_buffer buffer;
    if (!data)
        return;
    memcpy(&buffer, (char *)data - HEAD_BYTES, sizeof buffer);
    cb_buffer_free(&buffer);
}
