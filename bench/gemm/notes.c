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

void cb_gemm_panel_sums(const cb_gemm_packing *packing, const cb_gemm_panel *panel,
                        const void *elements, int32_t *sums)
{
    const uint8_t *group = elements;
    size_t width = packing->width, kr = packing->kr;
    memset(sums, 0, width * sizeof *sums);
    for (size_t p = 0; p < panel->k_count; p += kr)
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
