/* cachebound calibrate --platform P.yaml --trace T.csv: fits a platform's cycles to measured layers
 * and writes the platform with them. With --results R.json: fits the time model to a machine's
 * operators and writes its cost file. */
#include "cli/calibrate_results.h"
#include "cli/estimate_files.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "models/accel/calibrate.h"

#include <math.h>
#include <stdlib.h>

static cb_status check_options(const cb_options *options, cb_error *err)
{
    if (options->operand_count)
        return cb_fail(err, CB_USAGE, "documents of a machine go with --results");
    if (!options->platform || !options->trace)
        return cb_fail(err, CB_USAGE,
                       "name results of a machine (--results R.json), or a platform and a trace "
                       "(--platform P.yaml --trace T.csv)");
    return CB_OK;
}

static void tell_errors(const char *what, const cb_accel_errors *e, cb_progress *progress)
{
    cb_note(progress, "%s: mean error %.2f %%, 95th percentile %.2f %%, worst %.2f %% (%zu rows)",
            what, 100 * e->mean, 100 * e->p95, 100 * e->worst, e->count);
}

static void tell(const cb_accel_calibration *c, cb_progress *progress)
{
    cb_note(progress, "tile bytes as in the trace: %zu of %zu rows", c->same_tiles, c->fit.count);
    tell_errors("the rows themselves", &c->fit, progress);
    tell_errors("each row from the others, 5-fold", &c->cross, progress);
    for (int g = 0; g < c->group_count; g++) {
        char what[96];
        snprintf(what, sizeof what, "%s from the starting cycles and the other networks",
                 c->groups[g].name);
        tell_errors(what, &c->groups[g].errors, progress);
    }
    cb_note(progress, "bound / measured: median %.3f, largest %.3f, %zu below 1", c->bound_median,
            c->bound_largest, c->bound_violations);
}

static cb_status calibrate_platform(const cb_options *options, cb_error *err)
{
    cb_accel_platform platform;
    cb_accel_calibration calibration = {0};
    cb_output output;
    cb_progress progress = cb_progress_new(options);
    cb_status status = check_options(options, err);
    if (status == CB_OK)
        status = cb_estimate_platform(options->platform, err, &platform);
    if (status == CB_OK)
        status = cb_accel_calibrate(&platform, options->trace, err, &calibration);
    if (status != CB_OK)
        return status;
    tell(&calibration, &progress);
    cb_accel_calibration_free(&calibration);
    status = cb_output_open(options, err, &output);
    if (status != CB_OK)
        return status;
    cb_accel_platform_write(&platform, output.stream);
    return cb_output_close(&output, CB_OK, err);
}

cb_status cb_cmd_calibrate(const cb_options *options, cb_error *err)
{
    if (!options->results)
        return calibrate_platform(options, err);
    if (options->platform || options->trace)
        return cb_fail(err, CB_USAGE,
                       "--results fits a machine, --platform and --trace a platform");
    return cb_calibrate_results(options, err);
}
