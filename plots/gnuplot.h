/* Runs gnuplot on a script, without a shell. */
#ifndef CB_PLOTS_GNUPLOT_H
#define CB_PLOTS_GNUPLOT_H

#include "base/status.h"

#include <stddef.h>

/* Runs `gnuplot script` inside `directory`. What it says on standard error is put into `complaint`
 * ("" when it is silent). CB_UNSUPPORTED when gnuplot is not installed, CB_FAILED when it fails. */
cb_status cb_gnuplot_run(const char *directory, const char *script, cb_error *err, char *complaint,
                         size_t complaint_bytes);

#endif
