#include "cli/gemm_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cb_gemm_search search_of(const cb_options *options)
{
    const char *word = options->search;
    if (!options->tune)
        return CB_GEMM_NO_SEARCH;
    if (word && strcmp(word, "exhaustive") == 0)
        return CB_GEMM_EXHAUSTIVE;
    return word && strcmp(word, "random") == 0 ? CB_GEMM_RANDOM : CB_GEMM_GUIDED;
}

/* The shapes of a file behind those that are there. */
static cb_status append_file(const char *path, cb_error *err, cb_gemm_shape **shapes, size_t *count)
{
    cb_gemm_shape *more;
    size_t more_count;
    cb_status status = cb_gemm_shapes_read(path, err, &more, &more_count);
    if (status != CB_OK)
        return status;
    cb_gemm_shape *both = realloc(*shapes, (*count + more_count) * sizeof *both);
    if (both) {
        memcpy(both + *count, more, more_count * sizeof *both);
        *shapes = both;
        *count += more_count;
    }
    free(more);
    return both ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for %zu shapes", more_count);
}

cb_status cb_gemm_options_parse(const cb_options *options, cb_error *err, cb_gemm_options *parsed)
{
    cb_gemm_shape *shapes = NULL;
    size_t count = 0;
    if (options->search && !options->tune)
        return cb_fail(err, CB_USAGE, "--search: says how to tune; add --tune");
    if (options->results && !options->tune)
        return cb_fail(err, CB_USAGE, "--results: says how to tune; add --tune");
    if (options->tune && options->variant)
        return cb_fail(err, CB_USAGE,
                       "--variant: --tune measures plans of 'tuned' only; leave it out");
    cb_status status = cb_gemm_shapes_parse(options->shape, options->size, err, &shapes, &count);
    if (status == CB_OK && options->shapes)
        status = append_file(options->shapes, err, &shapes, &count);
    if (status != CB_OK) {
        free(shapes);
        return status;
    }
    *parsed = (cb_gemm_options){.shapes = shapes,
                                .shape_count = count,
                                .dtypes = options->dtype,
                                .variants = options->variant,
                                .transposes = options->transpose,
                                .search = search_of(options)};
    return CB_OK;
}

cb_status cb_gemm_log_path(const cb_options *options, const json_t *document, cb_error *err,
                           char *path, size_t bytes)
{
    static const char name[] = "gemm-tuned.jsonl";
    if (options->log) {
        int needed = snprintf(path, bytes, "%s", options->log);
        return needed >= 0 && (size_t)needed < bytes
                   ? CB_OK
                   : cb_fail(err, CB_USAGE, "--log: the path is too long");
    }
    cb_status status = cb_results_default_path(document, err, path, bytes);
    if (status != CB_OK)
        return status;
    char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    if (folder + sizeof name > bytes)
        return cb_fail(err, CB_USAGE, "%.200s: the path is too long", path);
    strcpy(path + folder, name);
    return CB_OK;
}
