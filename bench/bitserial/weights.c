/* Weights, packed once: bit planes in panels, and what each column adds to C. */
#include "bench/bitserial/inside.h"

#include <stdlib.h>
#include <string.h>

/* One row (and all its taps), the planes of each word beside each other; returns the sum of v. */
static int32_t pack_row(cb_bits_weights *w, const uint8_t *codes, int32_t *tap_sums)
{
    const cb_bits_plan *p = &w->plan;
    size_t tap_words = p->words / p->taps, word_bytes = cb_bits_word(p->kernel) / 8;
    size_t all_planes = word_bytes * (size_t)p->shape.w.bits;
    int32_t all = 0;
    for (size_t tap = 0; tap < p->taps; tap++) {
        int32_t sum = 0;
        p->packer->pack(&(cb_bits_pack){.x = codes + tap * p->tap_k,
                                        .rows = 1,
                                        .k = p->tap_k,
                                        .words = tap_words * word_bytes / 8,
                                        .bits = (unsigned)p->shape.w.bits,
                                        .flip = p->shape.w.flip,
                                        .out = w->row + tap * tap_words * all_planes,
                                        .plane_bytes = word_bytes,
                                        .group = word_bytes / 8,
                                        .group_bytes = all_planes,
                                        .sums = &sum});
        tap_sums[tap * p->shape.n] =
            (sum << p->shape.w.log2_scale) + p->shape.w.offset * (int32_t)p->tap_k;
        all += sum;
    }
    return all;
}

/* Deals a row's words out to its panel. */
static void deal_plane(const cb_bits_weights *w, size_t column, size_t plane)
{
    const cb_bits_plan *p = &w->plan;
    size_t nr = (size_t)p->kernel->nr, chunk = (size_t)p->kernel->w_word / 8;
    size_t word_bytes = cb_bits_word(p->kernel) / 8, step = cb_bits_w_step(p);
    size_t bits = (size_t)p->shape.w.bits, panels = cb_bits_ceil(p->shape.n, nr);
    const uint8_t *from = w->row + plane * word_bytes;
    for (size_t word = 0; word < p->words; word += p->kc) {
        size_t words = p->words - word < p->kc ? p->words - word : p->kc;
        uint8_t *to = (uint8_t *)w->data.data + word * panels * bits * step +
                      (column / nr * bits + plane) * words * step + column % nr * chunk;
        for (size_t i = 0; i < words; i++, from += bits * word_bytes)
            for (size_t at = 0; at < word_bytes; at += chunk, to += nr * chunk)
                memcpy(to, from + at, chunk);
    }
}

/* What column j adds to C, from the sum of its v. */
static int32_t column_term(const cb_bits_plan *p, int32_t sum)
{
    const cb_bits_type *a = &p->shape.a, *w = &p->shape.w;
    uint32_t k = (uint32_t)p->shape.k;
    if (p->kernel->kind == CB_BITS_TWO)
        return 0;
    if (p->kernel->kind == CB_BITS_XOR)
        return (int32_t)(k * (uint32_t)(a->offset * w->offset));
    return (int32_t)((uint32_t)a->offset * ((uint32_t)sum << w->log2_scale) +
                     k * (uint32_t)(a->offset * w->offset));
}

void cb_bits_weights_pack(cb_bits_weights *w, const uint8_t *codes)
{
    const cb_bits_matmul *shape = &w->plan.shape;
    for (size_t j = 0; j < shape->n; j++) {
        int32_t sum = pack_row(w, codes + j * shape->k, w->tap_sums + j);
        for (size_t plane = 0; plane < (size_t)shape->w.bits; plane++)
            deal_plane(w, j, plane);
        w->col_add[j] = column_term(&w->plan, sum);
    }
}

cb_status cb_bits_weights_new(const cb_bits_plan *plan, const uint8_t *codes, cb_error *err,
                              cb_bits_weights **weights)
{
    cb_bits_weights *w = calloc(1, sizeof *w);
    size_t row_bytes = plan->words * cb_bits_word(plan->kernel) / 8 * (size_t)plan->shape.w.bits;
    if (!w)
        return cb_fail(err, CB_NO_MEMORY, "no memory for packed weights");
    w->plan = *plan;
    w->row = malloc(row_bytes + 64);
    w->col_add = calloc(plan->shape.n, sizeof *w->col_add);
    w->tap_sums = calloc(plan->shape.n * plan->taps, sizeof *w->tap_sums);
    cb_status status =
        cb_buffer_new((size_t)cb_bits_packed_w_bytes(plan), 0, CB_PAGES_DEFAULT, err, &w->data);
    if (status == CB_OK && (!w->row || !w->col_add || !w->tap_sums))
        status = cb_fail(err, CB_NO_MEMORY, "no memory for packed weights");
    if (status != CB_OK) {
        cb_bits_weights_free(w);
        return status;
    }
    cb_bits_weights_pack(w, codes);
    *weights = w;
    return CB_OK;
}

void cb_bits_weights_free(cb_bits_weights *weights)
{
    if (!weights)
        return;
    cb_buffer_free(&weights->data);
    free(weights->row);
    free(weights->col_add);
    free(weights->tap_sums);
    free(weights);
}
