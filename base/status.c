#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

cb_status cb_fail(cb_error *err, cb_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

int cb_exit_code(cb_status status)
{
    switch (status) {
    case CB_OK:
        return 0;
    case CB_USAGE:
        return 2;
    case CB_UNSUPPORTED:
        return 3;
    case CB_UNSTABLE:
        return 4;
    case CB_REGRESSION:
        return 5;
    case CB_INTERRUPTED:
        return 130;
    case CB_FAILED:
    case CB_NO_MEMORY:
    case CB_IO:
    case CB_PARSE:
        break;
    }
    return 1;
}
