/* Made-up networks: what a model of layers is fitted to, so that no real network has to be. */
#ifndef CB_BENCH_NETWORK_MADE_UP_H
#define CB_BENCH_NETWORK_MADE_UP_H

#include "network/network.h"

/* Convolutions (full, pointwise, depthwise) of shapes drawn by `seed`, each with Relu and a
 * quantizer to 8 bits, then an average, Trunc and a dense layer. Of odd seeds all scales are powers
 * of two. As cb_network_parse. */
cb_status cb_network_made_up(unsigned seed, cb_error *err, cb_network **network);

#endif
