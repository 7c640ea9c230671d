#include "bench/bitserial/bitserial.h"

#include <string.h>

cb_bits_type cb_bits_type_of(int bits, cb_bits_encoding encoding)
{
    cb_bits_type type = {.bits = bits, .encoding = encoding};
    if (encoding == CB_BITS_SIGNED) {
        type.flip = 1u << (bits - 1);
        type.offset = -(1 << (bits - 1));
    } else if (encoding == CB_BITS_BIPOLAR) {
        type.log2_scale = 1;
        type.offset = -((1 << bits) - 1);
    }
    return type;
}

int32_t cb_bits_value(const cb_bits_type *type, uint8_t code)
{
    unsigned v = (code & ((1u << type->bits) - 1)) ^ type->flip;
    return ((int32_t)v << type->log2_scale) + type->offset;
}

static const cb_bits_scheme schemes[] = {
    {"unipolar", CB_BITS_UNSIGNED, CB_BITS_BIPOLAR},  {"bipolar", CB_BITS_BIPOLAR, CB_BITS_BIPOLAR},
    {"unsigned", CB_BITS_UNSIGNED, CB_BITS_UNSIGNED}, {"signed", CB_BITS_SIGNED, CB_BITS_SIGNED},
    {"mixed", CB_BITS_UNSIGNED, CB_BITS_SIGNED},
};

const cb_bits_scheme *cb_bits_scheme_at(size_t index)
{
    return index < sizeof schemes / sizeof *schemes ? &schemes[index] : NULL;
}

const cb_bits_scheme *cb_bits_scheme_of(const char *name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(name, schemes[i].name) == 0)
            return &schemes[i];
    return NULL;
}
