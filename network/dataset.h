/* Images with labels, to measure a network's accuracy on.
 *
 * - IDX files (the format of MNIST), plain or gzip: a folder with *-images-idx3-ubyte[.gz] and
 *   *-labels-idx1-ubyte[.gz], those called test or t10k before others, or the images' file itself.
 *   Pixels become float32 in [0, 1] (divided by 255).
 * - A folder of .npy files, one image each, values as they are; labels.npy holds their labels in
 *   the order of the file names, or each name starts with its label: 7-0001.npy. */
#ifndef CB_NETWORK_DATASET_H
#define CB_NETWORK_DATASET_H

#include "base/status.h"

#include <stddef.h>

typedef struct cb_dataset cb_dataset;

/* Images of `elements` float32 each. CB_IO, CB_PARSE, CB_USAGE (no data set there). */
cb_status cb_dataset_open(const char *path, size_t elements, cb_error *err, cb_dataset **dataset);
void cb_dataset_free(cb_dataset *dataset);

size_t cb_dataset_size(const cb_dataset *dataset);

/* Image `i` into `data`, and its label. */
cb_status cb_dataset_get(const cb_dataset *dataset, size_t i, cb_error *err, float *data,
                         int *label);

/* Bytes of an IDX file of `rank` dimensions of unsigned bytes; what cb_dataset_open reads. The
 * caller frees *bytes. */
cb_status cb_idx_read(const char *path, int rank, cb_error *err, size_t *dims,
                      unsigned char **bytes);

#endif
