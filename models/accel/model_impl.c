/* Layers from an implementation file that gives shapes. */
#include "models/accel/impl.h"

#include <stdio.h>
#include <string.h>

static cb_status fail_at(const cb_accel_impl *impl, const cb_accel_entry *entry, const char *why,
                         cb_error *err)
{
    return cb_fail(err, CB_PARSE, "%.200s:%d: %.60s: %s", impl->path, entry->line, entry->name,
                   why);
}

static bool is_pool(const char *type)
{
    return strcmp(type, "GlobalAveragePool") == 0 || strcmp(type, "AveragePool") == 0 ||
           strcmp(type, "MaxPool") == 0;
}

static bool starts_layer(const char *type)
{
    return strcmp(type, "Conv") == 0 || strcmp(type, "Gemm") == 0 || strcmp(type, "MatMul") == 0 ||
           is_pool(type);
}

static void set_conv(const cb_accel_entry *e, cb_accel_layer *l)
{
    l->kind = CB_ACCEL_CONV;
    l->kh = e->weight[2];
    l->kw = e->weight[3];
    l->groups = e->weight[1] ? e->in[0] / e->weight[1] : 0;
    l->top = e->pad[0];
    l->left = e->pad[1];
    l->bottom = e->pad[2];
    l->right = e->pad[3];
    l->sh = e->stride[0] ? e->stride[0] : 1;
    l->sw = e->stride[1] ? e->stride[1] : 1;
}

static void set_linear(cb_accel_layer *l)
{
    l->kind = CB_ACCEL_LINEAR;
    l->cin = l->cin * l->h * l->w;
    l->h = l->w = 1;
}

static void set_pool(cb_accel_layer *l)
{
    l->kind = CB_ACCEL_POOL;
    l->kh = l->sh = l->h / l->ho;
    l->kw = l->sw = l->w / l->wo;
}

static cb_status start(const cb_accel_impl *impl, const cb_accel_entry *e, cb_error *err,
                       cb_accel_layer *l)
{
    bool conv = strcmp(e->type, "Conv") == 0;
    if (!e->shaped || !e->out[0] || !e->in_bits || !e->out_bits)
        return fail_at(impl, e, "needs its shapes and bit widths when there is no network", err);
    if (!is_pool(e->type) && (!e->weight[0] || !e->weight_bits))
        return fail_at(impl, e, "needs weight_shape and weight_bitwidth", err);
    snprintf(l->name, sizeof l->name, "%s", e->name);
    l->cin = e->in[0], l->h = e->in[1], l->w = e->in[2];
    l->cout = e->out[0], l->ho = e->out[1], l->wo = e->out[2];
    l->in_bits = e->in_bits;
    l->out_bits = e->out_bits > 32 ? 32 : e->out_bits;
    l->bias_bits = e->bias_bits;
    if (!is_pool(e->type))
        l->weight_bits = e->weight_bits;
    if (conv)
        set_conv(e, l);
    else if (is_pool(e->type))
        set_pool(l);
    else
        set_linear(l);
    if (l->groups < 1)
        return fail_at(impl, e, "weight_shape has more input channels than input_shape", err);
    return cb_accel_apply(impl, e, err, l);
}

static cb_status fuse(const cb_accel_impl *impl, const cb_accel_entry *e, cb_error *err,
                      cb_accel_layer *l)
{
    if (strcmp(e->type, "Relu") == 0) {
        snprintf(l->relu, sizeof l->relu, "%s", e->name);
        return cb_accel_apply(impl, e, err, l);
    }
    if (strcmp(e->type, "Quant") != 0 && strcmp(e->type, "Trunc") != 0)
        return fail_at(impl, e, "a type that no layer holds", err);
    int bits = e->out_bits ? e->out_bits : e->bit_width;
    if (bits < 1 || bits > 32)
        return fail_at(impl, e, "needs output_bitwidth of 1 to 32", err);
    snprintf(l->quantizer, sizeof l->quantizer, "%s", e->name);
    l->out_bits = bits;
    l->quant = CB_ACCEL_DYADIC;
    return cb_accel_apply(impl, e, err, l);
}

static cb_status build(const cb_accel_impl *impl, cb_error *err, cb_accel_model *model)
{
    for (size_t i = 0; i < impl->count; i++) {
        const cb_accel_entry *e = &impl->entries[i];
        cb_accel_layer *layer = NULL;
        cb_status status;
        if (starts_layer(e->type)) {
            layer = cb_accel_model_add(model);
            if (!layer)
                return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for its layers", impl->path);
            status = start(impl, e, err, layer);
        } else if (model->count == 0) {
            return fail_at(impl, e, "stands before the first layer", err);
        } else {
            status = fuse(impl, e, err, &model->layers[model->count - 1]);
        }
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

/* The entry that begins a layer; NULL: none has its name. */
static const cb_accel_entry *entry_of(const cb_accel_impl *impl, const cb_accel_layer *layer)
{
    for (size_t i = 0; i < impl->count; i++)
        if (strcmp(impl->entries[i].name, layer->name) == 0)
            return &impl->entries[i];
    return NULL;
}

static cb_status refuse_layer(const cb_accel_impl *impl, const cb_accel_layer *layer,
                              const char *why, cb_error *err)
{
    const cb_accel_entry *entry = entry_of(impl, layer);
    if (entry)
        return fail_at(impl, entry, why, err);
    return cb_fail(err, CB_PARSE, "%.200s: %.60s: %s", impl->path, layer->name, why);
}

cb_status cb_accel_model_of_impl(const cb_accel_impl *impl, cb_error *err, cb_accel_model *model)
{
    cb_accel_model made = {NULL, 0};
    const char *why = NULL;
    cb_status status = build(impl, err, &made);
    for (size_t i = 0; status == CB_OK && i < made.count; i++)
        if (!cb_accel_layer_sane(&made.layers[i], &why))
            status = refuse_layer(impl, &made.layers[i], why, err);
    if (status == CB_OK)
        *model = made;
    else
        cb_accel_model_free(&made);
    return status;
}
