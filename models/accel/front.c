/* Pareto front of latency, memory and accuracy. */
#include "models/accel/sweep.h"

#include <stdlib.h>

double cb_accel_point_memory(const cb_accel_point *p)
{
    return p->l1_size + p->l2_size + p->parameter_bytes;
}

double cb_accel_point_latency(const cb_accel_point *p)
{
    return p->clock_hz > 0 ? p->bound_cycles / p->clock_hz : p->bound_cycles;
}

/* Faster, then smaller, then more accurate, then earlier: a point comes behind all that beat it. */
static int before(const void *a, const void *b)
{
    const cb_accel_point *x = *(cb_accel_point *const *)a, *y = *(cb_accel_point *const *)b;
    double differences[] = {cb_accel_point_latency(x) - cb_accel_point_latency(y),
                            cb_accel_point_memory(x) - cb_accel_point_memory(y),
                            y->accuracy - x->accuracy};
    for (int i = 0; i < 3; i++)
        if (differences[i] < 0 || differences[i] > 0)
            return differences[i] < 0 ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The least memory of those so far that are at least so accurate. */
typedef struct {
    double accuracy, memory;
} record;

static bool beaten(const record *records, size_t count, const cb_accel_point *p)
{
    for (size_t i = 0; i < count; i++)
        if (records[i].accuracy >= p->accuracy && records[i].memory <= cb_accel_point_memory(p))
            return true;
    return false;
}

/* Adds what the point sets, and forgets what it beats. */
static size_t keep(record *records, size_t count, const cb_accel_point *p)
{
    size_t kept = 0;
    record now = {p->accuracy, cb_accel_point_memory(p)};
    for (size_t i = 0; i < count; i++)
        if (records[i].accuracy > now.accuracy || records[i].memory < now.memory)
            records[kept++] = records[i];
    records[kept++] = now;
    return kept;
}

cb_status cb_accel_front(cb_accel_point *points, size_t count, cb_error *err, size_t *on_front)
{
    cb_accel_point **order = malloc((count + 1) * sizeof(cb_accel_point *));
    record *records = malloc((count + 1) * sizeof *records);
    size_t possible = 0, record_count = 0, found = 0;
    cb_status status = CB_OK;
    if (!order || !records) {
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the front of %zu points", count);
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        points[i].front = false;
        if (points[i].possible)
            order[possible++] = &points[i];
    }
    qsort(order, possible, sizeof *order, before);
    for (size_t i = 0; i < possible; i++) {
        if (beaten(records, record_count, order[i]))
            continue;
        order[i]->front = true;
        record_count = keep(records, record_count, order[i]);
        found++;
    }
    *on_front = found;
out:
    free(order);
    free(records);
    return status;
}
