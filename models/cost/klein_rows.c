#include "models/cost/klein_rows.h"

#include "models/klein.h"

#include <stdlib.h>

double cb_klein_time(const cb_fit_row *row)
{
    double time_s = 0, threads = row->op.threads;
    double peak = threads * cb_hardware_ops(row->hardware, row->demand.dtype, row->demand.isa,
                                            row->op.threads);
    double l1 = threads * cb_hardware_read(row->hardware, 0, row->op.threads);
    cb_klein_binding(row->op.macs, row->op.element_bytes, peak, &l1, 1, &time_s);
    return time_s;
}

cb_fit_errors cb_klein_errors(const cb_observed *s)
{
    cb_fit_errors e = {.rows = 0};
    double *errors = calloc(s->count + 1, sizeof *errors);
    for (size_t i = 0; errors && i < s->count; i++)
        errors[i] = cb_klein_time(&s->rows[i]) / (s->rows[i].time_s * s->rows[i].state) - 1;
    if (errors)
        e = cb_fit_errors_of(errors, s->count);
    free(errors);
    return e;
}
