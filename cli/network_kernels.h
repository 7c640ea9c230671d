/* Running a network on cachebound's own kernels: `network --backend kernels`. */
#ifndef CB_CLI_NETWORK_KERNELS_H
#define CB_CLI_NETWORK_KERNELS_H

#include "bench/network/engine.h"
#include "cli/command.h"

bool cb_network_wants_kernels(const cb_options *options);

/* Whether what is asked for of kernels can be; CB_USAGE. */
cb_status cb_network_check_kernels(const cb_options *options, cb_error *err);

/* What --isa, --kernel and --variant allow, into `engine`. */
cb_status cb_network_engine_options(const cb_options *options, const cb_machine *machine,
                                    cb_error *err, cb_engine_options *engine);

/* Times every layer and writes a results document. */
cb_status cb_network_measure(const cb_network *network, const cb_options *options, cb_error *err);

/* The operand "made-up:N" in place of a file: N networks that cachebound makes up, whose layers a
 * model of the machine is fitted to. */
bool cb_network_is_made_up(const cb_options *options);
cb_status cb_network_measure_made_up(const cb_options *options, cb_error *err);

#endif
