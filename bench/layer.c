#include "bench/layer.h"

#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static size_t out_size(size_t in, size_t kernel, const cb_layer *l)
{
    return (in + 2 * l->pad - l->dilation * (kernel - 1) - 1) / l->stride + 1;
}

size_t cb_layer_out_h(const cb_layer *layer)
{
    return out_size(layer->h, layer->kh, layer);
}

size_t cb_layer_out_w(const cb_layer *layer)
{
    return out_size(layer->w, layer->kw, layer);
}

static double macs_of(const cb_layer *l, size_t out_h, size_t out_w)
{
    return (double)l->batch * (double)l->cout * (double)out_h * (double)out_w *
           (double)(l->cin / l->groups) * (double)l->kh * (double)l->kw;
}

double cb_layer_macs(const cb_layer *layer)
{
    return macs_of(layer, cb_layer_out_h(layer), cb_layer_out_w(layer));
}

double cb_layer_macs_klein(const cb_layer *layer)
{
    return macs_of(layer, (layer->h + 2 * layer->pad) / layer->stride,
                   (layer->w + 2 * layer->pad) / layer->stride);
}

size_t cb_layer_input_elems(const cb_layer *layer)
{
    return layer->batch * layer->cin * layer->h * layer->w;
}

size_t cb_layer_weight_elems(const cb_layer *layer)
{
    return layer->cout * (layer->cin / layer->groups) * layer->kh * layer->kw;
}

size_t cb_layer_output_elems(const cb_layer *layer)
{
    return layer->batch * layer->cout * cb_layer_out_h(layer) * cb_layer_out_w(layer);
}

/* ---- checking ---- */

/* One side of the image: the kernel, dilated, must fit into it with its padding. */
static cb_status check_side(const cb_layer *l, const char *side, size_t in, size_t kernel,
                            cb_error *err)
{
    size_t padded = in + 2 * l->pad, reach = l->dilation * (kernel - 1) + 1;
    if (reach <= padded)
        return CB_OK;
    return cb_fail(err, CB_USAGE,
                   "the output would be empty: a kernel %zu %s with dilation %zu reaches over %zu, "
                   "the padded image has %zu",
                   kernel, side, l->dilation, reach, padded);
}

/* Products in floating point first: the exact ones may not fit. */
static cb_status check_bytes(const cb_layer *l, cb_error *err)
{
    const double limit = (double)(SIZE_MAX / 4);
    const struct {
        const char *what;
        double elems;
    } operands[] = {
        {"input", (double)l->batch * (double)l->cin * (double)(l->h + 2 * l->pad) *
                      (double)(l->w + 2 * l->pad)},
        {"weights", (double)l->cout * (double)(l->cin / l->groups) * (double)l->kh * (double)l->kw},
        {"output", (double)l->batch * (double)l->cout * (double)cb_layer_out_h(l) *
                       (double)cb_layer_out_w(l)},
    };
    for (size_t i = 0; i < sizeof operands / sizeof *operands; i++)
        if (8 * operands[i].elems > limit)
            return cb_fail(err, CB_USAGE, "its %s has %.3g elements, more than memory can hold",
                           operands[i].what, operands[i].elems);
    return CB_OK;
}

cb_status cb_layer_check(const cb_layer *layer, cb_error *err)
{
    const cb_layer *l = layer;
    const size_t sizes[] = {l->batch, l->cin, l->h,      l->w,      l->cout,
                            l->kh,    l->kw,  l->stride, l->groups, l->dilation};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] < 1 || sizes[i] > INT32_MAX || l->pad > INT32_MAX / 4)
            return cb_fail(err, CB_USAGE,
                           "every size but the padding is at least 1, and none is over %d",
                           INT32_MAX);
    if (l->cin % l->groups || l->cout % l->groups)
        return cb_fail(err, CB_USAGE, "%zu groups do not divide %zu input and %zu output channels",
                       l->groups, l->cin, l->cout);
    if ((double)l->dilation * (double)(l->kh > l->kw ? l->kh : l->kw) > INT32_MAX)
        return cb_fail(err, CB_USAGE, "the dilated kernel is beyond any image");
    cb_status status = check_side(l, "high", l->h, l->kh, err);
    status = status ? status : check_side(l, "wide", l->w, l->kw, err);
    return status ? status : check_bytes(l, err);
}

/* ---- one layer ---- */

static cb_status parse_field(const char *text, size_t length, int64_t low, cb_error *err,
                             size_t *value)
{
    char word[24];
    int64_t number;
    if (length >= sizeof word)
        return cb_fail(err, CB_USAGE, "'%.20s...' is no size", text);
    memcpy(word, text, length);
    word[length] = 0;
    cb_status status = cb_parse_integer(word, low, INT32_MAX / 4, err, &number);
    if (status == CB_OK)
        *value = (size_t)number;
    return status;
}

cb_status cb_layer_parse(const char *text, cb_error *err, cb_layer *layer)
{
    cb_layer l = {.groups = 1, .dilation = 1};
    size_t *const fields[] = {&l.batch, &l.cin,    &l.h,   &l.w,      &l.cout,    &l.kh,
                              &l.kw,    &l.stride, &l.pad, &l.groups, &l.dilation};
    enum { NEEDED = 9, FIELDS = sizeof fields / sizeof *fields };
    size_t count = 0;
    cb_error why;
    cb_status status = CB_OK;
    for (const char *at = text; at && count < FIELDS && status == CB_OK; count++) {
        size_t length = strcspn(at, ",");
        status = parse_field(at, length, fields[count] == &l.pad ? 0 : 1, &why, fields[count]);
        at = at[length] ? at + length + 1 : NULL;
        if (at && count + 1 == FIELDS)
            status = cb_fail(&why, CB_USAGE, "there is something behind the dilation");
    }
    if (status == CB_OK && count < NEEDED)
        status = cb_fail(&why, CB_USAGE,
                         "%zu numbers; B,CIN,H,W,COUT,KH,KW,STRIDE,PAD[,GROUPS[,DILATION]] has 9 "
                         "to 11",
                         count);
    status = status ? status : cb_layer_check(&l, &why);
    if (status != CB_OK)
        return cb_fail(err, status, "layer '%.100s': %s", text, why.text);
    *layer = l;
    return CB_OK;
}
