/* A walk over the bytes of a protocol-buffer message before anything is made of them, so that what
 * a parser would choke on (depth, numbers of things, lengths past the end) is refused first. */
#ifndef CB_NETWORK_WIRE_H
#define CB_NETWORK_WIRE_H

#include "base/status.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t messages;     /* most messages, at any depth, all together */
    size_t nodes;        /* most messages of the type `counted` */
    size_t memory_bytes; /* most that the parsed form may take */
    int depth;
    const ProtobufCMessageDescriptor *counted;
} cb_wire_limits;

/* Walks a message of that type. CB_PARSE names the byte where it goes wrong. Names (fields called
 * name, input, output, op_type, domain) must be UTF-8 without control characters. */
cb_status cb_wire_check(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t length,
                        const cb_wire_limits *limits, const char *label, cb_error *err);

#endif
