/* Running a network: on one input, or on a data set. */
#ifndef CB_CLI_NETWORK_RUN_H
#define CB_CLI_NETWORK_RUN_H

#include "cli/command.h"
#include "network/network.h"

/* The elements of --input for the network's one input; NULL without a path. The caller frees. */
cb_status cb_network_input_read(const cb_network *network, const char *path, cb_error *err,
                                float **data);

/* Runs --input (or the made-up input) and prints the outputs, or with --nodes each node's
 * fingerprint, in the format asked for. */
cb_status cb_network_run_once(const cb_network *network, const cb_options *options, FILE *out,
                              cb_error *err);

/* Runs every image of --dataset and prints how many are recognized. After Ctrl-C the images done so
 * far are printed and *interrupted is set. */
cb_status cb_network_run_dataset(const cb_network *network, const cb_options *options, FILE *out,
                                 cb_error *err, bool *interrupted);

/* The share of --dataset's images that the network recognizes. CB_INTERRUPTED after Ctrl-C. */
cb_status cb_network_accuracy(const cb_network *network, const cb_options *options, cb_error *err,
                              double *accuracy);

#endif
