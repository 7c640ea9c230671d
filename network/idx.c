/* IDX files, plain or gzip. */
#include "network/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_BYTES = 1 << 30, IDX_BYTES = 8 };

static cb_status fail(const char *path, const char *what, cb_error *err)
{
    return cb_fail(err, CB_PARSE, "%.300s: %s; expected an IDX file of unsigned bytes", path, what);
}

static int read_whole(gzFile in, void *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t left = length - at;
        int got = gzread(in, (char *)bytes + at, left > 1 << 20 ? 1 << 20 : (unsigned)left);
        if (got <= 0)
            return 0;
        at += (size_t)got;
    }
    return 1;
}

static cb_status read_dims(gzFile in, const char *path, int rank, cb_error *err, size_t *dims,
                           size_t *count)
{
    unsigned char start[4], dim[4];
    if (!read_whole(in, start, 4) || start[0] || start[1] || start[2] != IDX_BYTES)
        return fail(path, "does not start like one", err);
    if (start[3] != rank)
        return fail(path, rank == 1 ? "holds no labels" : "holds no images", err);
    *count = 1;
    for (int i = 0; i < rank; i++) {
        if (!read_whole(in, dim, 4))
            return fail(path, "is cut off", err);
        dims[i] = (size_t)dim[0] << 24 | (size_t)dim[1] << 16 | (size_t)dim[2] << 8 | dim[3];
        if (!dims[i] || dims[i] > MOST_BYTES / *count)
            return fail(path, "is empty, or of more than 1 GiB", err);
        *count *= dims[i];
    }
    return CB_OK;
}

cb_status cb_idx_read(const char *path, int rank, cb_error *err, size_t *dims,
                      unsigned char **bytes)
{
    size_t count = 0;
    unsigned char *read = NULL;
    gzFile in = gzopen(path, "rb");
    if (!in)
        return cb_fail(err, CB_IO, "%.300s: cannot be read", path);
    cb_status status = read_dims(in, path, rank, err, dims, &count);
    if (status != CB_OK)
        goto out;
    read = malloc(count);
    if (!read)
        status = cb_fail(err, CB_NO_MEMORY, "%.300s: no memory for %zu bytes", path, count);
    else if (!read_whole(in, read, count))
        status = fail(path, "is cut off", err);
    if (status == CB_OK) {
        *bytes = read;
        read = NULL;
    }
out:
    free(read);
    gzclose(in);
    return status;
}
