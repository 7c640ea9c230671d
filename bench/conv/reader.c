#include "bench/conv/reader.h"

#include "bench/conv/variant.h"

static bool is_wider(const cb_membw_kernel *a, const cb_membw_kernel *b)
{
    return a->width_bits > b->width_bits ||
           (a->width_bits == b->width_bits && a->loads_per_step > b->loads_per_step);
}

/* The widest loads, and of those most in an iteration. */
static const cb_membw_kernel *widest(cb_isa_set isa)
{
    const cb_membw_kernel *best = NULL;
    for (size_t i = 0; i < cb_membw_kernel_count; i++) {
        const cb_membw_kernel *k = &cb_membw_kernels[i];
        if (k->pattern == CB_PATTERN_READ && !k->non_temporal && (isa & cb_isa_bit(k->isa)) &&
            (!best || is_wider(k, best)))
            best = k;
    }
    return best;
}

cb_status cb_conv_reader_new(double bytes, int threads, cb_isa_set isa, cb_error *err,
                             cb_conv_reader *reader)
{
    *reader = (cb_conv_reader){.kernel = widest(isa)};
    if (!reader->kernel)
        return CB_OK;
    size_t step = reader->kernel->step_bytes;
    reader->part = (1 + (size_t)(bytes / threads) / step) * step;
    reader->scale = bytes / ((double)reader->part * threads);
    reader->block = cb_conv_buffer(reader->part * (size_t)threads);
    return reader->block ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory to read beside a layer");
}

void cb_conv_reader_free(cb_conv_reader *reader)
{
    cb_conv_buffer_free(reader->block);
}

void cb_conv_reader_run(void *reader, int thread, uint64_t repeats)
{
    const cb_conv_reader *r = reader;
    r->kernel->run(NULL, r->block + (size_t)thread * r->part, NULL, r->part, repeats);
}
