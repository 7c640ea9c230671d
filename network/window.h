/* The window that convolutions and pools move over an image of (batch, channels, height, width). */
#ifndef CB_NETWORK_WINDOW_H
#define CB_NETWORK_WINDOW_H

#include "network/graph.h"

/* Reads kernel_shape (or takes `kernel`, when not NULL and the attribute is not there), strides,
 * dilations, pads, auto_pad and ceil_mode into node->public.window and works out the output's
 * height and width for the image that input 0 is. */
cb_status cb_window_infer(const cb_network *net, cb_node *node, const int64_t *kernel,
                          cb_error *err, int64_t out[2]);

#endif
