#include "bench/gemm/gemm.h"

#include <string.h>

static const cb_gemm_type types[] = {
    {"f32", CB_F32, CB_F32, CB_F32, 4, 4, 4, false},
    {"f64", CB_F64, CB_F64, CB_F64, 8, 8, 8, false},
    {"f16", CB_F16, CB_F16, CB_F16, 2, 2, 2, false},
    {"bf16", CB_BF16, CB_BF16, CB_F32, 2, 2, 4, false},
    {"s8", CB_S8, CB_S8, CB_S32, 1, 1, 4, true},
    {"u8s8", CB_U8, CB_S8, CB_S32, 1, 1, 4, true},
};

const cb_gemm_type *cb_gemm_type_of(const char *dtype)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].dtype, dtype) == 0)
            return &types[i];
    return NULL;
}
