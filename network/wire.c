#include "network/wire.h"

#include <stdbool.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t at;
    const cb_wire_limits *limits;
    size_t messages, counted, memory_bytes;
    const char *wrong; /* what, when something is */
} walker;

/* Wire types of the encoding. */
enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };

static bool walk_message(walker *w, const ProtobufCMessageDescriptor *type, size_t end, int depth);

static bool fault(walker *w, const char *what)
{
    w->wrong = what;
    return false;
}

static bool read_varint(walker *w, size_t end, uint64_t *value)
{
    uint64_t read = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (w->at == end)
            return fault(w, "ends within a number");
        uint8_t byte = w->bytes[w->at++];
        read |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = read;
            return true;
        }
    }
    return fault(w, "holds a number of more than 64 bits");
}

static bool skip(walker *w, size_t end, uint64_t length)
{
    if (length > end - w->at)
        return fault(w, "is cut off, or holds a length that is wrong");
    w->at += (size_t)length;
    return true;
}

/* The parsed form costs memory: at least a pointer, and a struct for a message. */
static bool take_memory(walker *w, size_t bytes)
{
    w->memory_bytes += bytes;
    if (w->memory_bytes > w->limits->memory_bytes)
        return fault(w, "holds more small pieces than its size lets one expect");
    return true;
}

/* Bytes of the UTF-8 sequence at `text`, or 0. Overlong forms and surrogates are none. */
static size_t utf8_length(const uint8_t *text, size_t left)
{
    uint8_t lead = text[0];
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7f;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool bad = (lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
               (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f);
    return bad ? 0 : length;
}

static bool is_name(const char *field)
{
    static const char *const names[] = {"name", "input", "output", "op_type", "domain"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i]) == 0)
            return true;
    return false;
}

static bool check_name(walker *w, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t step = utf8_length(w->bytes + w->at + i, length - i);
        if (!step)
            return fault(w, "holds a name that is no UTF-8 text without control characters");
        i += step;
    }
    return true;
}

static bool walk_inner(walker *w, const ProtobufCMessageDescriptor *type, size_t length, int depth)
{
    w->messages++;
    w->counted += type == w->limits->counted;
    if (w->counted > w->limits->nodes)
        return fault(w, "has more nodes than a network may have");
    if (w->messages > w->limits->messages)
        return fault(w, "has more parts than a network may have");
    return take_memory(w, type->sizeof_message) && walk_message(w, type, w->at + length, depth);
}

static bool walk_length(walker *w, const ProtobufCFieldDescriptor *field, size_t end, int depth)
{
    uint64_t length;
    if (!read_varint(w, end, &length))
        return false;
    if (length > end - w->at)
        return skip(w, end, length);
    if (!field || !take_memory(w, 2 * sizeof(void *)))
        return !w->wrong && skip(w, end, length);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return walk_inner(w, field->descriptor, (size_t)length, depth + 1);
    if (field->type == PROTOBUF_C_TYPE_STRING && is_name(field->name) &&
        !check_name(w, (size_t)length))
        return false;
    return skip(w, end, length);
}

static bool walk_field(walker *w, const ProtobufCMessageDescriptor *type, size_t end, int depth)
{
    uint64_t key;
    if (!read_varint(w, end, &key))
        return false;
    if (key >> 32 || key >> 3 == 0)
        return fault(w, "holds a field number that is none");
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(type, (unsigned)(key >> 3));
    if (!field && !take_memory(w, sizeof(ProtobufCMessageUnknownField)))
        return false;
    switch (key & 7) {
    case VARINT:
        return read_varint(w, end, &key);
    case FIXED64:
        return skip(w, end, 8);
    case FIXED32:
        return skip(w, end, 4);
    case LENGTH:
        return walk_length(w, field, end, depth);
    default:
        return fault(w, "holds a field of a type that is none");
    }
}

static bool walk_message(walker *w, const ProtobufCMessageDescriptor *type, size_t end, int depth)
{
    if (depth > w->limits->depth)
        return fault(w, "is nested too deeply");
    while (w->at < end)
        if (!walk_field(w, type, end, depth))
            return false;
    return true;
}

cb_status cb_wire_check(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t length,
                        const cb_wire_limits *limits, const char *label, cb_error *err)
{
    walker w = {.bytes = bytes, .limits = limits};
    if (walk_message(&w, type, length, 0))
        return CB_OK;
    return cb_fail(err, CB_PARSE, "%.200s: byte %zu: %s; expected an ONNX network", label, w.at,
                   w.wrong);
}
