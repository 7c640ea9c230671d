/* Implementation files: how each node of a network is to be implemented (ALADIN, Listing 1), in
 * YAML or JSON. A file that gives shapes too describes a whole network by itself. */
#ifndef CB_ACCEL_IMPL_H
#define CB_ACCEL_IMPL_H

#include "models/accel/accel.h"

#include "network/network.h"

/* A node's entry; numbers that the file leaves out are 0. */
typedef struct {
    char name[CB_ACCEL_NAME];
    int line;
    char type[32]; /* "Conv": said, or the name without its "_0" */
    bool has_implementation, shaped;
    char implementation[16];
    int bit_width, in_bits, weight_bits, out_bits, bias_bits, acc_bits;
    bool channel_wise, has_channel_wise;
    int64_t in[3], out[3], weight[4], pad[4], stride[2];
} cb_accel_entry;

typedef struct {
    char path[256];
    cb_accel_entry *entries;
    size_t count;
} cb_accel_impl;

/* CB_IO, CB_PARSE (file and line; an unknown key or implementation is one), CB_UNSUPPORTED. */
cb_status cb_accel_impl_read(const char *path, cb_error *err, cb_accel_impl *impl);
void cb_accel_impl_free(cb_accel_impl *impl);

/* The layers of a network, in the order in which they run. Bit widths and shapes are the graph's;
 * the file says how, and CB_PARSE where it contradicts the graph or names a node that is not there.
 * A name is a node's own or TYPE_N, the N-th node of that type (docs/ESTIMATE.md). CB_UNSUPPORTED
 * names a node that no layer can hold. */
cb_status cb_accel_model_of_network(const cb_network *network, const cb_accel_impl *impl,
                                    cb_error *err, cb_accel_model *model);

/* The layers that a file with shapes describes. */
cb_status cb_accel_model_of_impl(const cb_accel_impl *impl, cb_error *err, cb_accel_model *model);

/* Puts what an entry says of a node of this layer into it: shared by both. */
cb_status cb_accel_apply(const cb_accel_impl *impl, const cb_accel_entry *entry, cb_error *err,
                         cb_accel_layer *layer);

/* Appends a layer that is all zero but its 1s; NULL without memory. */
cb_accel_layer *cb_accel_model_add(cb_accel_model *model);

/* Whether shapes, windows and widths make a layer that can be computed; says in `why` what is not.
 */
bool cb_accel_layer_sane(const cb_accel_layer *layer, const char **why);

#endif
