#include "bench/gemm/onnx_model.h"

#include <stdlib.h>
#include <string.h>

/* ---- fields ---- */

static void put(cb_onnx_bytes *to, const void *bytes, size_t length)
{
    if (to->failed)
        return;
    if (to->length + length > to->capacity) {
        size_t capacity = 2 * (to->length + length) + 64;
        uint8_t *larger = realloc(to->bytes, capacity);
        to->failed = !larger;
        if (!larger)
            return;
        to->bytes = larger;
        to->capacity = capacity;
    }
    if (length)
        memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static void put_varint(cb_onnx_bytes *to, uint64_t n)
{
    do {
        uint8_t byte = (uint8_t)((n & 127) | (n > 127 ? 128 : 0));
        put(to, &byte, 1);
        n >>= 7;
    } while (n);
}

static void put_integer(cb_onnx_bytes *to, unsigned field, int64_t value)
{
    put_varint(to, field << 3);
    put_varint(to, (uint64_t)value);
}

static void put_block(cb_onnx_bytes *to, unsigned field, const void *bytes, size_t length)
{
    enum { WITH_LENGTH = 2 };
    put_varint(to, field << 3 | WITH_LENGTH);
    put_varint(to, length);
    put(to, bytes, length);
}

static void put_text(cb_onnx_bytes *to, unsigned field, const char *text)
{
    put_block(to, field, text, strlen(text));
}

/* Takes the inner message over. */
static void put_message(cb_onnx_bytes *to, unsigned field, cb_onnx_bytes inner)
{
    to->failed |= inner.failed;
    put_block(to, field, inner.bytes, inner.length);
    free(inner.bytes);
}

/* ---- onnx.proto ---- */

enum { ATTRIBUTE_INT = 2, ATTRIBUTE_INTS = 7, IR_VERSION = 8, OPSET = 13, MICROSOFT_OPSET = 1 };

size_t cb_onnx_tensor_bytes(const cb_onnx_tensor *tensor)
{
    size_t bytes = tensor->type == CB_ONNX_F32 || tensor->type == CB_ONNX_S32 ? 4 : 1;
    for (size_t i = 0; i < tensor->rank; i++)
        bytes *= (size_t)tensor->dims[i];
    return bytes;
}

static cb_onnx_bytes attribute_of(const cb_onnx_attribute *a)
{
    cb_onnx_bytes m = {0};
    put_text(&m, 1, a->name);
    if (!a->count)
        put_integer(&m, 3, a->values[0]);
    for (size_t i = 0; i < a->count; i++)
        put_integer(&m, 8, a->values[i]);
    put_integer(&m, 20, a->count ? ATTRIBUTE_INTS : ATTRIBUTE_INT);
    return m;
}

static cb_onnx_bytes node_of(const cb_onnx_node *node)
{
    cb_onnx_bytes m = {0};
    for (size_t i = 0; i < node->input_count; i++)
        put_text(&m, 1, node->inputs[i].name);
    put_text(&m, 2, node->output.name);
    put_text(&m, 4, node->op);
    for (size_t i = 0; i < node->attribute_count; i++)
        put_message(&m, 5, attribute_of(&node->attributes[i]));
    put_text(&m, 7, node->domain);
    return m;
}

static cb_onnx_bytes constant_of(const cb_onnx_tensor *t)
{
    cb_onnx_bytes m = {0};
    for (size_t i = 0; i < t->rank; i++)
        put_integer(&m, 1, t->dims[i]);
    put_integer(&m, 2, t->type);
    put_text(&m, 8, t->name);
    put_block(&m, 9, t->data, cb_onnx_tensor_bytes(t));
    return m;
}

/* ValueInfoProto: a name, and a TypeProto around a tensor's element type and shape. */
static cb_onnx_bytes value_of(const cb_onnx_tensor *t)
{
    cb_onnx_bytes value = {0}, type = {0}, tensor = {0}, shape = {0};
    for (size_t i = 0; i < t->rank; i++) {
        cb_onnx_bytes dim = {0};
        put_integer(&dim, 1, t->dims[i]);
        put_message(&shape, 1, dim);
    }
    put_integer(&tensor, 1, t->type);
    put_message(&tensor, 2, shape);
    put_message(&type, 1, tensor);
    put_text(&value, 1, t->name);
    put_message(&value, 2, type);
    return value;
}

static cb_onnx_bytes graph_of(const cb_onnx_node *node)
{
    cb_onnx_bytes m = {0};
    put_message(&m, 1, node_of(node));
    put_text(&m, 2, "one");
    for (size_t i = 0; i < node->input_count; i++)
        if (node->inputs[i].data)
            put_message(&m, 5, constant_of(&node->inputs[i]));
        else
            put_message(&m, 11, value_of(&node->inputs[i]));
    put_message(&m, 12, value_of(&node->output));
    return m;
}

static cb_onnx_bytes opset_of(const char *domain, int version)
{
    cb_onnx_bytes m = {0};
    put_text(&m, 1, domain);
    put_integer(&m, 2, version);
    return m;
}

bool cb_onnx_model(const cb_onnx_node *node, cb_onnx_bytes *model)
{
    cb_onnx_bytes m = {0};
    put_integer(&m, 1, IR_VERSION);
    put_message(&m, 7, graph_of(node));
    put_message(&m, 8, opset_of("", OPSET));
    if (node->domain[0])
        put_message(&m, 8, opset_of(node->domain, MICROSOFT_OPSET));
    if (m.failed) {
        free(m.bytes);
        return false;
    }
    *model = m;
    return true;
}
