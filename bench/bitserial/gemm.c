/* The loops around the tile kernels, and matrix multiply on them: for each kc words, for each mc
 * rows (packed here), for each panel of weights, for each panel of rows, for each pair of planes.
 */
#include "bench/bitserial/inside.h"

#include <stdlib.h>
#include <string.h>

size_t cb_bits_scratch_bytes(const cb_bits_plan *plan)
{
    return plan->mc * cb_bits_word(plan->kernel) / 8 * plan->kc * (size_t)plan->shape.a.bits;
}

/* The thread's part of `count` things. */
static size_t part(size_t count, int thread, int threads)
{
    return count * (size_t)thread / (size_t)threads;
}

cb_bits_share cb_bits_share_of(const cb_bits_plan *plan, int thread)
{
    size_t mr = (size_t)plan->kernel->mr, m = plan->shape.m;
    size_t rows = cb_bits_ceil(m, mr),
           columns = cb_bits_ceil(plan->shape.n, (size_t)plan->kernel->nr);
    cb_bits_share all = {.rows = m, .panels = columns};
    if (thread >= plan->threads)
        return (cb_bits_share){0};
    if (plan->split_n) {
        all.panel = part(columns, thread, plan->threads);
        all.panels = part(columns, thread + 1, plan->threads) - all.panel;
        return all;
    }
    size_t end = part(rows, thread + 1, plan->threads) * mr;
    all.row = part(rows, thread, plan->threads) * mr;
    all.rows = (end < m ? end : m) - all.row;
    return all;
}

static size_t scale_of(const cb_bits_plan *plan)
{
    if (plan->kernel->kind == CB_BITS_XOR)
        return 1;
    if (plan->kernel->kind == CB_BITS_TWO)
        return 0;
    return (size_t)(plan->shape.a.log2_scale + plan->shape.w.log2_scale);
}

/* One tile: every plane of the activations with every plane of the weights. The sums of the planes
 * stay in `kept` until the last one, because rows of C can lie where they push each other out of
 * the cache. */
static void multiply_planes(const cb_bits_plan *plan, const cb_bits_tile *whole, size_t words,
                            int32_t kept[CB_BITS_BLOCK_ROWS * CB_BITS_MOST_NR])
{
    static const int32_t zeros[CB_BITS_BLOCK_ROWS];
    const size_t a_bits = (size_t)plan->shape.a.bits, w_bits = (size_t)plan->shape.w.bits;
    const size_t kept_bytes = (size_t)plan->kernel->nr * sizeof *kept, scale = scale_of(plan);
    const size_t plane_bytes = cb_bits_strides_of(plan, words).plane;
    cb_bits_tile tile = *whole;
    tile.words = words;
    for (size_t q = 0; q < w_bits; q++)
        for (size_t p = 0; p < a_bits; p++) {
            bool last = p + 1 == a_bits && q + 1 == w_bits;
            tile.a = (const uint8_t *)whole->a + p * plane_bytes;
            tile.w = (const uint8_t *)whole->w + q * words * cb_bits_w_step(plan);
            tile.c = last ? whole->c : kept;
            tile.c_row_bytes = last ? whole->c_row_bytes : kept_bytes;
            tile.shift = p + q + scale;
            plan->kernel->tile(&tile);
            tile.base = kept;
            tile.base_row_bytes = kept_bytes;
            tile.row_add = zeros;
        }
}

/* A packed block times the share's panels of weights. */
static void multiply_block(const cb_bits_weights *weights, const cb_bits_share *share,
                           const cb_bits_product *product, const cb_bits_block *block)
{
    const cb_bits_plan *plan = &weights->plan;
    int32_t kept[CB_BITS_BLOCK_ROWS * CB_BITS_MOST_NR];
    size_t nr = (size_t)plan->kernel->nr, n = plan->shape.n;
    size_t w_word = cb_bits_w_step(plan) * (size_t)plan->shape.w.bits;
    const uint8_t *w =
        (const uint8_t *)weights->data.data + block->word * w_word * cb_bits_ceil(n, nr);
    const cb_bits_strides strides = cb_bits_strides_of(plan, block->words);
    cb_bits_tile tile = {.a = block->out,
                         .a_row_bytes = strides.row,
                         .a_word_bytes = strides.word,
                         .c_row_bytes = product->c_ld * sizeof *product->c,
                         .base_row_bytes = block->word ? product->c_ld * sizeof *product->c : 0,
                         .m = block->rows,
                         .a_panel_bytes =
                             block->words * cb_bits_a_step(plan) * (size_t)plan->shape.a.bits,
                         .row_add = block->row_add};
    for (size_t panel = share->panel; panel < share->panel + share->panels; panel++) {
        size_t column = panel * nr;
        tile.w = w + panel * w_word * block->words;
        tile.c = product->c + block->row * product->c_ld + column;
        tile.base = block->word ? tile.c : weights->col_add + column;
        tile.n = n - column < nr ? n - column : nr;
        multiply_planes(plan, &tile, block->words, kept);
    }
}

