#include "bench/conv/kernel.h"
#include "bench/conv/kernel_offsets.h"

#define CB_CONV_PROTOTYPE_DIRECT(name)          cb_conv_direct_fn name;
#define CB_CONV_PROTOTYPE_TRANSPOSE(name)       cb_conv_transpose_fn name;
#define CB_CONV_PROTOTYPE_TRANSPOSE2(name)      cb_conv_transpose_fn name;
#define CB_CONV_PROTOTYPE_PICK2(name)           cb_conv_transpose_fn name;
#define CB_CONV_PROTOTYPE_DEPTHWISE(name)       cb_conv_depthwise_fn name;
#define CB_CONV_PROTOTYPE_DEPTHWISE_TILE(name)  cb_conv_depthwise_tile_fn name;
#define CB_CONV_PROTOTYPE_DEPTHWISE_STRIP(name) cb_conv_depthwise_strip_fn name;
#define CB_CONV_PROTOTYPE_DEPTHWISE_PLANE(name) cb_conv_depthwise_plane_fn name;
#define CB_CONV_PROTOTYPE_WINOGRAD_INPUT(name)  cb_conv_winograd_fn name;
#define CB_CONV_PROTOTYPE_WINOGRAD_OUTPUT(name) cb_conv_winograd_fn name;
#define CB_CONV(name, isa, kind, core, groups, pixels, channels, lanes, oracle)                    \
    CB_CONV_PROTOTYPE_##kind(name)
#include "bench/conv/kernels.inc"
#undef CB_CONV

const cb_conv_kernel cb_conv_kernels[] = {
#define CB_CONV(name, isa, kind, core, groups, pixels, channels, lanes, oracle)                    \
    {#name,  CB_ISA_##isa, CB_CONV_##kind, CB_GEMM_##core, groups,                                 \
     pixels, channels,     lanes,          {.kind = name}, #oracle},
#include "bench/conv/kernels.inc"
#undef CB_CONV
};

const size_t cb_conv_kernel_count = sizeof cb_conv_kernels / sizeof *cb_conv_kernels;

#define HELD(member, offset)                                                                       \
    _Static_assert(offsetof(cb_conv_tile, member) == (offset), "kernel_offsets.h: " #member)
HELD(input, CB_CONV_INPUT);
HELD(weights, CB_CONV_WEIGHTS);
HELD(output, CB_CONV_OUTPUT);
HELD(taps, CB_CONV_TAPS);
HELD(tap_count, CB_CONV_TAP_COUNT);
HELD(run, CB_CONV_RUN);
HELD(pixel_bytes, CB_CONV_PIXEL);
HELD(group_bytes, CB_CONV_GROUP);
HELD(out_pixel_bytes, CB_CONV_OUT_PIXEL);
HELD(out_group_bytes, CB_CONV_OUT_GROUP);
HELD(out_vector_bytes, CB_CONV_OUT_VECTOR);
HELD(accumulate, CB_CONV_ACCUMULATE);
HELD(places, CB_CONV_PLACES);
HELD(out_places, CB_CONV_OUT_PLACES);
HELD(next, CB_CONV_NEXT);
#undef HELD

#define HELD(member, offset)                                                                       \
    _Static_assert(offsetof(cb_conv_depthwise_tile, member) == (offset),                           \
                   "kernel_offsets.h: " #member)
HELD(input, CB_CONV_TILE_INPUT);
HELD(output, CB_CONV_TILE_OUTPUT);
HELD(weights, CB_CONV_TILE_WEIGHTS);
HELD(vectors, CB_CONV_TILE_VECTORS);
HELD(stride, CB_CONV_TILE_STRIDE);
#undef HELD

#define HELD(member, offset)                                                                       \
    _Static_assert(offsetof(cb_conv_depthwise_strip, member) == (offset),                          \
                   "kernel_offsets.h: " #member)
HELD(input, CB_CONV_STRIP_INPUT);
HELD(weights, CB_CONV_STRIP_WEIGHTS);
HELD(output, CB_CONV_STRIP_OUTPUT);
HELD(vectors, CB_CONV_STRIP_VECTORS);
HELD(columns, CB_CONV_STRIP_COLUMNS);
HELD(out_columns, CB_CONV_STRIP_OUT_COLUMNS);
HELD(ends, CB_CONV_STRIP_ENDS);
HELD(row_bytes, CB_CONV_STRIP_ROW);
HELD(pixel_bytes, CB_CONV_STRIP_PIXEL);
HELD(out_row_bytes, CB_CONV_STRIP_OUT_ROW);
HELD(stride, CB_CONV_STRIP_STRIDE);
HELD(pad, CB_CONV_STRIP_PAD);
HELD(top, CB_CONV_STRIP_TOP);
HELD(bottom, CB_CONV_STRIP_BOTTOM);
HELD(next, CB_CONV_STRIP_NEXT);
HELD(next_out, CB_CONV_STRIP_NEXT_OUT);
#undef HELD

/* Whether `a` suits better than `b`: the table is in no order, the levels are. */
static bool is_better(const cb_conv_kernel *a, const cb_conv_kernel *b, cb_gemm_core core)
{
    if (a->isa != b->isa)
        return a->isa > b->isa;
    return a->core == core && b->core != core;
}

const cb_conv_kernel *
cb_conv_kernel_best(cb_conv_kind kind, cb_isa_set isa, cb_gemm_core core,
                    bool (*accepts)(const cb_conv_kernel *kernel, const void *arg), const void *arg)
{
    const cb_conv_kernel *best = NULL;
    for (size_t i = 0; i < cb_conv_kernel_count; i++) {
        const cb_conv_kernel *k = &cb_conv_kernels[i];
        if (k->kind != kind || !(isa & cb_isa_bit(k->isa)) || (accepts && !accepts(k, arg)))
            continue;
        if (!best || is_better(k, best, core))
            best = k;
    }
    return best;
}
