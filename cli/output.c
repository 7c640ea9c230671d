#include "cli/output.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static cb_status failed(const char *path, cb_error *err)
{
    return cb_fail(err, CB_IO, "%.300s: cannot be written: %s; name another file with --output",
                   path ? path : "standard output", strerror(errno ? errno : EIO));
}

cb_status cb_output_open(const char *path, cb_error *err, FILE **out)
{
    FILE *opened = path ? fopen(path, "w") : stdout;
    if (!opened)
        return failed(path, err);
    *out = opened;
    return CB_OK;
}

cb_status cb_output_close(FILE *out, const char *path, cb_status status, cb_error *err)
{
    errno = 0;
    bool broken = fflush(out) != 0 || ferror(out);
    if (broken && status == CB_OK)
        status = failed(path, err);
    if (out == stdout)
        clearerr(out);
    else if (fclose(out) != 0 && status == CB_OK)
        status = failed(path, err);
    return status;
}
