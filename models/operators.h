/* Operators in a results document: rows of the families that multiply and accumulate. */
#ifndef CB_MODELS_OPERATORS_H
#define CB_MODELS_OPERATORS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Texts belong to the document. */
typedef struct {
    const json_t *row;
    const char *family, *variant, *kernel, *dtype, *core_kind; /* variant, core_kind may be NULL */
    int threads;
    double m, n, k;       /* of a GEMM; 0 for other families */
    double macs;          /* 0: not known (HPL's rows name no size) */
    double element_bytes; /* of one operand */
    double ops_per_s;
    double time_s;   /* median, or from a published rate; 0: not known */
    double clock_hz; /* 0: not known */
    bool published;
} cb_operator;

/* Whether the row is an operator with figures; fills *op if so. */
bool cb_operator_read(const json_t *row, cb_operator *op);

/* Bytes of one element: the first width in the type's name over eight (f32 4, u8s8 1, s2 0.25). 0
 * when the name has none. */
double cb_operator_element_bytes(const char *dtype);

/* The least of its samples: what disturbs a measurement only adds. The median where there are none.
 */
double cb_operator_least_s(const cb_operator *op);

/* What tells operators of a family apart: the variant, or the kernel where there is none. */
const char *cb_operator_name(const cb_operator *op);

/* "512" for a square GEMM, "64x128x256" for another, "" for other families. */
void cb_operator_shape(const cb_operator *op, char *text, size_t bytes);

#endif
