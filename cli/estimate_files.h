/* Platforms, networks and implementation files that estimate and calibrate are told of. */
#ifndef CB_CLI_ESTIMATE_FILES_H
#define CB_CLI_ESTIMATE_FILES_H

#include "cli/command.h"
#include "models/accel/impl.h"
#include "models/accel/platform.h"

/* A file, or the name of a platform that cachebound brings ("pulp-gvsoc"). */
cb_status cb_estimate_platform(const char *name, cb_error *err, cb_accel_platform *platform);

/* Layers of a network (NULL: the implementation file describes all of it). */
cb_status cb_estimate_model(const char *network, const char *impl, cb_error *err,
                            cb_accel_model *model);

/* The network's accuracy on --dataset, run by the exact executor: implementations give the same
 * numbers. Negative when no --dataset was asked for. CB_USAGE without a network. */
cb_status cb_estimate_accuracy(const char *network, const cb_options *options, cb_error *err,
                               double *accuracy);

#endif
