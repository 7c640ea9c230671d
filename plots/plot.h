/* Plots of results documents: each one a data file, a gnuplot script, and SVG and PNG pictures.
 *
 * gnuplot is a program that may be there or not. Without it the scripts and data are still written,
 * so that they can be drawn elsewhere: `gnuplot NAME.gp` in their folder. */
#ifndef CB_PLOTS_PLOT_H
#define CB_PLOTS_PLOT_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char **files; /* paths written, in order */
    size_t file_count;
    char **notes; /* what could not be drawn and why; what gnuplot complained about */
    size_t note_count;
    size_t plots;         /* scripts written */
    bool gnuplot_missing; /* no pictures: the program is not installed (Debian: gnuplot-nox) */
} cb_plot_report;

/* Draws all that the documents have, into `directory` (made when missing): a roofline for each data
 * type, bandwidth and latency against block size, scaling with threads. Documents of one machine
 * are drawn together; those of several machines get the machine's name in front of their files.
 *
 * CB_UNSUPPORTED when a document was measured under an emulator, CB_USAGE without a document,
 * CB_IO when a file cannot be written, CB_FAILED when gnuplot refuses a script. A document that has
 * nothing to draw is a note. `report` is valid in every case; free it. */
cb_status cb_plot_all(const json_t *const *documents, size_t count, const char *directory,
                      cb_error *err, cb_plot_report *report);
void cb_plot_report_free(cb_plot_report *report);

/* Makes a folder and those it lies in. CB_IO. */
cb_status cb_plot_folder(const char *directory, cb_error *err);

/* A machine's name as part of a file name: letters, digits, '.', '_' and '-' stay. */
void cb_plot_slug(const char *name, char *slug, size_t bytes);

#endif
