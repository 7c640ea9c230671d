/* Just enough of protocol buffers to write ONNX files that no exporter would write. */
#ifndef CB_TESTS_ONNX_WRITER_H
#define CB_TESTS_ONNX_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} onnx_text;

static inline void put_bytes(onnx_text *to, const void *bytes, size_t length)
{
    if (to->length + length > to->capacity) {
        to->capacity = 2 * (to->length + length) + 64;
        to->bytes = realloc(to->bytes, to->capacity);
        if (!to->bytes)
            abort();
    }
    if (length)
        memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static inline void put_number(onnx_text *to, uint64_t n)
{
    uint8_t byte;
    do {
        byte = (uint8_t)((n & 127) | (n > 127 ? 128 : 0));
        put_bytes(to, &byte, 1);
        n >>= 7;
    } while (n);
}

static inline void put_integer(onnx_text *to, unsigned field, int64_t value)
{
    put_number(to, field << 3);
    put_number(to, (uint64_t)value);
}

static inline void put_piece(onnx_text *to, unsigned field, const void *bytes, size_t length)
{
    put_number(to, field << 3 | 2);
    put_number(to, length);
    put_bytes(to, bytes, length);
}

static inline void put_text(onnx_text *to, unsigned field, const char *text)
{
    put_piece(to, field, text, strlen(text));
}

/* Takes the inner message over. */
static inline void put_message(onnx_text *to, unsigned field, onnx_text inner)
{
    put_piece(to, field, inner.bytes, inner.length);
    free(inner.bytes);
}

/* A node with up to two inputs (NULL: none) and one output. */
static inline void put_node(onnx_text *graph, const char *op, const char *domain, const char *a,
                            const char *b, const char *output)
{
    onnx_text node = {0};
    if (a)
        put_text(&node, 1, a);
    if (b)
        put_text(&node, 1, b);
    put_text(&node, 2, output);
    put_text(&node, 4, op);
    if (*domain)
        put_text(&node, 7, domain);
    put_message(graph, 1, node);
}

static inline void put_input(onnx_text *graph, const char *name, size_t rank, const int64_t *dims)
{
    onnx_text shape = {0}, tensor = {0}, type = {0}, info = {0};
    for (size_t i = 0; i < rank; i++) {
        onnx_text dim = {0};
        put_integer(&dim, 1, dims[i]);
        put_message(&shape, 1, dim);
    }
    put_integer(&tensor, 1, 1);
    put_message(&tensor, 2, shape);
    put_message(&type, 1, tensor);
    put_text(&info, 1, name);
    put_message(&info, 2, type);
    put_message(graph, 11, info);
}

static inline void put_output(onnx_text *graph, const char *name)
{
    onnx_text info = {0};
    put_text(&info, 1, name);
    put_message(graph, 12, info);
}

/* An initializer of float32 with these dims and this many bytes of data, all zero. */
static inline void put_initializer(onnx_text *graph, const char *name, size_t rank,
                                   const int64_t *dims, size_t bytes)
{
    onnx_text tensor = {0};
    void *zeros = calloc(bytes + 1, 1);
    if (!zeros)
        abort();
    for (size_t i = 0; i < rank; i++)
        put_integer(&tensor, 1, dims[i]);
    put_integer(&tensor, 2, 1);
    put_text(&tensor, 8, name);
    put_piece(&tensor, 9, zeros, bytes);
    put_message(graph, 5, tensor);
    free(zeros);
}

/* The whole file; takes the graph over. */
static inline onnx_text model_of(onnx_text graph)
{
    onnx_text model = {0}, set = {0};
    put_integer(&model, 1, 7);
    put_integer(&set, 2, 13);
    put_message(&model, 8, set);
    put_message(&model, 7, graph);
    return model;
}

#endif
