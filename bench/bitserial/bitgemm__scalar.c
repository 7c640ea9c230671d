/* The twin of every tile kernel: bit by bit, for any tile and any words. */
#include "bench/bitserial/micro.h"

/* Bit k of a row whose words of `word` bits are `step` bytes apart. */
static int bit_of(const uint8_t *row, size_t word, size_t step, size_t k)
{
    return row[k / word * step + k % word / 8] >> k % 8 & 1;
}

static int32_t term(cb_bits_kind kind, int a, int w)
{
    if (kind == CB_BITS_XOR)
        return a ^ w;
    return kind == CB_BITS_TWO ? (w & a) - ((w ^ 1) & a) : w & a;
}

void bitgemm__scalar(const void *work, const cb_bits_kernel *kernel)
{
    const cb_bits_tile *t = work;
    size_t mr = (size_t)kernel->mr, nr = (size_t)kernel->nr;
    size_t a_word = (size_t)kernel->a_word, w_word = (size_t)kernel->w_word;
    for (size_t i = 0; i < t->m; i++) {
        int32_t *c = (int32_t *)(void *)((char *)t->c + i * t->c_row_bytes);
        const int32_t *at =
            (const int32_t *)(const void *)((const char *)t->base + i * t->base_row_bytes);
        const uint8_t *a =
            (const uint8_t *)t->a + i / mr * t->a_panel_bytes + i % mr * t->a_row_bytes;
        for (size_t j = 0; j < t->n; j++) {
            const uint8_t *w = (const uint8_t *)t->w + j * w_word / 8;
            int64_t sum = 0;
            for (size_t k = 0; k < t->words * cb_bits_word(kernel); k++)
                sum += term(kernel->kind, bit_of(a, a_word, t->a_word_bytes, k),
                            bit_of(w, w_word, nr * w_word / 8, k));
            sum *= (int64_t)1 << t->shift;
            int64_t base = at[j] + (int64_t)t->row_add[i];
            c[j] = (int32_t)(kernel->kind == CB_BITS_XOR ? base - sum : base + sum);
        }
    }
}
