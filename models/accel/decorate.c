#include "models/accel/decorate.h"

#include <math.h>

enum { SCALE_BITS = 32 };

static void products(const cb_accel_layer *l, int cores, cb_accel_decoration *d)
{
    double outputs = (double)(l->cout * l->ho * l->wo), depth = (double)cb_accel_depth(l);
    double all = outputs * depth, columns = (double)(l->cin * l->kh * l->kw);
    bool table = l->implementation == CB_ACCEL_LUT;
    d->macs = table ? 0 : all;
    d->look_ups = table ? all : 0;
    d->bops = all * (1 + l->acc_bits + l->weight_bits + l->in_bits);
    d->bit_products = all * l->weight_bits * l->in_bits;
    d->parameter_bits = (double)l->cout * depth * l->weight_bits +
                        (l->bias_bits ? (double)l->cout * l->acc_bits : 0);
    d->sum_bits = outputs * l->acc_bits;
    if (table)
        d->table_bits = ldexp(8.0 * ((l->acc_bits + 7) / 8), l->in_bits + l->weight_bits);
    if (l->kind != CB_ACCEL_CONV || l->implementation == CB_ACCEL_DIRECT)
        return;
    d->im2col_bits = (double)(l->ho * l->wo) * columns * l->in_bits;
    d->buffer_bits = 2.0 * cores * depth * l->in_bits;
}

static void requantization(const cb_accel_layer *l, cb_accel_decoration *d)
{
    double inputs = (double)(l->cout * l->ho * l->wo);
    double each = l->channel_wise ? (double)l->cout : 1;
    switch (l->quant) {
    case CB_ACCEL_DYADIC:
        d->quant_bops = inputs * 2;
        d->quant_bits = each * SCALE_BITS;
        break;
    case CB_ACCEL_THRESHOLDS:
        d->quant_bops = inputs * l->out_bits * l->acc_bits;
        d->quant_bits = each * (ldexp(1, l->out_bits) - 1) * l->acc_bits;
        break;
    case CB_ACCEL_QUANT_LUT:
        d->quant_bits = each * ldexp(l->out_bits, l->acc_bits);
        break;
    case CB_ACCEL_NO_QUANT:
    case CB_ACCEL_QUANTS:
        break;
    }
}

cb_accel_decoration cb_accel_decorate(const cb_accel_layer *l, int cores)
{
    cb_accel_decoration d = {0};
    double outputs = (double)(l->cout * l->ho * l->wo);
    if (l->kind == CB_ACCEL_POOL)
        d.pool_bops = outputs * (double)(l->kh * l->kw - 1) * l->in_bits;
    else
        products(l, cores, &d);
    if (l->relu[0])
        d.relu_bops = outputs * (l->acc_bits + 1);
    d.output_bits = outputs * l->out_bits;
    requantization(l, &d);
    return d;
}
