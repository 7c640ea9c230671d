/* Broadcasting, as NumPy and ONNX have it: shapes are aligned at their last dimension, and a
 * dimension of 1 is repeated. */
#ifndef CB_NETWORK_BROADCAST_H
#define CB_NETWORK_BROADCAST_H

#include "network/graph.h"

enum { CB_ROWS_OPERANDS = 5 };

/* The dims of the shape that both are broadcast to. False when they do not fit. */
bool cb_broadcast_dims(const cb_net_shape *a, const cb_net_shape *b, int *rank, int64_t *dims);

/* Whether `shape` can be broadcast to `to`. */
bool cb_broadcast_fits(const cb_net_shape *shape, const cb_net_shape *to);

/* A walk over an output in rows, with each operand's place in it. Dimensions over which every
 * operand either moves on or stands still are merged, so that rows are long. */
typedef struct {
    size_t columns;                  /* elements of a row of the output */
    size_t out_at;                   /* where the row starts in the output */
    size_t at[CB_ROWS_OPERANDS];     /* and in each operand */
    size_t stride[CB_ROWS_OPERANDS]; /* of each operand within a row: 0 or 1 */

    int operands, rank;
    bool started;
    size_t dims[CB_NET_RANK], index[CB_NET_RANK];
    size_t strides[CB_ROWS_OPERANDS][CB_NET_RANK];
} cb_rows;

/* Before the first row. Each operand fits the output. */
cb_rows cb_rows_start(const cb_net_shape *out, int operands, const cb_net_shape *const *shapes);

/* Steps to the first or next row; false when there is none. */
bool cb_rows_next(cb_rows *rows);

#endif
