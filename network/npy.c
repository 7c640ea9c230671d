#include "network/npy.h"

#include "network/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 1 << 16 };

typedef struct {
    char kind; /* f, i, u, b */
    size_t bytes;
} element;

static cb_status parse_error(const char *path, const char *what, cb_error *err)
{
    return cb_fail(err, CB_PARSE, "%.300s: %s; expected a NumPy array (.npy)", path, what);
}

/* What stands behind 'key': in the header's dictionary, or NULL. */
static const char *value_of(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    if (!at)
        return NULL;
    at += strlen(key);
    while (*at == ' ' || *at == ':')
        at++;
    return at;
}

static cb_status read_type(const char *path, const char *header, cb_error *err, element *type)
{
    const char *at = value_of(header, "'descr'");
    if (!at || *at != '\'' || strlen(at) < 5)
        return parse_error(path, "has no element type", err);
    *type = (element){at[2], (size_t)(at[3] - '0')};
    bool known = (at[1] == '<' || at[1] == '|' || at[1] == '=') && at[4] == '\'';
    if (at[2] == 'f')
        known = known && (type->bytes == 4 || type->bytes == 8);
    else
        known = known && (at[2] == 'i' || at[2] == 'u' || at[2] == 'b') &&
                (type->bytes == 1 || type->bytes == 2 || type->bytes == 4 || type->bytes == 8);
    if (!known)
        return cb_fail(err, CB_UNSUPPORTED,
                       "%.300s: elements of type %.6s are not read; little-endian float32, "
                       "float64 and integers are",
                       path, at);
    return CB_OK;
}

static cb_status read_shape(const char *path, const char *header, cb_error *err,
                            cb_net_shape *shape)
{
    int64_t dims[CB_NET_RANK];
    int rank = 0;
    const char *at = value_of(header, "'shape'");
    if (!at || *at++ != '(')
        return parse_error(path, "has no shape", err);
    while (*at != ')') {
        char *end;
        errno = 0;
        long long dim = strtoll(at, &end, 10);
        if (end == at || errno || rank == CB_NET_RANK)
            return parse_error(path, "has a shape that is none", err);
        dims[rank++] = dim;
        at = end;
        while (*at == ',' || *at == ' ')
            at++;
    }
    const char *wrong = cb_net_shape_set(shape, CB_NET_F32, rank, dims);
    return wrong ? parse_error(path, wrong, err) : CB_OK;
}

static cb_status read_header(FILE *in, const char *path, cb_error *err, char *header)
{
    unsigned char start[12];
    if (fread(start, 1, 10, in) != 10 || memcmp(start, "\x93NUMPY", 6) != 0)
        return parse_error(path, "does not start like one", err);
    size_t length = start[8] | (size_t)start[9] << 8;
    if (start[6] > 1) {
        if (fread(start + 10, 1, 2, in) != 2)
            return parse_error(path, "is cut off", err);
        length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    }
    if (length >= HEADER_BYTES || fread(header, 1, length, in) != length)
        return parse_error(path, "is cut off", err);
    header[length] = 0;
    const char *order = value_of(header, "'fortran_order'");
    if (!order || strncmp(order, "False", 5) != 0)
        return cb_fail(err, CB_UNSUPPORTED, "%.300s: is in Fortran order; save it in C order",
                       path);
    return CB_OK;
}

static float element_value(element type, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < type.bytes; i++)
        bits |= (uint64_t)bytes[i] << 8 * i;
    float single;
    double full;
    uint32_t low = (uint32_t)bits;
    memcpy(&single, &low, sizeof single);
    memcpy(&full, &bits, sizeof full);
    if (type.kind == 'f')
        return type.bytes == 4 ? single : (float)full;
    if (type.kind != 'i')
        return (float)bits;
    unsigned unused = (unsigned)(64 - 8 * type.bytes);
    return (float)((int64_t)(bits << unused) >> unused);
}

static cb_status read_elements(FILE *in, const char *path, element type, cb_error *err,
                               cb_array *array)
{
    float *data = malloc((array->shape.count + 1) * sizeof *data);
    if (!data)
        return cb_fail(err, CB_NO_MEMORY, "%.300s: no memory for its elements", path);
    for (size_t i = 0; i < array->shape.count; i++) {
        unsigned char bytes[8];
        if (fread(bytes, 1, type.bytes, in) != type.bytes) {
            free(data);
            return parse_error(path, "is cut off", err);
        }
        data[i] = element_value(type, bytes);
    }
    array->data = data;
    return CB_OK;
}

static cb_status read_array(FILE *in, const char *path, size_t most, char *header, cb_error *err,
                            cb_array *array)
{
    element type = {0};
    cb_array read = {.data = NULL};
    cb_status status = read_header(in, path, err, header);
    if (status == CB_OK)
        status = read_type(path, header, err, &type);
    if (status == CB_OK)
        status = read_shape(path, header, err, &read.shape);
    if (status != CB_OK)
        return status;
    if (read.shape.count > most)
        return cb_fail(err, CB_PARSE, "%.300s: has %zu elements; at most %zu are expected", path,
                       read.shape.count, most);
    status = read_elements(in, path, type, err, &read);
    if (status == CB_OK)
        *array = read;
    return status;
}

cb_status cb_npy_read(const char *path, size_t most, cb_error *err, cb_array *array)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return cb_fail(err, CB_IO, "%.300s: cannot be read: %s", path, strerror(errno));
    char *header = malloc(HEADER_BYTES);
    cb_status status = header ? read_array(in, path, most, header, err, array)
                              : cb_fail(err, CB_NO_MEMORY, "%.300s: no memory for it", path);
    free(header);
    fclose(in);
    return status;
}
