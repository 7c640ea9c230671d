/* Other implementations of a network's nodes: what `--sweep NODE.KEY=VALUES` changes. */
#ifndef CB_ACCEL_VARIANT_H
#define CB_ACCEL_VARIANT_H

#include "models/accel/impl.h"

/* Sets one key of a node, "Conv_3.implementation"; the node may be a pattern like "Conv_*". Keys:
 * implementation, accumulator_bitwidth, channel-wise, and, where no network says them
 * (`own_widths`), weight_bitwidth and output_bitwidth (the next layer's input follows). CB_USAGE
 * names what is wrong: no such node, no such key, a value that the node cannot have. */
cb_status cb_accel_node_set(const char *key, const char *value, bool own_widths, cb_error *err,
                            cb_accel_model *model);

/* Why no kernel can be as this model says (a table of too many entries, ...); NULL: nothing. */
const char *cb_accel_model_refused(const cb_accel_model *model);

#endif
