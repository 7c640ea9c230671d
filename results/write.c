/* The formats by name, and writing to a stream. */
#include "results/results.h"
#include "results/writers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    cb_format format;
    cb_writer *write;
} formats[] = {
    {"table", CB_FORMAT_TABLE, cb_write_table},
    {"json", CB_FORMAT_JSON, cb_write_json},
    {"csv", CB_FORMAT_CSV, cb_write_csv},
};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

cb_status cb_format_from_name(const char *name, cb_error *err, cb_format *format)
{
    char known[64] = "";
    size_t used = 0;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *format = formats[i].format;
            return CB_OK;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 formats[i].name);
    }
    return cb_fail(err, CB_USAGE, "--format '%.40s' is not known; choose one of %s", name, known);
}

cb_status cb_results_write(const json_t *document, cb_format format, FILE *out, cb_error *err)
{
    cb_status status = CB_USAGE;
    errno = 0;
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].format == format)
            status = formats[i].write(document, out, err);
    if (status != CB_OK)
        return status;
    if (fflush(out) != 0 || ferror(out))
        return cb_fail(err, CB_IO, "the results could not be written: %s",
                       errno ? strerror(errno) : "the stream refused them");
    return CB_OK;
}

/* The C locale is in force: nothing in cachebound sets another. */
cb_text cb_number_text(const json_t *number)
{
    cb_text out;
    if (json_is_integer(number)) {
        snprintf(out.text, sizeof out.text, "%" JSON_INTEGER_FORMAT, json_integer_value(number));
        return out;
    }
    double value = json_real_value(number);
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out.text, sizeof out.text - 2, "%.*g", digits, value);
        if (strtod(out.text, NULL) == value)
            break;
    }
    if (!strpbrk(out.text, ".e"))
        strcat(out.text, ".0");
    return out;
}
