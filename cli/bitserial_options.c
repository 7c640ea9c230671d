#include "cli/bitserial_options.h"

#include "cli/gemm_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 32 };

/* The next word of a comma list into `word`; NULL at the end. Long words are cut: nothing known is
 * that long. */
static const char *next_word(const char *at, char word[WORD])
{
    size_t length = strcspn(at, ",");
    snprintf(word, WORD, "%.*s", (int)(length < WORD ? length : WORD - 1), at);
    return at[length] ? at + length + 1 : NULL;
}

/* ---- widths ---- */

static size_t all_widths(cb_bits_width *widths)
{
    size_t count = 0;
    for (int w = 1; w <= CB_BITS_MOST; w++)
        for (int a = 1; a <= CB_BITS_MOST; a++)
            widths[count++] = (cb_bits_width){w, a};
    return count;
}

static cb_status parse_width(const char *word, cb_error *err, cb_bits_width *width)
{
    bool is_width = strlen(word) == 3 && word[1] == 'x' && word[0] >= '1' && word[0] <= '8' &&
                    word[2] >= '1' && word[2] <= '8';
    if (!is_width)
        return cb_fail(err, CB_USAGE,
                       "--bits: '%s' is not WxA, bits of weights and activations from 1 to 8 "
                       "each, like 2x4, or all",
                       word);
    *width = (cb_bits_width){word[0] - '0', word[2] - '0'};
    return CB_OK;
}

/* Room for all 64 pairs, each once. */
static cb_status parse_widths(const char *list, cb_error *err, cb_bits_options *parsed)
{
    char word[WORD];
    cb_bits_width *widths = calloc((size_t)CB_BITS_MOST * CB_BITS_MOST, sizeof *widths);
    if (!widths)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the list of widths");
    parsed->widths = widths;
    if (strcmp(list, "all") == 0) {
        parsed->width_count = all_widths(widths);
        return CB_OK;
    }
    for (const char *at = list; at;) {
        cb_bits_width width;
        bool known = false;
        at = next_word(at, word);
        cb_status status = parse_width(word, err, &width);
        if (status != CB_OK)
            return status;
        for (size_t i = 0; i < parsed->width_count; i++)
            known |= widths[i].w == width.w && widths[i].a == width.a;
        if (!known)
            widths[parsed->width_count++] = width;
    }
    return CB_OK;
}

/* ---- variants ---- */

static cb_status parse_variants(const char *list, cb_error *err, unsigned *variants)
{
    static const struct {
        const char *name;
        unsigned variants;
    } known[] = {{"tuned", CB_BITS_VARIANT_TUNED},
                 {"two-popcount", CB_BITS_VARIANT_TWO},
                 {"lut", CB_BITS_VARIANT_LUT},
                 {"all", CB_BITS_VARIANT_TUNED | CB_BITS_VARIANT_TWO | CB_BITS_VARIANT_LUT}};
    char word[WORD];
    for (const char *at = list; at;) {
        unsigned found = 0;
        at = next_word(at, word);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found |= strcmp(word, known[i].name) == 0 ? known[i].variants : 0;
        if (!found)
            return cb_fail(err, CB_USAGE,
                           "--variant: '%s' is none of tuned, two-popcount, lut, all", word);
        *variants |= found;
    }
    return CB_OK;
}

/* ---- sizes ---- */

static cb_status default_shapes(bool quick, cb_error *err, cb_bits_options *parsed)
{
    cb_gemm_shape *shapes = NULL;
    cb_status status =
        cb_gemm_shapes_parse(NULL, quick ? "256,1024" : "32,64,128,256,512,1024,2048,4096,8192",
                             err, &shapes, &parsed->shape_count);
    parsed->shapes = shapes;
    return status;
}

static cb_status parse_shapes(const cb_options *options, cb_error *err, cb_bits_options *parsed)
{
    cb_gemm_options gemm;
    if (options->layer || options->layers)
        return cb_fail(err, CB_USAGE, "--layer and --layers: add --op conv");
    if (!options->size && !options->shape && !options->shapes)
        return default_shapes(options->quick, err, parsed);
    cb_status status = cb_gemm_options_parse(options, err, &gemm);
    if (status != CB_OK)
        return status;
    parsed->shapes = gemm.shapes;
    parsed->shape_count = gemm.shape_count;
    for (size_t i = 0; i < gemm.shape_count; i++)
        if (!gemm.shapes[i].m || !gemm.shapes[i].n || !gemm.shapes[i].k)
            return cb_fail(err, CB_USAGE, "%zux%zux%zu: a bit-serial product has at least 1x1x1",
                           gemm.shapes[i].m, gemm.shapes[i].n, gemm.shapes[i].k);
    return CB_OK;
}

static cb_status parse_layers(const cb_options *options, cb_error *err, cb_bits_options *parsed)
{
    cb_error why;
    cb_layers layers = {0};
    cb_status status = CB_OK;
    const char *layer = options->layer ? options->layer : options->layers ? NULL : "resnet18:*";
    if (options->size || options->shape || options->shapes)
        return cb_fail(err, CB_USAGE,
                       "--size, --shape and --shapes: convolutions are chosen with "
                       "--layer or --layers");
    if (layer && cb_layers_select(layer, &why, &layers) != CB_OK)
        return cb_fail(err, CB_USAGE, "--layer: %s", why.text);
    if (options->layers)
        status = cb_layers_read(options->layers, &why, &layers);
    parsed->layers = layers.items;
    parsed->layer_count = layers.count;
    return status == CB_OK ? CB_OK : cb_fail(err, status, "--layers: %s", why.text);
}

/* ---- all of it ---- */

static const char *default_widths(const cb_options *options)
{
    return options->advise ? "1x1,1x2,2x2,1x4,2x4,3x3,4x4,1x8,2x8,4x8,8x8" : "1x1,2x2,4x4,8x8";
}

cb_status cb_bits_options_parse(const cb_options *options, cb_error *err, cb_bits_options *parsed)
{
    bool conv = options->op && strcmp(options->op, "conv") == 0;
    cb_bits_options wanted = {
        .scheme = cb_bits_scheme_of(options->encoding ? options->encoding : "unipolar")};
    cb_status status =
        parse_widths(options->bits ? options->bits : default_widths(options), err, &wanted);
    if (status == CB_OK)
        status = parse_variants(options->variant ? options->variant : "all", err, &wanted.variants);
    if (status == CB_OK)
        status = conv ? parse_layers(options, err, &wanted) : parse_shapes(options, err, &wanted);
    if (status != CB_OK) {
        cb_bits_options_free(&wanted);
        return status;
    }
    *parsed = wanted;
    return CB_OK;
}

void cb_bits_options_free(cb_bits_options *parsed)
{
    cb_layers layers = {.items = (cb_named_layer *)parsed->layers, .count = parsed->layer_count};
    cb_layers_free(&layers);
    free((void *)parsed->widths);
    free((void *)parsed->shapes);
    *parsed = (cb_bits_options){0};
}
