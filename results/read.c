/* Reading documents: the file's bytes, JSON, the schema. */
#include "results/locate.h"
#include "results/results.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A whole run with every sample is some 10 MB; what is far larger is not one of ours. */
static const size_t max_document_bytes = (size_t)512 << 20;

static cb_status io_error(const char *path, cb_error *err)
{
    if (errno == ENOENT)
        return cb_fail(err, CB_IO,
                       "%s: no such file; give a results document, 'latest' or 'reference:NAME'",
                       path);
    if (errno == EISDIR)
        return cb_fail(err, CB_IO, "%s: is a folder; give a results document in it, or 'latest'",
                       path);
    return cb_fail(err, CB_IO, "%s: cannot be read: %s", path, strerror(errno));
}

static cb_status too_large(const char *path, cb_error *err)
{
    return cb_fail(err, CB_IO, "%s: larger than %zu MiB; this is no results document", path,
                   max_document_bytes >> 20);
}

/* How much to ask for at first; a pipe tells no size. CB_IO when the size alone rules it out. */
static cb_status first_capacity(FILE *in, const char *path, cb_error *err, size_t *bytes)
{
    struct stat about;
    *bytes = 1 << 16;
    if (fstat(fileno(in), &about) != 0)
        return io_error(path, err);
    if (about.st_size > (off_t)max_document_bytes)
        return too_large(path, err);
    if (about.st_size > 0)
        *bytes = (size_t)about.st_size + 1; /* one more, so that the first read sees the end */
    return CB_OK;
}

/* All bytes of the stream, in memory that the caller frees. */
static cb_status read_all(FILE *in, const char *path, cb_error *err, char **text, size_t *length)
{
    size_t capacity, used = 0;
    char *buffer = NULL;
    cb_status status = first_capacity(in, path, err, &capacity);
    while (status == CB_OK) {
        char *larger = realloc(buffer, capacity);
        if (!larger) {
            status = cb_fail(err, CB_NO_MEMORY, "%s: no memory for %zu bytes", path, capacity);
            break;
        }
        buffer = larger;
        used += fread(buffer + used, 1, capacity - used, in);
        if (ferror(in))
            status = io_error(path, err);
        else if (used > max_document_bytes)
            status = too_large(path, err);
        else if (used < capacity)
            break;
        capacity *= 2;
    }
    if (status != CB_OK) {
        free(buffer);
        return status;
    }
    *text = buffer;
    *length = used;
    return CB_OK;
}

cb_status cb_results_parse(const char *text, size_t length, const char *name, cb_error *err,
                           json_t **document)
{
    json_error_t at;
    if (!length)
        return cb_fail(err, CB_PARSE, "%s: is empty; expected a results document", name);
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);
    if (!root)
        return cb_fail(err, CB_PARSE,
                       "%s:%d:%d: not valid JSON: %.120s; the file is damaged or cut off, "
                       "measure again",
                       name, at.line, at.column, at.text);
    cb_status status = cb_results_check(root, name, err);
    if (status == CB_OK)
        *document = root;
    else
        json_decref(root);
    return status;
}

/* The file that a path or a name stands for, and its bytes, which the caller frees. */
static cb_status read_file(const char *path, cb_error *err, char file[PATH_MAX], char **text,
                           size_t *length)
{
    cb_status status = cb_locate(path, err, file, PATH_MAX);
    if (status != CB_OK)
        return status;
    FILE *in = fopen(file, "rb");
    if (!in)
        return io_error(file, err);
    status = read_all(in, file, err, text, length);
    fclose(in);
    return status;
}

cb_status cb_results_read(const char *path, cb_error *err, json_t **document)
{
    char file[PATH_MAX];
    char *text = NULL;
    size_t length = 0;
    cb_status status = read_file(path, err, file, &text, &length);
    if (status == CB_OK)
        status = cb_results_parse(text, length, file, err, document);
    free(text);
    return status;
}

/* ---- without samples ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && is_space(*at))
        at++;
    return at;
}

/* The bracket that ends a list of numbers, of which `at` is behind the key; NULL: there is no such
 * list. */
static const char *end_of_numbers(const char *at, const char *end, const char **begin)
{
    at = skip_spaces(at, end);
    if (at == end || *at++ != ':')
        return NULL;
    at = skip_spaces(at, end);
    if (at == end || *at++ != '[')
        return NULL;
    *begin = at;
    while (at < end && *at && (strchr("0123456789.,+-eE", *at) || is_space(*at)))
        at++;
    return at < end && *at == ']' ? at : NULL;
}

/* Copies JSON but for the numbers in lists that are called "samples"; returns the copy's length. (A
 * quote inside of a text has a backslash before it, so that what is found is a key.) */
static size_t copy_without_samples(const char *text, size_t length, char *copy)
{
    static const char key[] = "\"samples\"";
    const char *from = text, *end = text + length, *at = text, *begin = NULL;
    size_t used = 0;
    while ((at = memmem(at, (size_t)(end - at), key, sizeof key - 1))) {
        at += sizeof key - 1;
        const char *close = end_of_numbers(at, end, &begin);
        if (!close)
            continue;
        memcpy(copy + used, from, (size_t)(begin - from));
        used += (size_t)(begin - from);
        from = at = close;
    }
    memcpy(copy + used, from, (size_t)(end - from));
    return used + (size_t)(end - from);
}

cb_status cb_results_read_summaries(const char *path, cb_error *err, json_t **document)
{
    char file[PATH_MAX];
    char *text = NULL, *summaries = NULL;
    size_t length = 0;
    cb_status status = read_file(path, err, file, &text, &length);
    if (status == CB_OK && !(summaries = malloc(length + 1)))
        status = cb_fail(err, CB_NO_MEMORY, "%s: no memory for %zu bytes", file, length);
    if (status == CB_OK)
        status = cb_results_parse(summaries, copy_without_samples(text, length, summaries), file,
                                  err, document);
    if (status == CB_PARSE) /* the message tells a line of the file itself */
        status = cb_results_parse(text, length, file, err, document);
    free(summaries);
    free(text);
    return status;
}
