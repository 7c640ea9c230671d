/* The lists of bench/conv/shapes, built in (cmake/generated.cmake): names without ".txt", texts. */
#ifndef CB_BENCH_LAYER_LISTS_H
#define CB_BENCH_LAYER_LISTS_H

#include <stddef.h>

extern const char *const cb_layer_list_names[];
extern const char *const cb_layer_list_texts[];
extern const size_t cb_layer_list_count;

#endif
