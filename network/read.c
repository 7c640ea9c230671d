#include "network/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

cb_status cb_network_parse(const void *bytes, size_t length, const char *label,
                           const cb_net_limits *limits, cb_error *err, cb_network **network)
{
    cb_network *net = calloc(1, sizeof *net);
    if (net)
        net->label = strdup(label);
    if (!net || !net->label) {
        cb_network_free(net);
        return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for this network", label);
    }
    net->limits = *limits;
    cb_status status = cb_net_load(net, bytes, length, err);
    if (status == CB_OK)
        status = cb_net_build(net, err);
    if (status != CB_OK) {
        cb_network_free(net);
        return status;
    }
    *network = net;
    return CB_OK;
}

static cb_status io_error(const char *path, cb_error *err)
{
    return cb_fail(err, CB_IO, "%.300s: cannot be read: %s", path, strerror(errno));
}

/* The size of a regular file within the limit. */
static cb_status check_file(FILE *in, const char *path, const cb_net_limits *limits, cb_error *err,
                            size_t *length)
{
    struct stat about;
    if (fstat(fileno(in), &about) != 0)
        return io_error(path, err);
    if (!S_ISREG(about.st_mode))
        return cb_fail(err, CB_IO, "%.300s: is no regular file; expected an ONNX network", path);
    if ((uintmax_t)about.st_size > limits->file_bytes)
        return cb_fail(err, CB_PARSE,
                       "%.300s: has more than %zu MiB; networks of that size are not read", path,
                       limits->file_bytes >> 20);
    *length = (size_t)about.st_size;
    return CB_OK;
}

/* Mapped, not read: of a file that is no network only the pages up to the first wrong byte are ever
 * in memory. */
static cb_status parse_mapped(int file, size_t length, const char *path,
                              const cb_net_limits *limits, cb_error *err, cb_network **network)
{
    if (length == 0)
        return cb_network_parse("", 0, path, limits, err, network);
    void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return io_error(path, err);
    cb_status status = cb_network_parse(bytes, length, path, limits, err, network);
    munmap(bytes, length);
    return status;
}

cb_status cb_network_read(const char *path, const cb_net_limits *limits, cb_error *err,
                          cb_network **network)
{
    size_t length = 0;
    FILE *in = fopen(path, "rb");
    if (!in)
        return io_error(path, err);
    cb_status status = check_file(in, path, limits, err, &length);
    if (status == CB_OK)
        status = parse_mapped(fileno(in), length, path, limits, err, network);
    fclose(in);
    return status;
}
