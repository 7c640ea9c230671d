#include "bench/gemm/side.h"

#include <stdlib.h>

/* All blocks of k, each with all panels; without any k one block of notes alone. */
static void pack_all(const cb_gemm_side *side, size_t k, cb_gemm_packed *packed)
{
    size_t k_first = 0;
    char *to = packed->data;
    const cb_range all = {0, side->panels.count};
    do {
        size_t k_count = k - k_first < packed->kc ? k - k_first : packed->kc;
        cb_side_pack(side, all, k_first, k_count, to);
        to += side->panels.count * cb_side_panel_bytes(side, k_count);
        k_first += k_count;
    } while (k_first < k);
}

/* Of one panel, in all blocks of k. */
static size_t all_steps_bytes(const cb_gemm_side *side, const cb_gemm_plan *plan)
{
    size_t rest = plan->k % plan->kc;
    return plan->k / plan->kc * cb_side_panel_bytes(side, plan->kc) +
           (rest || !plan->k ? cb_side_panel_bytes(side, rest) : 0);
}

static cb_status pack(const cb_gemm_plan *plan, cb_gemm_side *side, cb_error *err,
                      cb_gemm_packed **out)
{
    cb_gemm_packed *packed = calloc(1, sizeof *packed);
    size_t bytes = side->panels.count * all_steps_bytes(side, plan);
    char *data = aligned_alloc(4096, cb_round_up(bytes + 1, 4096));
    side->sums = calloc(side->panels.length + 1, sizeof *side->sums);
    if (!packed || !data || !side->sums) {
        free(packed);
        free(data);
        free(side->sums);
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu bytes of packed weights", bytes);
    }
    *packed = (cb_gemm_packed){
        .kernel = plan->kernel, .kc = plan->kc, .bytes = bytes, .data = data, .sums = side->sums};
    if (!cb_gemm_type_of(plan->kernel->dtype)->is_integer)
        side->sums = NULL;
    if (cb_isa_cap(cb_isa_detect(), cb_isa_name(plan->kernel->isa), NULL, &side->packing.isa) !=
        CB_OK)
        side->packing.isa = cb_isa_bit(CB_ISA_SCALAR);
    pack_all(side, plan->k, packed);
    *out = packed;
    return CB_OK;
}

cb_status cb_gemm_pack_a(const cb_gemm_plan *plan, const cb_gemm_operand *a, cb_error *err,
                         cb_gemm_packed **packed)
{
    const cb_gemm_kernel *k = plan->kernel;
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    cb_gemm_side side = {.panels = cb_panels_of(plan->m, (size_t)k->mr, true),
                         .noting = cb_gemm_noting_of_a(plan),
                         .packing = {.operand = a,
                                     .element = type->a_bytes,
                                     .kr = (size_t)k->kr_a,
                                     .width = (size_t)k->mr,
                                     .k_lies_near = !a->transposed,
                                     .scale = 1,
                                     .number = type->a}};
    return pack(plan, &side, err, packed);
}

cb_status cb_gemm_pack_b(const cb_gemm_plan *plan, const cb_gemm_operand *b, cb_error *err,
                         cb_gemm_packed **packed)
{
    const cb_gemm_kernel *k = plan->kernel;
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    cb_gemm_side side = {.panels = cb_panels_of(plan->n, (size_t)k->nr, false),
                         .noting = cb_gemm_noting_of_b(plan),
                         .packing = {.operand = b,
                                     .element = type->b_bytes,
                                     .kr = (size_t)k->kr_b,
                                     .width = (size_t)k->nr,
                                     .k_lies_near = b->transposed,
                                     .scale = 1,
                                     .number = type->b}};
    return pack(plan, &side, err, packed);
}

void cb_gemm_packed_free(cb_gemm_packed *packed)
{
    if (!packed)
        return;
    free(packed->data);
    free(packed->sums);
    free(packed);
}

const int32_t *cb_gemm_packed_sums(const cb_gemm_packed *packed)
{
    return packed->sums;
}

size_t cb_gemm_packed_bytes(const cb_gemm_packed *packed)
{
    return packed->bytes;
}
