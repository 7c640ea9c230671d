/* The documents that a command's operands name. */
#ifndef CB_CLI_DOCUMENTS_H
#define CB_CLI_DOCUMENTS_H

#include "cli/command.h"

typedef struct {
    json_t **item;
    size_t count;
} cb_documents;

/* Reads all operands (paths, `latest`, `reference:NAME`). CB_USAGE without any. Free them in every
 * case. */
cb_status cb_documents_read(const cb_options *options, cb_error *err, cb_documents *documents);

/* The same without samples (cb_results_read_summaries). */
cb_status cb_documents_read_summaries(const cb_options *options, cb_error *err,
                                      cb_documents *documents);
void cb_documents_free(cb_documents *documents);

#endif
