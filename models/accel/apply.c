/* What an entry of an implementation file means for the layer that its node belongs to. */
#include "models/accel/impl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WIDEST_TABLE_INPUT = 16, MOST_TABLE_BITS = 16 };

cb_accel_layer *cb_accel_model_add(cb_accel_model *model)
{
    if ((model->count & (model->count - 1)) == 0) {
        size_t capacity = model->count ? 2 * model->count : 1;
        cb_accel_layer *grown = realloc(model->layers, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        model->layers = grown;
    }
    cb_accel_layer *layer = &model->layers[model->count++];
    *layer = (cb_accel_layer){
        .kh = 1, .kw = 1, .sh = 1, .sw = 1, .groups = 1, .weight_bits = 8, .acc_bits = 32};
    return layer;
}

static cb_status wrong(const cb_accel_impl *impl, const cb_accel_entry *entry, const char *what,
                       const char *expected, cb_error *err)
{
    return cb_fail(err, CB_PARSE, "%.200s:%d: %.60s: %s; expected %s", impl->path, entry->line,
                   entry->name, what, expected);
}

/* "default" is what a node of its type is without an entry. */
static bool is_default(const cb_accel_entry *entry)
{
    return !entry->has_implementation || strcasecmp(entry->implementation, "default") == 0;
}

static cb_status set_product(const cb_accel_impl *impl, const cb_accel_entry *entry, cb_error *err,
                             cb_accel_layer *layer)
{
    if (is_default(entry))
        return CB_OK;
    for (int i = 0; i < CB_ACCEL_IMPLEMENTATIONS; i++)
        if (strcasecmp(entry->implementation,
                       cb_accel_implementation_name((cb_accel_implementation)i)) == 0) {
            layer->implementation = (cb_accel_implementation)i;
            return CB_OK;
        }
    return wrong(impl, entry, "no implementation of products",
                 "default, im2col, direct, lut, bit-serial or slbc", err);
}

static cb_status set_quant(const cb_accel_impl *impl, const cb_accel_entry *entry, cb_error *err,
                           cb_accel_layer *layer)
{
    layer->channel_wise = entry->channel_wise;
    if (is_default(entry))
        return CB_OK;
    for (int i = CB_ACCEL_DYADIC; i < CB_ACCEL_QUANTS; i++)
        if (strcasecmp(entry->implementation, cb_accel_quant_name((cb_accel_quant)i)) == 0) {
            layer->quant = (cb_accel_quant)i;
            if (i == CB_ACCEL_QUANT_LUT && layer->acc_bits > WIDEST_TABLE_INPUT)
                return wrong(impl, entry, "a table for sums of more than 16 bits",
                             "an accumulator_bitwidth of at most 16 on its operator", err);
            return CB_OK;
        }
    return wrong(impl, entry, "no implementation of requantization",
                 "default, dyadic, thresholds or lut", err);
}

static cb_status set_relu(const cb_accel_impl *impl, const cb_accel_entry *entry, cb_error *err)
{
    if (is_default(entry) || strcasecmp(entry->implementation, "comparator") == 0)
        return CB_OK;
    return wrong(impl, entry, "no implementation of a ReLU", "default or comparator", err);
}

cb_status cb_accel_apply(const cb_accel_impl *impl, const cb_accel_entry *entry, cb_error *err,
                         cb_accel_layer *layer)
{
    if (strcmp(entry->type, "Relu") == 0)
        return set_relu(impl, entry, err);
    if (strcmp(entry->name, layer->quantizer) == 0 || strcmp(entry->type, "Quant") == 0 ||
        strcmp(entry->type, "Trunc") == 0)
        return set_quant(impl, entry, err, layer);
    if (layer->kind == CB_ACCEL_POOL) {
        if (is_default(entry) || strcasecmp(entry->implementation, "comparator") == 0)
            return CB_OK;
        return wrong(impl, entry, "no implementation of a pool", "default or comparator", err);
    }
    if (entry->acc_bits)
        layer->acc_bits = entry->acc_bits;
    cb_status status = set_product(impl, entry, err, layer);
    if (status == CB_OK && layer->implementation == CB_ACCEL_LUT &&
        layer->in_bits + layer->weight_bits > MOST_TABLE_BITS)
        return wrong(impl, entry, "a table of more than 2^16 products",
                     "inputs and weights of at most 16 bits together", err);
    return status;
}

bool cb_accel_layer_sane(const cb_accel_layer *l, const char **why)
{
    *why = NULL;
    if (l->cin % l->groups || l->cout % l->groups)
        *why = "channels do not go into its groups";
    else if (l->groups > 1 && !cb_accel_depthwise(l))
        *why = "neither one group nor as many as channels";
    else if (cb_accel_depthwise(l) && l->cout != l->cin)
        *why = "a depthwise convolution with more outputs than inputs";
    else if (l->h + l->top + l->bottom < l->kh || l->w + l->left + l->right < l->kw)
        *why = "its window is larger than its input";
    else if (l->ho != (l->h + l->top + l->bottom - l->kh) / l->sh + 1 ||
             l->wo != (l->w + l->left + l->right - l->kw) / l->sw + 1)
        *why = "its output has another size than window, stride and padding make";
    else if (l->in_bits < 1 || l->in_bits > 8 || l->weight_bits < 1 || l->weight_bits > 8)
        *why = "inputs and weights of 1 to 8 bits are known, no others";
    else if (l->out_bits < 1 || l->out_bits > 32)
        *why = "outputs of 1 to 32 bits are known, no others";
    return !*why;
}
