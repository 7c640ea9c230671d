/* Where results go while they come: a document that is rewritten as rows arrive, and that survives
 * a full disk, an unwritable file and Ctrl-C. */
#ifndef CB_CLI_SINK_H
#define CB_CLI_SINK_H

#include "cli/progress.h"
#include "results/results.h"

typedef struct {
    json_t *document;
    char path[4096];  /* where the document is kept; "" when only standard output gets it */
    cb_format format; /* of that file */
    bool is_stream;   /* not a regular file: written once, at the end */
    bool on_disk;     /* the file holds every row until `saved_rows` */
    size_t saved_rows;
    double saved_at_s, save_cost_s;
    cb_status failure; /* of the first write that failed; the run goes on in another place */
    cb_error failure_text;
    cb_progress *progress;
} cb_sink;

/* `path` NULL: nothing is written before cb_sink_finish. CB_IO when the file cannot be written,
 * found out now and not after ten minutes. The document stays the caller's. */
cb_status cb_sink_open(cb_sink *sink, json_t *document, const char *path, cb_format format,
                       cb_progress *progress, cb_error *err);

/* Takes a row and rewrites the file, unless the last rewriting was so long that it would cost more
 * than a twentieth of the run. A file that can no longer be written is replaced by one in $TMPDIR,
 * with a warning; CB_IO when that fails too. */
cb_status cb_sink_emit(cb_sink *sink, json_t *row, cb_error *err);

/* The same for another attempt at a row that the document has (results/attempts.h). */
cb_status cb_sink_emit_again(cb_sink *sink, json_t *row, cb_error *err);

/* Writes what is not yet written. A file of which no row was measured is taken away again.
 * CB_IO (and sink->path is where the rows are) when any write failed. */
cb_status cb_sink_finish(cb_sink *sink, cb_error *err);

/* Writes the document to $TMPDIR, because `why` took its place away. */
cb_status cb_sink_rescue(cb_sink *sink, const char *why, cb_error *err);

#endif
