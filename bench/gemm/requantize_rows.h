/* Requantization a row at a time, in loops that a compiler makes vectors of: a file of an
 * instruction set includes this one and has requantize_rows(). All steps are exact, so that each of
 * them gives what quantize.c defines. */
#ifndef CB_BENCH_GEMM_REQUANTIZE_ROWS_H
#define CB_BENCH_GEMM_REQUANTIZE_ROWS_H

#include "bench/gemm/requantize.h"

#define INLINE static inline __attribute__((always_inline))

enum { CHUNK = 64 }; /* columns at a time */

/* One row's chunk, and where its columns' or its own channel's factors are. */
typedef struct {
    const cb_requant_job *job;
    size_t row, column, count;
} piece;

INLINE void whole_sums(const piece *p, bool by_row, int32_t *restrict to)
{
    const cb_requant_job *job = p->job;
    const uint32_t *sums = (const uint32_t *)job->sums + p->row * job->sums_ld + p->column;
    const uint32_t *terms = (const uint32_t *)job->terms + (by_row ? p->row : p->column);
    for (size_t j = 0; j < p->count; j++)
        to[j] = (int32_t)(sums[j] + terms[by_row ? 0 : j]);
}

INLINE void take_off_zeros(const piece *p, bool by_row, int32_t *restrict to)
{
    const cb_requant_job *job = p->job;
    const uint32_t *rows = (const uint32_t *)(by_row ? job->zeros : job->activation_sums) + p->row;
    const uint32_t *columns =
        (const uint32_t *)(by_row ? job->activation_sums : job->zeros) + p->column;
    const uint32_t factor = *rows;
    for (size_t j = 0; j < p->count; j++)
        to[j] = (int32_t)((uint32_t)to[j] - factor * columns[j]);
}

/* To the left first, saturating. */
INLINE void raise(const int32_t *shifts, bool by_row, size_t count, int32_t *restrict v)
{
    for (size_t j = 0; j < count; j++) {
        int32_t shift = shifts[by_row ? 0 : j], left = shift > 0 ? shift : 0;
        int32_t raised = (int32_t)((uint32_t)v[j] << left);
        v[j] = raised >> left == v[j] ? raised : (v[j] >> 31) ^ INT32_MAX;
    }
}

INLINE void double_rounded(const int32_t *multipliers, const int32_t *shifts, bool by_row,
                           size_t count, int32_t *restrict v)
{
    for (size_t j = 0; j < count; j++) {
        int64_t product = (int64_t)v[j] * multipliers[by_row ? 0 : j];
        v[j] = (int32_t)((product + (INT64_C(1) << 30)) >> 31);
    }
    for (size_t j = 0; j < count; j++) {
        int32_t shift = shifts[by_row ? 0 : j], right = shift < 0 ? -shift : 0;
        int32_t mask = (int32_t)((1u << right) - 1);
        int32_t threshold = (mask >> 1) + (v[j] < 0);
        v[j] = (v[j] >> right) + ((v[j] & mask) > threshold);
    }
}

INLINE void single_rounded(const int32_t *multipliers, const int32_t *shifts, bool by_row,
                           size_t count, int32_t *restrict v)
{
    for (size_t j = 0; j < count; j++) {
        int64_t bits = 31 - shifts[by_row ? 0 : j];
        int64_t product = (int64_t)v[j] * multipliers[by_row ? 0 : j];
        int64_t value = (product + (INT64_C(1) << (bits - 1))) >> bits;
        value = value > INT32_MAX ? INT32_MAX : value;
        v[j] = (int32_t)(value < INT32_MIN ? INT32_MIN : value);
    }
}

/* Numbers of this size have no fraction left: adding it and taking it off again rounds to nearest,
 * half to even. */
#define ROUNDER 12582912.0f /* 1.5 x 2^23 */

INLINE void scale(const float *scales, bool by_row, size_t count, int32_t *restrict v)
{
    for (size_t j = 0; j < count; j++) {
        float x = (float)v[j] * scales[by_row ? 0 : j];
        x = x < 1024 ? x : 1024; /* far outside of 8 bits around any zero point */
        x = x > -1024 ? x : -1024;
        union {
            float value;
            int32_t bits;
        } rounded = {x + ROUNDER};
        v[j] = rounded.bits - 0x4b400000;
    }
}

INLINE void requantize(const piece *p, bool by_row, int32_t *v)
{
    const cb_requant_job *job = p->job;
    const size_t channel = by_row ? p->row : p->column;
    const int32_t *shifts = job->factors.shifts + channel;
    const int32_t *multipliers = job->factors.multipliers + channel;
    switch (job->form) {
    case CB_QUANT_FIXED_DOUBLE:
        if (job->raises)
            raise(shifts, by_row, p->count, v);
        double_rounded(multipliers, shifts, by_row, p->count, v);
        break;
    case CB_QUANT_FIXED_SINGLE:
        single_rounded(multipliers, shifts, by_row, p->count, v);
        break;
    case CB_QUANT_FLOAT:
        scale(job->factors.scales + channel, by_row, p->count, v);
        break;
    case CB_QUANT_NONE:
        break;
    }
}

INLINE void write_bytes(const piece *p, const int32_t *v)
{
    const cb_requant_job *job = p->job;
    uint8_t *out = (uint8_t *)job->out + p->row * job->out_ld + p->column;
    /* cut before the zero point is added, so that nothing passes an int32 */
    const int32_t zero = job->out_zero, low = job->low - zero, high = job->high - zero;
    for (size_t j = 0; j < p->count; j++) {
        int32_t x = v[j] < low ? low : v[j];
        x = x > high ? high : x;
        out[j] = (uint8_t)(x + zero);
    }
}

INLINE void write_sums(const piece *p, const int32_t *v)
{
    int32_t *out = (int32_t *)p->job->out + p->row * p->job->out_ld + p->column;
    for (size_t j = 0; j < p->count; j++)
        out[j] = v[j];
}

INLINE void requantize_piece(const piece *p, bool by_row)
{
    _Alignas(64) int32_t v[CHUNK];
    whole_sums(p, by_row, v);
    if (p->job->zeros)
        take_off_zeros(p, by_row, v);
    requantize(p, by_row, v);
    if (p->job->form == CB_QUANT_NONE)
        write_sums(p, v);
    else
        write_bytes(p, v);
}

static inline void requantize_rows(const cb_requant_job *job)
{
    for (size_t i = 0; i < job->m; i++)
        for (size_t j = 0; j < job->n; j += CHUNK) {
            const piece p = {job, i, j, job->n - j < CHUNK ? job->n - j : CHUNK};
            if (job->by_row)
                requantize_piece(&p, true);
            else
                requantize_piece(&p, false);
        }
}

#endif
