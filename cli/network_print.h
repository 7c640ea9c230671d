/* What `cachebound network` tells of a network. */
#ifndef CB_CLI_NETWORK_PRINT_H
#define CB_CLI_NETWORK_PRINT_H

#include "network/network.h"
#include "results/results.h"

/* The end of a long text, behind "..": names of nodes differ at their ends. */
void cb_network_short_name(const char *name, int columns, char *text, size_t bytes);

/* A shape as an array of numbers. */
json_t *cb_network_shape_json(const cb_net_shape *shape);

/* Operators that run, with shapes, widths and costs; and the sums. */
void cb_network_print_table(const cb_network *network, const char *path, FILE *out);
void cb_network_print_csv(const cb_network *network, FILE *out);

/* The whole of it, folded nodes too. NULL without memory. */
json_t *cb_network_to_json(const cb_network *network, const char *path);

#endif