void cb_bits_multiply(const cb_bits_weights *weights, const cb_bits_share *share,
                      const cb_bits_product *product)
{
    const cb_bits_plan *plan = &weights->plan;
    for (size_t word = 0; word < plan->words; word += plan->kc)
        for (size_t row = 0; row < share->rows; row += plan->mc) {
            size_t rows = share->rows - row, words = plan->words - word;
            cb_bits_block block = {.row = share->row + row,
                                   .rows = rows < plan->mc ? rows : plan->mc,
                                   .word = word,
                                   .words = words < plan->kc ? words : plan->kc,
                                   .out = product->scratch,
                                   .row_add = product->row_add};
            product->fill(product->arg, plan, &block);
            if (share->panels)
                multiply_block(weights, share, product, &block);
        }
}

/* ---- matrix multiply ---- */

typedef struct {
    cb_buffer scratch;
    int32_t *row_add;
} room;

struct cb_bits_work {
    cb_bits_plan plan;
    room *rooms; /* one for each thread */
};

static void scale_sums(const cb_bits_plan *plan, int32_t *sums, size_t rows)
{
    int32_t factor = cb_bits_row_factor(plan);
    for (size_t i = 0; i < rows; i++)
        sums[i] *= factor;
}

/* Packs rows of codes. */
static void fill_from_codes(const void *arg, const cb_bits_plan *plan, const cb_bits_block *block)
{
    const uint8_t *codes = arg;
    size_t word = cb_bits_word(plan->kernel), k = plan->shape.k, first = block->word * word;
    size_t mr = (size_t)plan->kernel->mr;
    size_t panel_bytes = block->words * cb_bits_a_step(plan) * (size_t)plan->shape.a.bits;
    const cb_bits_strides strides = cb_bits_strides_of(plan, block->words);
    bool sums = cb_bits_needs_row_sums(plan);
    cb_bits_pack pack = {.x_row_bytes = k,
                         .k = k - first < block->words * word ? k - first : block->words * word,
                         .words = block->words * word / 64,
                         .bits = (unsigned)plan->shape.a.bits,
                         .flip = plan->shape.a.flip,
                         .plane_bytes = strides.plane,
                         .row_bytes = strides.row,
                         .group = word / 64,
                         .group_bytes = strides.word};
    for (size_t i = 0; i < block->rows; i += mr) {
        pack.x = codes + (block->row + i) * k + first;
        pack.rows = block->rows - i < mr ? block->rows - i : mr;
        pack.out = block->out + i / mr * panel_bytes;
        pack.sums = sums ? block->row_add + i : NULL;
        plan->packer->pack(&pack);
    }
    if (sums)
        scale_sums(plan, block->row_add, block->rows);
}

cb_status cb_bits_work_new(const cb_bits_plan *plan, cb_error *err, cb_bits_work **work)
{
    cb_bits_work *w = calloc(1, sizeof *w);
    if (w)
        w->rooms = calloc((size_t)plan->threads, sizeof *w->rooms);
    if (!w || !w->rooms) {
        free(w);
        return cb_fail(err, CB_NO_MEMORY, "no memory for %d threads", plan->threads);
    }
    w->plan = *plan;
    cb_status status = CB_OK;
    for (int t = 0; t < plan->threads && status == CB_OK; t++) {
        w->rooms[t].row_add = calloc(plan->mc, sizeof(int32_t));
        status = cb_buffer_new(cb_bits_scratch_bytes(plan), 1344 / 64 * 64, CB_PAGES_DEFAULT, err,
                               &w->rooms[t].scratch);
        if (status == CB_OK && !w->rooms[t].row_add)
            status = cb_fail(err, CB_NO_MEMORY, "no memory for sums of rows");
    }
    if (status != CB_OK) {
        cb_bits_work_free(w);
        return status;
    }
    *work = w;
    return CB_OK;
}

void cb_bits_work_free(cb_bits_work *work)
{
    if (!work)
        return;
    for (int t = 0; t < work->plan.threads; t++) {
        cb_buffer_free(&work->rooms[t].scratch);
        free(work->rooms[t].row_add);
    }
    free(work->rooms);
    free(work);
}

void cb_bits_gemm_call(cb_bits_work *work, const cb_bits_weights *weights, const uint8_t *a,
                       int32_t *c, int thread)
{
    if (thread >= work->plan.threads)
        return;
    cb_bits_share share = cb_bits_share_of(&work->plan, thread);
    cb_bits_multiply(weights, &share,
                     &(cb_bits_product){.fill = fill_from_codes,
                                        .arg = a,
                                        .scratch = work->rooms[thread].scratch.data,
                                        .row_add = work->rooms[thread].row_add,
                                        .c = c,
                                        .c_ld = work->plan.shape.n});
}

void cb_bits_gemm_pack_call(cb_bits_work *work, const uint8_t *a, int thread)
{
    const cb_bits_plan *plan = &work->plan;
    if (thread >= plan->threads)
        return;
    cb_bits_share share = cb_bits_share_of(plan, thread);
    for (size_t word = 0; word < plan->words; word += plan->kc)
        for (size_t row = 0; row < share.rows; row += plan->mc) {
            size_t rows = share.rows - row, words = plan->words - word;
            fill_from_codes(a, plan,
                            &(cb_bits_block){.row = share.row + row,
                                             .rows = rows < plan->mc ? rows : plan->mc,
                                             .word = word,
                                             .words = words < plan->kc ? words : plan->kc,
                                             .out = work->rooms[thread].scratch.data,
                                             .row_add = work->rooms[thread].row_add});
        }
}
