#include "bench/gemm/notes.h"

#include "bench/gemm/panels.h"
#include "bench/gemm/products.h"

#include <string.h>

enum { LINE_BYTES = 64, FLIP = 128 };

static bool flips(const cb_gemm_plan *plan)
{
    return strcmp(cb_gemm_plan_dtype(plan), plan->kernel->dtype) != 0;
}

cb_gemm_noting cb_gemm_noting_of_a(const cb_gemm_plan *plan)
{
    return (cb_gemm_noting){.kernel = plan->kernel, .flips = flips(plan)};
}

/* A that is 128 higher (u8 made of s8) gives each sum 128 times B's column too much. */
cb_gemm_noting cb_gemm_noting_of_b(const cb_gemm_plan *plan)
{
    cb_gemm_noting n = {.kernel = plan->kernel, .products = cb_gemm_uses_products(plan->kernel)};
    if (flips(plan))
        n.start_factor = strcmp(plan->kernel->dtype, "u8s8") == 0 ? -FLIP : FLIP;
    if (n.products || n.start_factor)
        n.bytes = cb_round_up((size_t)plan->kernel->nr * sizeof(int32_t), LINE_BYTES) + LINE_BYTES;
    return n;
}

/* The start, then in a line of its own the promise. */
static char *start_of(const cb_gemm_noting *noting, const char *end)
{
    return (char *)end - noting->bytes;
}

void cb_gemm_notes_write(const cb_gemm_noting *noting, const int32_t *sums, const void *elements,
                         size_t steps, char *end)
{
    int32_t *start = (void *)start_of(noting, end);
    size_t *products = (void *)(end - LINE_BYTES);
    for (size_t j = 0; j < (size_t)noting->kernel->nr; j++)
        start[j] = (int32_t)((uint32_t)noting->start_factor * (uint32_t)sums[j]);
    *products = noting->products ? cb_gemm_b_products(noting->kernel, elements, steps) : 0;
}

void cb_gemm_notes_read(const cb_gemm_noting *noting, const char *end, cb_gemm_tile *tile)
{
    tile->b_products = *(const size_t *)(const void *)(end - LINE_BYTES);
    if (noting->start_factor)
        tile->start = (const void *)start_of(noting, end);
}

void cb_gemm_add_start(const cb_gemm_tile *tile)
{
    char *row = tile->c;
    for (size_t i = 0; i < tile->m; i++, row += tile->c_row_bytes) {
        uint32_t *c = (void *)row;
        for (size_t j = 0; j < tile->n; j++)
            c[j] += (uint32_t)tile->start[j];
    }
}

/* ---- sums ---- */

/* Four bytes of a line in a word. */
enum { WORD_BYTES = 4, MOST_WORDS = 32 * 64 / WORD_BYTES, GROUPS_AT_A_TIME = 128 };

static uint32_t word_at(const uint8_t *bytes, size_t i)
{
    uint32_t word;
    memcpy(&word, bytes + i * WORD_BYTES, sizeof word);
    return word;
}

/* Two sums of 16 bits in each word: 128 times two bytes fit. */
static void sum_groups(const uint8_t *group, size_t words, size_t groups, uint32_t flip,
                       uint32_t *restrict totals)
{
    uint32_t pairs[MOST_WORDS] = {0};
    for (size_t g = 0; g < groups; g++, group += words * WORD_BYTES)
        for (size_t i = 0; i < words; i++) {
            uint32_t word = word_at(group, i) ^ flip;
            pairs[i] += (word & 0x00ff00ff) + (word >> 8 & 0x00ff00ff);
        }
    for (size_t i = 0; i < words; i++)
        totals[i] += (pairs[i] & 0xffff) + (pairs[i] >> 16);
}

/* Lines of which a group has whole words. s8 is summed 128 higher. */
static void sum_words(const cb_gemm_packing *packing, const uint8_t *elements, size_t groups,
                      int32_t *sums)
{
    size_t a_line = packing->kr / WORD_BYTES, words = packing->width * a_line;
    uint32_t totals[MOST_WORDS] = {0};
    bool is_signed = packing->number == CB_S8;
    for (size_t g = 0; g < groups; g += GROUPS_AT_A_TIME)
        sum_groups(elements + g * words * WORD_BYTES, words,
                   groups - g < GROUPS_AT_A_TIME ? groups - g : GROUPS_AT_A_TIME,
                   is_signed ? 0x80808080u : 0, totals);
    for (size_t i = 0; i < packing->width; i++) {
        uint32_t sum = is_signed ? 0u - (uint32_t)(groups * packing->kr) * FLIP : 0;
        for (size_t w = 0; w < a_line; w++)
            sum += totals[i * a_line + w];
        sums[i] = (int32_t)sum;
    }
}

void cb_gemm_panel_sums(const cb_gemm_packing *packing, const cb_gemm_panel *panel,
                        const void *elements, int32_t *sums)
{
    const uint8_t *group = elements;
    size_t width = packing->width, kr = packing->kr, groups = cb_ceil_div(panel->k_count, kr);
    if (kr % WORD_BYTES == 0 && width * kr <= MOST_WORDS * WORD_BYTES) {
        sum_words(packing, group, groups, sums);
        return;
    }
    memset(sums, 0, width * sizeof *sums);
    for (size_t p = 0; p < groups; p++)
        for (size_t i = 0; i < width; i++, group += kr)
            for (size_t r = 0; r < kr; r++)
                sums[i] += packing->number == CB_S8 ? (int8_t)group[r] : group[r];
}

void cb_gemm_panel_flip(void *elements, size_t bytes)
{
    uint8_t *at = elements;
    for (size_t i = 0; i < bytes; i++)
        at[i] ^= FLIP;
}
