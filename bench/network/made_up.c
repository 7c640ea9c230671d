#include "bench/network/made_up.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- protocol buffers, as far as a network needs them ---- */

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
    bool failed;
} text;

static void put_bytes(text *to, const void *bytes, size_t length)
{
    if (to->length + length > to->capacity) {
        size_t capacity = 2 * (to->length + length) + 64;
        uint8_t *more = to->failed ? NULL : realloc(to->bytes, capacity);
        if (!more) {
            to->failed = true;
            return;
        }
        to->bytes = more;
        to->capacity = capacity;
    }
    if (length)
        memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static void put_varint(text *to, uint64_t n)
{
    do {
        uint8_t byte = (uint8_t)((n & 127) | (n > 127 ? 128 : 0));
        put_bytes(to, &byte, 1);
        n >>= 7;
    } while (n);
}

static void put_number(text *to, unsigned field, int64_t value)
{
    put_varint(to, field << 3);
    put_varint(to, (uint64_t)value);
}

static void put_piece(text *to, unsigned field, const void *bytes, size_t length)
{
    put_varint(to, field << 3 | 2);
    put_varint(to, length);
    put_bytes(to, bytes, length);
}

static void put_string(text *to, unsigned field, const char *string)
{
    put_piece(to, field, string, strlen(string));
}

/* Takes the inner message over. */
static void put_message(text *to, unsigned field, text inner)
{
    to->failed |= inner.failed;
    put_piece(to, field, inner.bytes, inner.length);
    free(inner.bytes);
}

/* ---- tensors and nodes ---- */

typedef struct {
    text graph;
    uint32_t state; /* of the random numbers */
    bool powers;    /* scales are powers of two */
    int layer;
    char at[32]; /* the value that the next node takes */
    float scale; /* of it */
    int64_t channels, size;
} maker;

static uint32_t draw(maker *m, uint32_t below)
{
    m->state = m->state * 1664525u + 1013904223u;
    return (m->state >> 8) % below;
}

static void put_tensor(maker *m, const char *name, size_t rank, const int64_t *dims,
                       const float *numbers, size_t count)
{
    text tensor = {0};
    for (size_t i = 0; i < rank; i++)
        put_number(&tensor, 1, dims[i]);
    put_number(&tensor, 2, 1);
    put_string(&tensor, 8, name);
    put_piece(&tensor, 9, numbers, count * sizeof *numbers);
    put_message(&m->graph, 5, tensor);
}

static void put_scalar(maker *m, const char *name, float number)
{
    put_tensor(m, name, 0, NULL, &number, 1);
}

static text node_of(const char *op, const char *domain, const char *const *inputs,
                    const char *output)
{
    text node = {0};
    for (; *inputs; inputs++)
        put_string(&node, 1, *inputs);
    put_string(&node, 2, output);
    put_string(&node, 4, op);
    if (*domain)
        put_string(&node, 7, domain);
    return node;
}

static void put_int(text *node, const char *name, int64_t number)
{
    text attr = {0};
    put_string(&attr, 1, name);
    put_number(&attr, 3, number);
    put_number(&attr, 20, 2);
    put_message(node, 5, attr);
}

static void put_ints(text *node, const char *name, const int64_t *ints, size_t count)
{
    text attr = {0};
    put_string(&attr, 1, name);
    for (size_t i = 0; i < count; i++)
        put_number(&attr, 8, ints[i]);
    put_number(&attr, 20, 7);
    put_message(node, 5, attr);
}

/* The nearest power of two where the network is one of these. */
static float scale_of(const maker *m, double scale)
{
    return m->powers ? exp2f(rintf((float)log2(scale))) : (float)scale;
}

/* Quantizes value `from` to 8 bits; the result is `to`. */
static void put_quant(maker *m, const char *from, const char *to, float scale, bool is_signed)
{
    char name[40];
    snprintf(name, sizeof name, "%s.scale", to);
    put_scalar(m, name, scale);
    text node = node_of("Quant", "qonnx.custom_op.general",
                        (const char *const[]){from, name, "zero", "bits", NULL}, to);
    put_int(&node, "signed", is_signed);
    put_int(&node, "narrow", 0);
    put_message(&m->graph, 1, node);
}

/* Random weights, quantized; returns their scale. */
static float put_weights(maker *m, const char *name, size_t rank, const int64_t *dims)
{
    char raw[40];
    size_t count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= (size_t)dims[i];
    float scale = scale_of(m, 0.004 + 1e-5 * draw(m, 400));
    float *numbers = calloc(count, sizeof *numbers);
    m->graph.failed |= !numbers;
    for (size_t i = 0; numbers && i < count; i++)
        numbers[i] = scale * ((float)draw(m, 161) - 80.0f);
    snprintf(raw, sizeof raw, "%s.raw", name);
    if (numbers)
        put_tensor(m, raw, rank, dims, numbers, count);
    put_quant(m, raw, name, scale, true);
    free(numbers);
    return scale;
}

/* Relu and quantizer behind sums of `depth` products; they are the next layer's input. */
static void finish_layer(maker *m, const char *sums, float unit, int64_t depth)
{
    char relu[32];
    float scale = scale_of(m, (double)unit * 60 * sqrt((double)depth));
    snprintf(relu, sizeof relu, "r%d", m->layer);
    put_message(&m->graph, 1, node_of("Relu", "", (const char *const[]){sums, NULL}, relu));
    snprintf(m->at, sizeof m->at, "q%d", m->layer++);
    put_quant(m, relu, m->at, scale, false);
    m->scale = scale;
}

static void put_conv(maker *m, int64_t cout, int64_t k, int64_t stride, int64_t groups)
{
    char weights[32], sums[32];
    const int64_t pad = k / 2, channels = m->channels / groups;
    snprintf(weights, sizeof weights, "w%d", m->layer);
    snprintf(sums, sizeof sums, "s%d", m->layer);
    float scale = put_weights(m, weights, 4, (const int64_t[]){cout, channels, k, k});
    text node = node_of("Conv", "", (const char *const[]){m->at, weights, NULL}, sums);
    put_ints(&node, "kernel_shape", (const int64_t[]){k, k}, 2);
    put_ints(&node, "strides", (const int64_t[]){stride, stride}, 2);
    put_ints(&node, "pads", (const int64_t[]){pad, pad, pad, pad}, 4);
    put_int(&node, "group", groups);
    put_message(&m->graph, 1, node);
    finish_layer(m, sums, m->scale * scale, channels * k * k);
    m->channels = cout;
    m->size = (m->size + 2 * pad - k) / stride + 1;
}

/* So many channels that a layer of k x k and its sums stay within 1.5 MMAC. */
static int64_t draw_channels(maker *m, int64_t k)
{
    static const int64_t some[] = {8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 320, 384, 512, 768};
    int64_t cout = some[draw(m, 14)];
    while (cout > 8 && cout * m->channels * k * k * m->size * m->size > 1500000)
        cout /= 2;
    return cout;
}

static void put_layer(maker *m)
{
    int64_t stride = m->size > 2 && draw(m, 3) == 0 ? 2 : 1;
    switch (draw(m, 5)) {
    case 0:
        put_conv(m, draw_channels(m, 3), 3, stride, 1);
        break;
    case 1:
    case 2:
        put_conv(m, m->channels, 3, stride, m->channels);
        break;
    default:
        put_conv(m, draw_channels(m, 1), 1, 1, 1);
    }
}

/* The other way round for every second network: weights by outputs. */
static void put_dense(maker *m, int64_t depth, int64_t outputs)
{
    const bool is_gemm = draw(m, 2);
    put_weights(m, "dense", 2,
                is_gemm ? (const int64_t[]){outputs, depth} : (const int64_t[]){depth, outputs});
    text node = node_of(is_gemm ? "Gemm" : "MatMul", "",
                        (const char *const[]){"flat", "dense", NULL}, "scores");
    if (is_gemm)
        put_int(&node, "transB", 1);
    put_message(&m->graph, 1, node);
}

/* The average over each channel as an integer, and a dense layer. */
static void put_head(maker *m)
{
    const bool global = m->size > 7 || m->size < 2 || draw(m, 2);
    const int64_t side = global ? m->size : 2;
    const int64_t left = global ? 1 : (m->size - 2) / 2 + 1;
    float scale = scale_of(m, (double)m->scale / (double)(side * side));
    text node = node_of(global ? "GlobalAveragePool" : "AveragePool", "",
                        (const char *const[]){m->at, NULL}, "mean");
    if (!global) {
        put_ints(&node, "kernel_shape", (const int64_t[]){2, 2}, 2);
        put_ints(&node, "strides", (const int64_t[]){2, 2}, 2);
    }
    put_message(&m->graph, 1, node);
    put_scalar(m, "t.scale", scale);
    put_scalar(m, "t.bits", 8 + 2 * (float)ceil(log2((double)side)));
    put_scalar(m, "t.to", m->scale);
    put_message(
        &m->graph, 1,
        node_of("Trunc", "qonnx.custom_op.general",
                (const char *const[]){"mean", "t.scale", "zero", "t.bits", "t.to", "bits", NULL},
                "cut"));
    put_message(&m->graph, 1, node_of("Flatten", "", (const char *const[]){"cut", NULL}, "flat"));
    put_dense(m, m->channels * left * left, 2 + draw(m, 40));
}

static void put_ends(maker *m)
{
    const int64_t dims[] = {1, m->channels, m->size, m->size};
    text shape = {0}, tensor = {0}, type = {0}, input = {0}, output = {0};
    for (size_t i = 0; i < 4; i++) {
        text dim = {0};
        put_number(&dim, 1, dims[i]);
        put_message(&shape, 1, dim);
    }
    put_number(&tensor, 1, 1);
    put_message(&tensor, 2, shape);
    put_message(&type, 1, tensor);
    put_string(&input, 1, "x");
    put_message(&input, 2, type);
    put_message(&m->graph, 11, input);
    put_string(&output, 1, "scores");
    put_message(&m->graph, 12, output);
}

cb_status cb_network_made_up(unsigned seed, cb_error *err, cb_network **network)
{
    static const int64_t sizes[] = {4, 7, 8, 14, 16, 28, 32};
    char label[32];
    text model = {0}, set = {0};
    maker m = {.state = seed * 7919u + 17u, .powers = seed % 2, .at = "x"};
    m.channels = 1 + draw(&m, 8);
    m.size = sizes[draw(&m, 7)];
    put_ends(&m);
    put_scalar(&m, "zero", 0);
    put_scalar(&m, "bits", 8);
    m.scale = scale_of(&m, 1.0 / 256);
    put_quant(&m, "x", "q", m.scale, draw(&m, 2));
    snprintf(m.at, sizeof m.at, "q");
    for (unsigned i = 0, layers = 6 + draw(&m, 8); i < layers; i++)
        put_layer(&m);
    put_head(&m);
    put_number(&model, 1, 7);
    put_number(&set, 2, 13);
    put_message(&model, 8, set);
    put_message(&model, 7, m.graph);
    snprintf(label, sizeof label, "made-up-%u", seed);
    cb_status status = model.failed ? cb_fail(err, CB_NO_MEMORY, "no memory for a network")
                                    : cb_network_parse(model.bytes, model.length, label,
                                                       &cb_net_default_limits, err, network);
    free(model.bytes);
    return status;
}
