#include "bench/gemm/probe.h"

#include "bench/gemm/plain.h"
#include "bench/gemm/variant_plain.h"

#include <math.h>
#include <string.h>

enum { PASSES_MS = 2 };
static const double largest_bytes = 64 << 20;

/* Bytes a second through `bytes` of operands, best of the passes in some milliseconds. */
static double read_rate(const cb_timer *timer, const cb_gemm_stream_kernel *kernel, double bytes)
{
    float a[256], c[512];
    size_t panel_bytes = kernel->nr * sizeof *a * 256,
           panels = (size_t)(bytes / (double)panel_bytes);
    cb_buffer block;
    double best_s = INFINITY, spent_s = 0;
    panels += !panels;
    if (cb_buffer_new(panels * panel_bytes, 0, CB_PAGES_DEFAULT, NULL, &block) != CB_OK)
        return 0;
    for (size_t i = 0; i < 256; i++)
        a[i] = 1;
    for (int pass = 0; pass < 3 || spent_s < PASSES_MS * 1e-3; pass++) {
        uint64_t start = cb_timer_ticks(timer);
        for (size_t p = 0; p < panels; p++)
            kernel->run(a, (const float *)block.data + p * 256 * kernel->nr, 256, c);
        double elapsed_s = (double)(cb_timer_ticks(timer) - start) * timer->seconds_per_tick;
        best_s = pass ? fmin(best_s, elapsed_s) : best_s; /* the first one warms */
        spent_s += elapsed_s;
    }
    cb_buffer_free(&block);
    return (double)(panels * panel_bytes) / best_s;
}

static void probe_levels(const cb_gemm_stage *stage, cb_gemm_core_rates *rates)
{
    const cb_timer *timer = &stage->bench->timer;
    const cb_gemm_stream_kernel *kernel = cb_gemm_stream_best(stage->bench->isa);
    for (int level = 1; level < CB_GEMM_LEVELS; level++) {
        double cache = rates->cache_bytes[level], inner = rates->cache_bytes[level - 1];
        double bytes = isfinite(cache) ? fmax(cache / 2, 2 * inner) : 8 * inner;
        bytes = fmin(bytes, largest_bytes);
        double rate = cache > 0 ? read_rate(timer, kernel, bytes) : 0;
        if (rate > 0)
            rates->bytes_per_cycle[level] = rate / rates->clock_hz;
    }
}

static bool is_of(const cb_gemm_bandwidth *b, const cb_gemm_stage *stage)
{
    return b->threads == stage->threads && b->bytes_per_s > 0 &&
           (!*b->core_kind || !stage->core_kind || strcmp(b->core_kind, stage->core_kind) == 0);
}

/* Whether the document says what these threads get. */
static bool look_up_levels(const cb_gemm_stage *stage, cb_gemm_core_rates *rates)
{
    const cb_gemm_options *o = stage->options;
    bool found = false;
    for (size_t i = 0; i < o->bandwidth_count; i++) {
        const cb_gemm_bandwidth *b = &o->bandwidths[i];
        if (!is_of(b, stage))
            continue;
        rates->bytes_per_cycle[b->level] = b->bytes_per_s / stage->threads / rates->clock_hz;
        found = true;
    }
    return found;
}

const char *cb_gemm_probe(const cb_gemm_stage *stage, cb_gemm_core_rates *rates)
{
    rates->clock_hz = cb_clock_measure_hz(&stage->bench->timer);
    if (stage->peak) {
        double lanes =
            (double)stage->peak->vector_bytes / (double)cb_gemm_type_of(stage->dtype)->c_bytes;
        double steps = stage->peak_ops_per_s / stage->threads / (2 * lanes * rates->clock_hz);
        rates->fma_per_cycle = fmin(4, fmax(0.1, steps));
    }
    if (look_up_levels(stage, rates))
        return stage->options->bandwidths_from;
    probe_levels(stage, rates);
    return "the tuner";
}
