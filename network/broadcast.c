#include "network/broadcast.h"

/* Dimension `i`, counted from the last. */
static int64_t dim_from_end(const cb_net_shape *shape, int i)
{
    return i < shape->rank ? shape->dims[shape->rank - 1 - i] : 1;
}

bool cb_broadcast_dims(const cb_net_shape *a, const cb_net_shape *b, int *rank, int64_t *dims)
{
    int both = a->rank > b->rank ? a->rank : b->rank;
    for (int i = 0; i < both; i++) {
        int64_t x = dim_from_end(a, i), y = dim_from_end(b, i);
        if (x != y && x != 1 && y != 1)
            return false;
        dims[both - 1 - i] = x == 1 ? y : x;
    }
    *rank = both;
    return true;
}

bool cb_broadcast_fits(const cb_net_shape *shape, const cb_net_shape *to)
{
    for (int i = 0; i < shape->rank; i++) {
        int64_t dim = dim_from_end(shape, i);
        if (dim != 1 && (i >= to->rank || dim != dim_from_end(to, i)))
            return false;
    }
    return true;
}

/* Strides of an operand along the output's dimensions, 0 where it is repeated. */
static void set_strides(const cb_net_shape *shape, int rank, size_t *strides)
{
    size_t step = 1;
    for (int i = 0; i < rank; i++) {
        size_t dim = (size_t)dim_from_end(shape, i);
        strides[rank - 1 - i] = dim == 1 ? 0 : step;
        step *= dim;
    }
}

/* Whether dimension i and the next one are one longer dimension to every operand. */
static bool can_merge(const cb_rows *rows, int i)
{
    for (int k = 0; k < rows->operands; k++)
        if (rows->strides[k][i] != rows->strides[k][i + 1] * rows->dims[i + 1])
            return false;
    return true;
}

static void drop_dim(cb_rows *rows, int i)
{
    rows->rank--;
    for (int j = i; j < rows->rank; j++) {
        rows->dims[j] = rows->dims[j + 1];
        for (int k = 0; k < rows->operands; k++)
            rows->strides[k][j] = rows->strides[k][j + 1];
    }
}

static void merge(cb_rows *rows)
{
    for (int i = rows->rank - 1; i >= 0 && rows->rank > 1; i--)
        if (rows->dims[i] == 1)
            drop_dim(rows, i);
    for (int i = rows->rank - 2; i >= 0; i--) {
        if (!can_merge(rows, i))
            continue;
        rows->dims[i + 1] *= rows->dims[i];
        drop_dim(rows, i);
    }
}

cb_rows cb_rows_start(const cb_net_shape *out, int operands, const cb_net_shape *const *shapes)
{
    cb_rows rows = {.operands = operands, .rank = out->rank > 0 ? out->rank : 1, .dims = {1}};
    for (int i = 0; i < out->rank; i++)
        rows.dims[i] = (size_t)out->dims[i];
    for (int k = 0; k < operands; k++)
        set_strides(shapes[k], rows.rank, rows.strides[k]);
    merge(&rows);
    rows.columns = rows.dims[rows.rank - 1];
    for (int k = 0; k < operands; k++)
        rows.stride[k] = rows.strides[k][rows.rank - 1];
    return rows;
}

bool cb_rows_next(cb_rows *rows)
{
    if (!rows->started) {
        rows->started = true;
        return true;
    }
    rows->out_at += rows->columns;
    for (int i = rows->rank - 2; i >= 0; i--) {
        for (int k = 0; k < rows->operands; k++)
            rows->at[k] += rows->strides[k][i];
        if (++rows->index[i] < rows->dims[i])
            return true;
        rows->index[i] = 0;
        for (int k = 0; k < rows->operands; k++)
            rows->at[k] -= rows->strides[k][i] * rows->dims[i];
    }
    return false;
}
