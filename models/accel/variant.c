#include "models/accel/variant.h"

#include "base/units.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WIDEST_TABLE_INPUT = 16, MOST_TABLE_BITS = 16 };

typedef struct {
    const char *field, *value;
    bool own_widths;
    size_t nodes, set; /* that match; that can have the value */
} change;

static bool is_product(const cb_accel_layer *l)
{
    return l->kind != CB_ACCEL_POOL;
}

static bool set_product(change *c, cb_accel_layer *l)
{
    for (int i = 0; i < CB_ACCEL_IMPLEMENTATIONS; i++) {
        cb_accel_implementation implementation = (cb_accel_implementation)i;
        if (strcasecmp(c->value, cb_accel_implementation_name(implementation)) == 0) {
            l->implementation = implementation;
            return true;
        }
    }
    return false;
}

static bool set_quant(change *c, cb_accel_layer *l)
{
    for (int i = CB_ACCEL_DYADIC; i < CB_ACCEL_QUANTS; i++) {
        cb_accel_quant quant = (cb_accel_quant)i;
        if (strcasecmp(c->value, cb_accel_quant_name(quant)) == 0) {
            l->quant = quant;
            return true;
        }
    }
    return false;
}

static bool set_wise(change *c, cb_accel_layer *l)
{
    bool yes = strcasecmp(c->value, "true") == 0;
    if (!yes && strcasecmp(c->value, "false") != 0)
        return false;
    l->channel_wise = yes;
    return true;
}

static bool set_bits(change *c, int most, int *bits)
{
    int64_t value;
    if (cb_parse_integer(c->value, 1, most, NULL, &value) != CB_OK)
        return false;
    *bits = (int)value;
    return true;
}

static void set_operator(change *c, cb_accel_layer *l)
{
    c->nodes++;
    if (strcmp(c->field, "implementation") == 0)
        c->set += is_product(l) && set_product(c, l);
    else if (strcmp(c->field, "accumulator_bitwidth") == 0)
        c->set += is_product(l) && set_bits(c, 64, &l->acc_bits);
    else if (strcmp(c->field, "weight_bitwidth") == 0)
        c->set += is_product(l) && set_bits(c, 8, &l->weight_bits);
}

static void set_quantizer(change *c, cb_accel_layer *l, cb_accel_layer *next)
{
    c->nodes++;
    if (strcmp(c->field, "implementation") == 0)
        c->set += set_quant(c, l);
    else if (strcmp(c->field, "channel-wise") == 0)
        c->set += set_wise(c, l);
    else if (strcmp(c->field, "output_bitwidth") == 0 && set_bits(c, 8, &l->out_bits)) {
        c->set++;
        if (next)
            next->in_bits = l->out_bits;
    }
}

static cb_status check_field(const change *c, const char *key, cb_error *err)
{
    static const char *const known[] = {"implementation", "accumulator_bitwidth", "channel-wise",
                                        "weight_bitwidth", "output_bitwidth"};
    size_t i = 0;
    while (i < 5 && strcmp(c->field, known[i]) != 0)
        i++;
    if (i == 5)
        return cb_fail(err, CB_USAGE,
                       "--sweep %.80s: neither a platform's field nor a node's: nodes have "
                       "implementation, accumulator_bitwidth, channel-wise, weight_bitwidth and "
                       "output_bitwidth",
                       key);
    if (i >= 3 && !c->own_widths)
        return cb_fail(err, CB_USAGE,
                       "--sweep %.80s: the network itself says its widths; compare networks with "
                       "--sweep network=A.onnx,B.onnx",
                       key);
    return CB_OK;
}

cb_status cb_accel_node_set(const char *key, const char *value, bool own_widths, cb_error *err,
                            cb_accel_model *model)
{
    char node[CB_ACCEL_NAME];
    const char *dot = strrchr(key, '.');
    change c = {.field = dot ? dot + 1 : key, .value = value, .own_widths = own_widths};
    cb_status status = check_field(&c, key, err);
    if (status != CB_OK)
        return status;
    if (!dot || (size_t)(dot - key) >= sizeof node)
        return cb_fail(err, CB_USAGE, "--sweep %.80s: expected NODE.%s", key, c.field);
    snprintf(node, sizeof node, "%.*s", (int)(dot - key), key);
    for (size_t i = 0; i < model->count; i++)
        if (fnmatch(node, model->layers[i].name, 0) == 0)
            set_operator(&c, &model->layers[i]);
    bool done = c.set > 0; /* a pattern that fits operators is not meant for quantizers too */
    for (size_t i = 0; i < model->count && !done; i++) {
        cb_accel_layer *l = &model->layers[i];
        if (l->quantizer[0] && fnmatch(node, l->quantizer, 0) == 0)
            set_quantizer(&c, l, i + 1 < model->count ? l + 1 : NULL);
    }
    if (!c.nodes)
        return cb_fail(err, CB_USAGE, "--sweep %.80s: the network has no such node", key);
    if (!c.set)
        return cb_fail(err, CB_USAGE, "--sweep %.80s: '%.40s' is nothing that such a node has", key,
                       value);
    return CB_OK;
}

static const char *layer_refused(const cb_accel_layer *l)
{
    const char *why = NULL;
    if (l->quant == CB_ACCEL_QUANT_LUT && l->acc_bits > WIDEST_TABLE_INPUT)
        return "a requantization table for sums of more than 16 bits";
    if (l->implementation == CB_ACCEL_LUT && l->in_bits + l->weight_bits > MOST_TABLE_BITS)
        return "a table of more than 2^16 products";
    return cb_accel_layer_sane(l, &why) ? NULL : why;
}

const char *cb_accel_model_refused(const cb_accel_model *model)
{
    for (size_t i = 0; i < model->count; i++)
        if (layer_refused(&model->layers[i]))
            return layer_refused(&model->layers[i]);
    return NULL;
}
