#include "bench/gemm/gemm_bench.h"

#include "base/units.h"
#include "results/locate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A matrix of this many rows is larger than any memory. */
static const int64_t longest = INT64_C(1) << 30;

typedef struct {
    cb_gemm_shape *shapes;
    size_t count, capacity;
} shape_list;

static cb_status add(shape_list *list, const cb_gemm_shape *shape, cb_error *err)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        cb_gemm_shape *shapes = realloc(list->shapes, capacity * sizeof *shapes);
        if (!shapes)
            return cb_fail(err, CB_NO_MEMORY, "no memory for %zu shapes", capacity);
        list->shapes = shapes;
        list->capacity = capacity;
    }
    list->shapes[list->count++] = *shape;
    return CB_OK;
}

static cb_status read_dimension(const char *option, const char *text, cb_error *err, size_t *to)
{
    int64_t value;
    cb_error why;
    if (cb_parse_integer(text, 0, longest, &why, &value) != CB_OK)
        return cb_fail(err, CB_USAGE, "%s: %s", option, why.text);
    *to = (size_t)value;
    return CB_OK;
}

/* "512x64x16" */
static cb_status read_product(const char *text, cb_error *err, cb_gemm_shape *shape)
{
    char copy[80], *save = NULL, *parts[4] = {NULL};
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = strtok_r(copy, "xX", &save); at && count < 4; at = strtok_r(NULL, "xX", &save))
        parts[count++] = at;
    if (count != 3)
        return cb_fail(err, CB_USAGE, "--shape: '%.60s' is not MxNxK, like 512x64x16", text);
    cb_status status = read_dimension("--shape", parts[0], err, &shape->m);
    status = status ? status : read_dimension("--shape", parts[1], err, &shape->n);
    return status ? status : read_dimension("--shape", parts[2], err, &shape->k);
}

static cb_status read_square(const char *text, cb_error *err, cb_gemm_shape *shape)
{
    cb_status status = read_dimension("--size", text, err, &shape->m);
    shape->n = shape->k = shape->m;
    return status;
}

static cb_status read_list(const char *text,
                           cb_status (*read)(const char *, cb_error *, cb_gemm_shape *),
                           shape_list *list, cb_error *err)
{
    cb_status status = CB_OK;
    for (const char *at = text; at && status == CB_OK;) {
        char word[80];
        size_t length = strcspn(at, ",");
        cb_gemm_shape shape = {.name = ""};
        snprintf(word, sizeof word, "%.*s", (int)(length < 79 ? length : 79), at);
        status = read(word, err, &shape);
        status = status ? status : add(list, &shape, err);
        at = at[length] ? at + length + 1 : NULL;
    }
    return status;
}

cb_status cb_gemm_shapes_parse(const char *shapes, const char *sizes, cb_error *err,
                               cb_gemm_shape **out, size_t *count)
{
    shape_list list = {.shapes = NULL};
    cb_status status = read_list(sizes, read_square, &list, err);
    status = status ? status : read_list(shapes, read_product, &list, err);
    if (status != CB_OK) {
        free(list.shapes);
        return status;
    }
    *out = list.shapes;
    *count = list.count;
    return CB_OK;
}

/* ---- files ---- */

static cb_status read_line(const char *path, size_t number, char *line, shape_list *list,
                           cb_error *err)
{
    cb_gemm_shape shape = {.name = ""};
    size_t *to[] = {&shape.m, &shape.n, &shape.k};
    char *save = NULL;
    line[strcspn(line, "#\r\n")] = 0;
    char *word = strtok_r(line, " \t", &save);
    if (!word)
        return CB_OK;
    snprintf(shape.name, sizeof shape.name, "%.47s", word);
    for (size_t i = 0; i < 3; i++) {
        cb_error why;
        word = strtok_r(NULL, " \t", &save);
        if (!word || read_dimension("", word, &why, to[i]) != CB_OK)
            return cb_fail(err, CB_PARSE, "%.200s:%zu: expected NAME M N K, found '%.40s'", path,
                           number, word ? word : "nothing");
    }
    if (strtok_r(NULL, " \t", &save))
        return cb_fail(err, CB_PARSE, "%.200s:%zu: expected NAME M N K and nothing behind it", path,
                       number);
    return add(list, &shape, err);
}

static cb_status read_file(const char *path, FILE *file, shape_list *list, cb_error *err)
{
    char *line = NULL;
    size_t bytes = 0, number = 0;
    cb_status status = CB_OK;
    while (status == CB_OK && getline(&line, &bytes, file) >= 0)
        status = read_line(path, ++number, line, list, err);
    free(line);
    if (status == CB_OK && !list->count)
        status = cb_fail(err, CB_PARSE, "%.200s: expected lines NAME M N K, found none", path);
    return status;
}

cb_status cb_gemm_shapes_read(const char *name, cb_error *err, cb_gemm_shape **out, size_t *count)
{
    char path[PATH_MAX];
    shape_list list = {.shapes = NULL};
    cb_status status =
        cb_locate_data("bench/gemm/shapes", "shapes", name, ".txt", err, path, sizeof path);
    if (status != CB_OK)
        return status;
    FILE *file = fopen(path, "r");
    if (!file)
        return cb_fail(err, CB_IO, "%.200s: cannot be read: %s", path, strerror(errno));
    status = read_file(path, file, &list, err);
    fclose(file);
    if (status != CB_OK) {
        free(list.shapes);
        return status;
    }
    *out = list.shapes;
    *count = list.count;
    return CB_OK;
}
