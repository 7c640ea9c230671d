/* cachebound plot DOC [DOC...] [--output DIR] */
#include "cli/documents.h"
#include "plots/plot.h"

#include <string.h>

/* plots/out/<machine>, or plots/out/<machine>-and-others. */
static void default_folder(const json_t *const *documents, size_t count, char *folder, size_t bytes)
{
    char slug[64];
    const char *first = cb_row_text(documents[0], "context.machine.name");
    bool several = false;
    for (size_t i = 1; i < count; i++) {
        const char *name = cb_row_text(documents[i], "context.machine.name");
        several |= !name || !first || strcmp(name, first) != 0;
    }
    cb_plot_slug(first ? first : "unknown", slug, sizeof slug);
    snprintf(folder, bytes, "plots/out/%s%s", slug, several ? "-and-others" : "");
}

static cb_status tell(const cb_options *options, const cb_plot_report *report, const char *folder,
                      cb_error *err)
{
    for (size_t i = 0; i < report->note_count && !options->quiet; i++)
        fprintf(stderr, "cachebound: %s\n", report->notes[i]);
    for (size_t i = 0; i < report->file_count; i++)
        printf("%s\n", report->files[i]);
    if (fflush(stdout) != 0 || ferror(stdout))
        return cb_fail(err, CB_IO, "standard output: the list of files could not be written");
    if (report->gnuplot_missing)
        return cb_fail(err, CB_UNSUPPORTED,
                       "gnuplot is not installed, so there are scripts and data but no pictures; "
                       "install the package gnuplot-nox and repeat, or copy %.200s to a machine "
                       "that has it",
                       folder);
    if (!report->plots)
        return cb_fail(err, CB_UNSUPPORTED, "the documents hold nothing that could be drawn");
    return CB_OK;
}

cb_status cb_cmd_plot(const cb_options *options, cb_error *err)
{
    char folder[256];
    cb_documents documents;
    cb_plot_report report = {0};
    cb_status status = cb_documents_read(options, err, &documents);
    if (status != CB_OK)
        goto out;
    const json_t *const *all = (const json_t *const *)documents.item;
    default_folder(all, documents.count, folder, sizeof folder);
    const char *to = options->output ? options->output : folder;
    status = cb_plot_all(all, documents.count, to, err, &report);
    if (status == CB_OK)
        status = tell(options, &report, to, err);
out:
    cb_plot_report_free(&report);
    cb_documents_free(&documents);
    return status;
}
