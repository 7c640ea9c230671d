/* Inside of plots/report: what the page is told beside the documents, and its fixed text. */
#ifndef CB_PLOTS_REPORT_PARTS_H
#define CB_PLOTS_REPORT_PARTS_H

#include "plots/report.h"

enum { CB_VERDICT_BYTES = 600 };

/* One file of plots/report/, as it was when cachebound was built. */
typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t size;
} cb_report_file_text;

extern const cb_report_file_text cb_report_files[];
extern const size_t cb_report_file_count;

/* {inputs: [{path, doubts}], views: [...]}: a view holds the verdict, levels, rates, rooflines and
 * the nearest limit of each operator (docs/REPORT.md). */
cb_status cb_report_model(const cb_report_input *inputs, size_t count, cb_error *err,
                          json_t **model);

#endif
