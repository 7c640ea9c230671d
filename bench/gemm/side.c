#include "bench/gemm/side.h"

static void look_at_matrix(cb_gemm_side *side, size_t k_first)
{
    const cb_gemm_packing *g = &side->packing;
    size_t ld = g->operand->ld;
    size_t step = g->k_lies_near ? 1 : ld, line = g->k_lies_near ? ld : 1;
    side->element_bytes = line * g->element;
    side->block = (const char *)g->operand->data + k_first * step * g->element;
}

size_t cb_side_panel_bytes(const cb_gemm_side *side, size_t steps)
{
    size_t elements = cb_gemm_panel_bytes(&side->packing, steps);
    return side->noting.bytes ? cb_round_up(elements, 64) + side->noting.bytes : elements;
}

void cb_side_set_block(cb_gemm_side *side, char *buffer, size_t first, size_t k_first,
                       size_t k_count)
{
    const cb_gemm_packing *g = &side->packing;
    side->element_bytes = 0;
    side->first = first;
    if (side->in_call) {
        side->block = buffer;
        side->panel_bytes = cb_side_panel_bytes(side, k_count);
    } else if (g->operand->source == CB_GEMM_PACKED) {
        side->first = 0;
        const cb_gemm_packed *packed = g->operand->packed;
        size_t block_bytes = side->panels.count * cb_side_panel_bytes(side, packed->kc);
        side->panel_bytes = cb_side_panel_bytes(side, k_count);
        side->block = packed->data + k_first / packed->kc * block_bytes;
    } else {
        look_at_matrix(side, k_first);
    }
}

/* Sums are of the numbers as they were given. */
static void note(const cb_gemm_side *side, const cb_gemm_panel *panel, char *elements,
                 char *notes_end)
{
    int32_t sums[CB_GEMM_MOST_LINES];
    if (side->sums || side->noting.bytes)
        cb_gemm_panel_sums(&side->packing, panel, elements, sums);
    for (size_t i = 0; i < panel->count && side->sums; i++)
        side->sums[panel->first + i] =
            sums[i] + (panel->k_first ? side->sums[panel->first + i] : 0);
    if (side->noting.bytes)
        cb_gemm_notes_write(&side->noting, sums, elements, panel->k_count, notes_end);
    if (side->noting.flips)
        cb_gemm_panel_flip(elements, cb_gemm_panel_bytes(&side->packing, panel->k_count));
}

void cb_side_pack(const cb_gemm_side *side, cb_range range, size_t k_first, size_t k_count,
                  char *buffer)
{
    size_t panel_bytes = cb_side_panel_bytes(side, k_count);
    for (size_t i = range.first; i < range.last; i++, buffer += panel_bytes) {
        const cb_gemm_panel panel = {.first = cb_panel_first(&side->panels, i),
                                     .count = cb_panel_length(&side->panels, i),
                                     .k_first = k_first,
                                     .k_count = k_count,
                                     .width = side->packing.width,
                                     .kr = side->packing.kr};
        cb_gemm_pack_panel(&side->packing, &panel, buffer);
        note(side, &panel, buffer, buffer + panel_bytes);
    }
}
