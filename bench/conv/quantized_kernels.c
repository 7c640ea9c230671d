#include "bench/conv/quantized_kernel.h"

cb_q8_oracle_fn q8direct__scalar;

#define CB_CONV_BYTES(name, isa, is_signed, groups, pixels, channels, kr, oracle)                  \
    cb_q8_direct_fn name;
#include "bench/conv/quantized_kernels.inc"
#undef CB_CONV_BYTES

/* The last row, without a name, keeps the table of an architecture that has none from being empty.
 */
const cb_q8_kernel cb_q8_kernels[] = {
#define CB_CONV_BYTES(name, isa, is_signed, groups, pixels, channels, kr, oracle)                  \
    {#name, CB_ISA_##isa, is_signed, groups, pixels, channels, kr, name, oracle},
#include "bench/conv/quantized_kernels.inc"
#undef CB_CONV_BYTES
    {NULL, CB_ISA_SCALAR, false, 0, 0, 0, 0, NULL, q8direct__scalar},
};

const size_t cb_q8_kernel_count = sizeof cb_q8_kernels / sizeof *cb_q8_kernels - 1;

static size_t padded(const cb_q8_kernel *k, size_t channels)
{
    size_t width = (size_t)k->channels;
    return (channels + width - 1) / width * width;
}

static bool is_better(const cb_q8_kernel *a, const cb_q8_kernel *b, bool is_signed, size_t channels)
{
    if (a->isa != b->isa)
        return a->isa > b->isa;
    if (a->is_signed != b->is_signed)
        return a->is_signed == is_signed;
    if (padded(a, channels) != padded(b, channels))
        return padded(a, channels) < padded(b, channels);
    return a->channels > b->channels;
}

const cb_q8_kernel *cb_q8_kernel_best(cb_isa_set isa, bool is_signed, size_t channels)
{
    const cb_q8_kernel *best = NULL;
    for (size_t i = 0; i < cb_q8_kernel_count; i++) {
        const cb_q8_kernel *k = &cb_q8_kernels[i];
        if ((isa & cb_isa_bit(k->isa)) && (!best || is_better(k, best, is_signed, channels)))
            best = k;
    }
    return best;
}

#define CB_CONV_DEPTHWISE_BYTES(name, isa, quad, requantizes) cb_q8_depthwise_fn name;
#include "bench/conv/quantized_kernels.inc"
#undef CB_CONV_DEPTHWISE_BYTES

static const cb_q8_depthwise_kernel depthwise_kernels[] = {
#define CB_CONV_DEPTHWISE_BYTES(name, isa, quad, requantizes)                                      \
    {#name, CB_ISA_##isa, quad, requantizes, name},
#include "bench/conv/quantized_kernels.inc"
#undef CB_CONV_DEPTHWISE_BYTES
};

const cb_q8_depthwise_kernel *cb_q8_depthwise_best(cb_isa_set isa)
{
    const cb_q8_depthwise_kernel *best = depthwise_kernels;
    for (size_t i = 0; i < sizeof depthwise_kernels / sizeof *depthwise_kernels; i++) {
        const cb_q8_depthwise_kernel *k = &depthwise_kernels[i];
        if ((isa & cb_isa_bit(k->isa)) && k->isa >= best->isa)
            best = k;
    }
    return best;
}

/* Packing words, then pairs to bytes, inside of lanes of 128 bits: of each lane's 16 bytes register
 * j has the four from 4 j on. */
static size_t packing_place(size_t channel)
{
    return channel % 16 / 4 * 16 + channel / 16 * 4 + channel % 4;
}

size_t cb_q8_depthwise_place(const cb_q8_depthwise_kernel *kernel, size_t channel)
{
    return kernel->quad == 1 ? channel : packing_place(channel);
}

/* Four registers of channels are packed as they come, fewer are put in order. */
size_t cb_q8_place(const cb_q8_kernel *kernel, size_t channel)
{
    return kernel->channels == CB_Q8_DEPTHWISE_CHANNELS ? packing_place(channel) : channel;
}
