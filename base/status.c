#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

/* Names from files and the command line end up in messages; a line break or an escape sequence in
 * one must not reach the terminal. */
static void one_plain_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

cb_status cb_fail(cb_error *err, cb_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    one_plain_line(err->text);
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
