#include "cli/documents.h"

#include <stdlib.h>

cb_status cb_documents_read(const cb_options *options, cb_error *err, cb_documents *documents)
{
    *documents = (cb_documents){.count = options->operand_count};
    if (!documents->count)
        return cb_fail(err, CB_USAGE, "name a results document, `latest` or `reference:NAME`");
    documents->item = calloc(documents->count, sizeof *documents->item);
    if (!documents->item)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu documents", documents->count);
    for (size_t i = 0; i < documents->count; i++) {
        cb_status status = cb_results_read(options->operands[i], err, &documents->item[i]);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

void cb_documents_free(cb_documents *documents)
{
    for (size_t i = 0; documents->item && i < documents->count; i++)
        json_decref(documents->item[i]);
    free(documents->item);
    *documents = (cb_documents){.item = NULL};
}
