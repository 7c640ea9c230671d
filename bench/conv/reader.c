#include "bench/conv/reader.h"

#include "bench/conv/variant.h"

static int instructions_of(const cb_membw_kernel *k)
{
    return k->loads_per_step + k->stores_per_step;
}

static bool is_wider(const cb_membw_kernel *a, const cb_membw_kernel *b)
{
    return a->width_bits > b->width_bits ||
           (a->width_bits == b->width_bits && instructions_of(a) > instructions_of(b));
}

/* The widest of a pattern, and of those the one with most of them in an iteration. */
static const cb_membw_kernel *widest(cb_membw_pattern pattern, cb_isa_set isa)
{
    const cb_membw_kernel *best = NULL;
    for (size_t i = 0; i < cb_membw_kernel_count; i++) {
        const cb_membw_kernel *k = &cb_membw_kernels[i];
        if (k->pattern == pattern && !k->non_temporal && (isa & cb_isa_bit(k->isa)) &&
            (!best || is_wider(k, best)))
            best = k;
    }
    return best;
}

cb_status cb_conv_reader_new(double bytes, int threads, cb_isa_set isa, cb_error *err,
                             cb_conv_reader *reader)
{
    *reader = (cb_conv_reader){.kernel = widest(CB_PATTERN_READ, isa)};
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

/* ---- reading and writing ---- */

/* A thread's part of `bytes` in whole steps. */
static size_t part_of(double bytes, int threads, size_t step)
{
    return (size_t)(bytes / threads / (double)step + 0.5) * step;
}

cb_status cb_conv_mover_new(double read_bytes, double written_bytes, int threads, cb_isa_set isa,
                            cb_error *err, cb_conv_mover *mover)
{
    enum { APART_BYTES = 21 * 64 }; /* as a layer's output and input */
    bool reads = read_bytes > written_bytes;
    double copied = reads ? written_bytes : read_bytes;
    double rest = reads ? read_bytes - written_bytes : written_bytes - read_bytes;
    *mover = (cb_conv_mover){.copy = widest(CB_PATTERN_COPY, isa),
                             .more = widest(reads ? CB_PATTERN_READ : CB_PATTERN_WRITE, isa),
                             .rest_is_read = reads};
    if (!mover->copy || !mover->more) {
        mover->copy = NULL;
        return CB_OK;
    }
    mover->copied = part_of(copied, threads, mover->copy->step_bytes);
    mover->rest = part_of(rest, threads, mover->more->step_bytes);
    double moved = (double)(2 * mover->copied + mover->rest) * threads;
    if (moved <= 0) {
        mover->copy = NULL;
        return CB_OK;
    }
    mover->scale = (read_bytes + written_bytes) / moved;
    size_t all = (mover->copied + mover->rest) * (size_t)threads;
    mover->from = cb_conv_buffer(all);
    mover->to = cb_conv_buffer_at(all, APART_BYTES);
    return mover->from && mover->to
               ? CB_OK
               : cb_fail(err, CB_NO_MEMORY, "no memory to copy beside a layer");
}

void cb_conv_mover_free(cb_conv_mover *mover)
{
    cb_conv_buffer_free(mover->from);
    cb_conv_buffer_free(mover->to);
}

void cb_conv_mover_run(void *mover, int thread, uint64_t repeats)
{
    const cb_conv_mover *m = mover;
    size_t at = (size_t)thread * (m->copied + m->rest), rest = at + m->copied;
    for (uint64_t i = 0; i < repeats; i++) {
        if (m->copied)
            m->copy->run(m->to + at, m->from + at, NULL, m->copied, 1);
        if (m->rest && m->rest_is_read)
            m->more->run(NULL, m->from + rest, NULL, m->rest, 1);
        else if (m->rest)
            m->more->run(m->to + rest, NULL, NULL, m->rest, 1);
    }
}
