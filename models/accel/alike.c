#include "models/accel/accel.h"

#include <string.h>

void cb_accel_layer_key(const cb_accel_layer *l, cb_accel_key *key)
{
    *key = (cb_accel_key){{l->kind,
                           l->implementation,
                           l->quant,
                           l->channel_wise,
                           l->cin,
                           l->h,
                           l->w,
                           l->cout,
                           l->ho,
                           l->wo,
                           l->kh,
                           l->kw,
                           l->sh,
                           l->sw,
                           l->top,
                           l->left,
                           l->bottom,
                           l->right,
                           l->groups,
                           l->in_bits,
                           l->weight_bits,
                           l->out_bits,
                           l->acc_bits,
                           l->bias_bits,
                           l->relu[0] != '\0'}};
}

bool cb_accel_layers_alike(const cb_accel_layer *a, const cb_accel_layer *b)
{
    cb_accel_key x, y;
    cb_accel_layer_key(a, &x);
    cb_accel_layer_key(b, &y);
    return memcmp(&x, &y, sizeof x) == 0;
}
