/* cachebound summary DOCUMENT... [--output FILE] */
#include "cli/documents.h"
#include "cli/output.h"
#include "models/summary.h"

static cb_status write_summaries(const cb_options *options, const cb_documents *documents,
                                 cb_error *err)
{
    cb_output output;
    cb_status status = cb_output_open(options, err, &output);
    if (status != CB_OK)
        return status;
    for (size_t i = 0; i < documents->count && status == CB_OK; i++) {
        if (documents->count > 1)
            fprintf(output.stream, "%s%s\n", i ? "\n" : "", options->operands[i]);
        status = cb_summary_write(documents->item[i], output.stream, err);
    }
    return cb_output_close(&output, status, err);
}

cb_status cb_cmd_summary(const cb_options *options, cb_error *err)
{
    cb_documents documents;
    cb_status status = cb_documents_read(options, err, &documents);
    if (status == CB_OK)
        status = write_summaries(options, &documents, err);
    cb_documents_free(&documents);
    return status;
}
