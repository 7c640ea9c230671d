/* Arrays in NumPy's file format (.npy, versions 1 to 3). */
#ifndef CB_NETWORK_NPY_H
#define CB_NETWORK_NPY_H

#include "network/network.h"

/* An array as float32, in C order. */
typedef struct {
    cb_net_shape shape;
    float *data;
} cb_array;

/* Reads little-endian float32 and float64, and integers of up to 64 bits. At most `most` elements.
 * CB_IO, CB_PARSE, CB_UNSUPPORTED (another type, Fortran order). The caller frees array->data. */
cb_status cb_npy_read(const char *path, size_t most, cb_error *err, cb_array *array);

#endif
