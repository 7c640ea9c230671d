/* The twin of every tile kernel: bit by bit, for any tile and any words. */
#include "bench/bitserial/micro.h"

/* Bit k of row `row` of a panel whose rows have words of `word` bits, `rows` beside each other. */
static int bit_of(const void *panel, size_t rows, size_t word, size_t row, size_t k)
{
    const uint8_t *bytes = panel;
    size_t at = (k / word * rows + row) * word + k % word;
    return bytes[at / 8] >> at % 8 & 1;
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
    for (size_t i = 0; i < t->m; i++) {
        int32_t *c = (int32_t *)(void *)((char *)t->c + i * t->c_row_bytes);
        const int32_t *at =
            (const int32_t *)(const void *)((const char *)t->base + i * t->base_row_bytes);
        const uint8_t *a = (const uint8_t *)t->a + i / mr * t->a_panel_bytes;
        for (size_t j = 0; j < t->n; j++) {
            int64_t sum = 0;
            for (size_t k = 0; k < t->words * cb_bits_word(kernel); k++)
                sum += term(kernel->kind, bit_of(a, mr, (size_t)kernel->a_word, i % mr, k),
                            bit_of(t->w, nr, (size_t)kernel->w_word, j, k));
            sum *= (int64_t)1 << t->shift;
            int64_t base = at[j] + (int64_t)t->row_add[i];
            c[j] = (int32_t)(kernel->kind == CB_BITS_XOR ? base - sum : base + sum);
        }
    }
}
