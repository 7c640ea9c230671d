#include "cli/conv_options.h"

cb_status cb_conv_options_parse(const cb_options *options, cb_error *err, cb_layers *layers,
                                cb_conv_options *parsed)
{
    cb_error why;
    cb_layers wanted = {0};
    cb_status status = CB_OK;
    const char *layer = options->layer ? options->layer : options->layers ? NULL : "resnet18:*";
    if (layer && cb_layers_select(layer, &why, &wanted) != CB_OK)
        return cb_fail(err, CB_USAGE, "--layer: %s", why.text);
    if (options->layers)
        status = cb_layers_read(options->layers, &why, &wanted);
    if (status != CB_OK) {
        cb_layers_free(&wanted);
        return cb_fail(err, status, "--layers: %s", why.text);
    }
    *layers = wanted;
    *parsed = (cb_conv_options){.layers = layers->items,
                                .layer_count = layers->count,
                                .dtypes = options->dtype,
                                .variants = options->variant,
                                .layouts = options->layout};
    return CB_OK;
}
