#include "bench/gemm/pack.h"

#include "bench/gemm/panels.h"

#include <string.h>

enum { MOST_KR = 16, MOST_WIDTH = 64 }; /* of interleaved lines */

#define CB_GEMM_PACK(name, isa, form, unit_bytes) cb_gemm_pack_fn name;
#include "bench/gemm/pack.inc"
#undef CB_GEMM_PACK

const cb_gemm_pack_kernel cb_gemm_pack_kernels[] = {
#define CB_GEMM_PACK(name, isa, form, unit_bytes)                                                  \
    {#name, CB_ISA_##isa, CB_PACK_##form, unit_bytes, name},
#include "bench/gemm/pack.inc"
#undef CB_GEMM_PACK
};

const size_t cb_gemm_pack_kernel_count = sizeof cb_gemm_pack_kernels / sizeof *cb_gemm_pack_kernels;

const cb_gemm_pack_kernel *cb_gemm_pack_best(cb_gemm_pack_form form, size_t unit_bytes,
                                             cb_isa_set isa)
{
    const cb_gemm_pack_kernel *best = NULL;
    for (size_t i = 0; i < cb_gemm_pack_kernel_count; i++) {
        const cb_gemm_pack_kernel *k = &cb_gemm_pack_kernels[i];
        if (k->form == form && k->unit_bytes == unit_bytes && (isa & cb_isa_bit(k->isa)) &&
            (!best || k->isa > best->isa))
            best = k;
    }
    return best;
}

size_t cb_gemm_panel_bytes(const cb_gemm_packing *packing, size_t steps)
{
    return cb_round_up(steps, packing->kr) * packing->width * packing->element;
}

/* ---- matrices ---- */

/* Element (line, step) of the source. */
static const char *source_at(const cb_gemm_packing *g, size_t line, size_t step)
{
    size_t outer = g->k_lies_near ? line : step, inner = g->k_lies_near ? step : line;
    return (const char *)g->operand->data + (outer * g->operand->ld + inner) * g->element;
}

/* Steps from `from` on, one element at a time: what no packing kernel does. */
static void pack_elements(const cb_gemm_packing *g, const cb_gemm_panel *panel, size_t from,
                          char *to)
{
    for (size_t p = from; p < panel->k_count; p++) {
        char *group = to + p / g->kr * g->width * g->kr * g->element + p % g->kr * g->element;
        for (size_t i = 0; i < panel->count; i++)
            memcpy(group + i * g->kr * g->element,
                   source_at(g, panel->first + i, panel->k_first + p), g->element);
    }
}

/* The same for bytes, of which a last group of k has up to 63 steps. */
static void pack_bytes(const cb_gemm_packing *g, const cb_gemm_panel *panel, size_t from, char *to)
{
    size_t line = g->k_lies_near ? g->operand->ld : 1;
    for (size_t p = from; p < panel->k_count; p++) {
        char *group = to + p / g->kr * g->width * g->kr + p % g->kr;
        const char *source = source_at(g, panel->first, panel->k_first + p);
        for (size_t i = 0; i < panel->count; i++)
            group[i * g->kr] = source[i * line];
    }
}

/* A last group of bytes that lie beside each other along k. */
static void pack_last_bytes(const cb_gemm_packing *g, const cb_gemm_panel *panel, size_t from,
                            char *to)
{
    char *group = to + from * g->width;
    for (size_t i = 0; i < panel->count; i++)
        memcpy(group + i * g->kr, source_at(g, panel->first + i, panel->k_first + from),
               panel->k_count - from);
}

/* A last group of lines of bytes: with lines of zeros beside them it is a whole one. */
static void pack_last_lines(const cb_gemm_packing *g, const cb_gemm_panel *panel, size_t from,
                            const cb_gemm_pack_kernel *interleave, char *to)
{
    char lines[MOST_KR][MOST_WIDTH];
    memset(lines, 0, g->kr * sizeof lines[0]);
    for (size_t p = from; p < panel->k_count; p++)
        memcpy(lines[p - from], source_at(g, panel->first, panel->k_first + p), panel->count);
    interleave->run(to + from * g->width, lines, sizeof lines[0], panel->count, 1, g->width);
}

static void pack_matrix(const cb_gemm_packing *g, const cb_gemm_panel *panel, char *to)
{
    size_t unit = g->kr * g->element, whole = panel->k_count / g->kr;
    const char *from = source_at(g, panel->first, panel->k_first);
    size_t line_bytes = g->operand->ld * g->element;
    size_t done = 0;
    const cb_gemm_pack_kernel *interleave =
        g->element == 1 ? cb_gemm_pack_best(CB_PACK_INTERLEAVE, g->kr, g->isa) : NULL;
    const cb_gemm_pack_kernel *transpose = cb_gemm_pack_best(CB_PACK_TRANSPOSE, unit, g->isa);
    if (!g->k_lies_near && g->kr == 1) {
        cb_gemm_pack_best(CB_PACK_COPY, 1, g->isa)
            ->run(to, from, line_bytes, panel->count * unit, whole, g->width * unit);
        done = whole;
    } else if (g->k_lies_near && transpose) {
        transpose->run(to, from, line_bytes, panel->count, whole, g->width);
        done = whole * g->kr;
    } else if (!g->k_lies_near && interleave) {
        interleave->run(to, from, line_bytes, panel->count, whole, g->width);
        done = whole * g->kr;
    }
    if (done == panel->k_count)
        return;
    if (g->element == 1 && g->k_lies_near && transpose)
        pack_last_bytes(g, panel, done, to);
    else if (!g->k_lies_near && interleave && g->kr > 1 && panel->count <= MOST_WIDTH)
        pack_last_lines(g, panel, done, interleave, to);
    else if (g->element == 1)
        pack_bytes(g, panel, done, to);
    else
        pack_elements(g, panel, done, to);
}

/* Zeros where no element comes: beyond the last line, and in the last group of k. */
static void fill_gaps(const cb_gemm_packing *packing, const cb_gemm_panel *panel, char *to)
{
    size_t all = cb_gemm_panel_bytes(packing, panel->k_count);
    size_t last = packing->width * packing->kr * packing->element;
    if (panel->count < packing->width)
        memset(to, 0, all);
    else if (panel->k_count % packing->kr)
        memset(to + all - last, 0, last);
}

void cb_gemm_pack_panel(const cb_gemm_packing *packing, const cb_gemm_panel *panel, void *to)
{
    const cb_gemm_operand *operand = packing->operand;
    if (operand->source == CB_GEMM_VIRTUAL) {
        operand->fill(operand->fill_arg, panel, to);
    } else {
        fill_gaps(packing, panel, to);
        pack_matrix(packing, panel, to);
    }
    if (packing->scale != 1)
        cb_gemm_scale(packing->number, to,
                      cb_gemm_panel_bytes(packing, panel->k_count) / packing->element,
                      packing->scale);
}
