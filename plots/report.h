/* The report: results documents and what the models say of them as one HTML page that needs nothing
 * else. The page draws itself from the documents inside of it (plots/report/, JavaScript). */
#ifndef CB_PLOTS_REPORT_H
#define CB_PLOTS_REPORT_H

#include "base/status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

typedef struct {
    const json_t *document;
    const char *path; /* as the person named it */
    json_t *doubts;   /* array of {text, serious}: why its figures may be unsteady */
} cb_report_input;

/* Documents of one machine are one part of the page, with a view for each kind of core. An emulated
 * document is shown without any of its figures. CB_USAGE without a document, CB_IO when `out`
 * fails. */
cb_status cb_report_write(const cb_report_input *inputs, size_t count, FILE *out, cb_error *err);

#endif
