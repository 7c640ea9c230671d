#include "cli/documents.h"

#include <stdlib.h>

typedef cb_status reader(const char *path, cb_error *err, json_t **document);

static cb_status read_with(reader *read, const cb_options *options, cb_error *err,
                           cb_documents *documents)
{
    *documents = (cb_documents){.count = options->operand_count};
    if (!documents->count)
        return cb_fail(err, CB_USAGE, "name a results document, `latest` or `reference:NAME`");
    documents->item = calloc(documents->count, sizeof *documents->item);
    if (!documents->item)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu documents", documents->count);
    for (size_t i = 0; i < documents->count; i++) {
        cb_status status = read(options->operands[i], err, &documents->item[i]);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

cb_status cb_documents_read(const cb_options *options, cb_error *err, cb_documents *documents)
{
    return read_with(cb_results_read, options, err, documents);
}

cb_status cb_documents_read_summaries(const cb_options *options, cb_error *err,
                                      cb_documents *documents)
{
    return read_with(cb_results_read_summaries, options, err, documents);
}

void cb_documents_free(cb_documents *documents)
{
    for (size_t i = 0; documents->item && i < documents->count; i++)
        json_decref(documents->item[i]);
    free(documents->item);
    *documents = (cb_documents){.item = NULL};
}
