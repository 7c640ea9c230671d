#include "models/operators.h"

#include "models/rows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Packing alone ("pack-activations") moves data and multiplies nothing. */
static bool only_packs(const json_t *row)
{
    const char *variant = cb_row_text(row, "variant");
    return variant && strncmp(variant, "pack-", 5) == 0;
}

static bool is_operator(const json_t *row)
{
    static const char *const families[] = {"gemm", "conv", "bitserial", "slbc", "hpl"};
    if (only_packs(row))
        return false;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (cb_row_is(row, "family", families[i]))
            return true;
    return false;
}

double cb_operator_element_bytes(const char *dtype)
{
    while (dtype && *dtype && !isdigit((unsigned char)*dtype))
        dtype++;
    return dtype ? atoi(dtype) / 8.0 : 0;
}

/* MACs that the shape says, else half the operations: a row need not have both. */
static double macs_of(const json_t *row, const cb_operator *op)
{
    double ops = cb_row_number(row, "work.ops", 0);
    return ops > 0 ? ops / 2 : op->m * op->n * op->k;
}

bool cb_operator_read(const json_t *row, cb_operator *op)
{
    cb_operator found = {.row = row,
                         .family = cb_row_text(row, "family"),
                         .variant = cb_row_text(row, "variant"),
                         .kernel = cb_row_text(row, "kernel"),
                         .dtype = cb_row_text(row, "dtype"),
                         .core_kind = cb_row_text(row, "core_kind"),
                         .threads = cb_row_threads(row),
                         .m = cb_row_number(row, "params.m", 0),
                         .n = cb_row_number(row, "params.n", 0),
                         .k = cb_row_number(row, "params.k", 0),
                         .ops_per_s = cb_row_number(row, "ops_per_s", 0),
                         .time_s = cb_row_number(row, "time_s.median", 0),
                         .clock_hz = cb_row_number(row, "clock_hz", 0),
                         .published = cb_row_published(row)};
    if (!cb_row_ok(row) || !is_operator(row) || !found.dtype)
        return false;
    found.element_bytes = cb_operator_element_bytes(found.dtype);
    found.macs = macs_of(row, &found);
    if (!(found.ops_per_s > 0) && found.time_s > 0)
        found.ops_per_s = 2 * found.macs / found.time_s;
    if (!(found.time_s > 0) && found.ops_per_s > 0)
        found.time_s = 2 * found.macs / found.ops_per_s;
    if (!(found.ops_per_s > 0) || !(found.element_bytes > 0))
        return false;
    *op = found;
    return true;
}

double cb_operator_least_s(const cb_operator *op)
{
    double least = cb_row_number(op->row, "time_s.min", 0);
    return least > 0 ? least : op->time_s;
}

const char *cb_operator_name(const cb_operator *op)
{
    return op->variant ? op->variant : op->kernel;
}

void cb_operator_shape(const cb_operator *op, char *text, size_t bytes)
{
    text[0] = 0;
    if (op->m > 0 && op->m == op->n && op->n == op->k)
        snprintf(text, bytes, "%.0f", op->m);
    else if (op->m > 0)
        snprintf(text, bytes, "%.0fx%.0fx%.0f", op->m, op->n, op->k);
}
