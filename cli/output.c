#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

cb_format cb_output_format(const cb_options *options)
{
    if (options->format_given || !options->output)
        return options->format;
    if (ends_with(options->output, ".json"))
        return CB_FORMAT_JSON;
    if (ends_with(options->output, ".csv"))
        return CB_FORMAT_CSV;
    return options->format;
}

cb_status cb_output_open(const cb_options *options, cb_error *err, cb_output *output)
{
    *output = (cb_output){.path = options->output};
    output->stream = open_memstream(&output->text, &output->length);
    if (!output->stream)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the output");
    return CB_OK;
}

static cb_status io_error(const char *path, cb_error *err)
{
    return cb_fail(err, CB_IO, "%.300s: cannot be written: %s; name another file with --output",
                   path, strerror(errno));
}

static cb_status write_to(const cb_output *output, const char *path, cb_error *err)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return io_error(output->path, err);
    bool written = fwrite(output->text, 1, output->length, out) == output->length;
    written &= fclose(out) == 0;
    return written ? CB_OK : io_error(output->path, err);
}

/* Beside itself first, so that a full disk leaves an old file as it was. */
static cb_status replace_file(const cb_output *output, cb_error *err)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", output->path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return io_error(output->path, err);
    }
    cb_status status = write_to(output, temporary, err);
    if (status == CB_OK && rename(temporary, output->path) != 0)
        status = io_error(output->path, err);
    if (status != CB_OK)
        unlink(temporary);
    return status;
}

static cb_status deliver(const cb_output *output, cb_error *err)
{
    struct stat about;
    if (!output->path) {
        errno = 0;
        size_t written = fwrite(output->text, 1, output->length, stdout);
        bool arrived = written == output->length && fflush(stdout) == 0;
        clearerr(stdout); /* told here, not again by main */
        return arrived ? CB_OK : io_error("standard output", err);
    }
    /* A link or a device must not be renamed over. */
    if (lstat(output->path, &about) == 0 && !S_ISREG(about.st_mode))
        return write_to(output, output->path, err);
    return replace_file(output, err);
}

cb_status cb_output_close(cb_output *output, cb_status status, cb_error *err)
{
    bool whole = !ferror(output->stream);
    whole &= fclose(output->stream) == 0;
    if (status == CB_OK && !whole)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the output");
    if (status == CB_OK)
        status = deliver(output, err);
    free(output->text);
    return status;
}

void cb_output_csv_cell(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}
