#include "bench/gemm/side.h"

static void look_at_matrix(cb_gemm_side *side, size_t k_first)
{
    const cb_gemm_packing *g = &side->packing;
    size_t ld = g->operand->ld;
    size_t step = g->k_lies_near ? 1 : ld, line = g->k_lies_near ? ld : 1;
    side->element_bytes = line * g->element;
    side->block = (const char *)g->operand->data + k_first * step * g->element;
}

void cb_side_set_block(cb_gemm_side *side, char *buffer, size_t first, size_t k_first,
                       size_t k_count)
{
    const cb_gemm_packing *g = &side->packing;
    side->element_bytes = 0;
    side->first = first;
    if (side->in_call) {
        side->block = buffer;
        side->panel_bytes = cb_gemm_panel_bytes(g, k_count);
    } else if (g->operand->source == CB_GEMM_PACKED) {
        side->first = 0;
        side->panel_bytes = cb_gemm_panel_bytes(g, k_count);
        side->block =
            g->operand->packed->data + side->panels.count * cb_gemm_panel_bytes(g, k_first);
    } else {
        look_at_matrix(side, k_first);
    }
}

void cb_side_pack(const cb_gemm_side *side, cb_range range, size_t k_first, size_t k_count,
                  char *buffer)
{
    size_t panel_bytes = cb_gemm_panel_bytes(&side->packing, k_count);
    for (size_t i = range.first; i < range.last; i++, buffer += panel_bytes) {
        const cb_gemm_panel panel = {.first = cb_panel_first(&side->panels, i),
                                     .count = cb_panel_length(&side->panels, i),
                                     .k_first = k_first,
                                     .k_count = k_count,
                                     .width = side->packing.width,
                                     .kr = side->packing.kr};
        cb_gemm_pack_panel(&side->packing, &panel, buffer);
    }
}
