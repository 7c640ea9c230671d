/* `vec`: 4 floats in a NEON register, for the files that include it. A compiler does not turn plain
 * float32 into NEON of this level, which flushes denormals to zero. */
#ifndef CB_BENCH_CONV_VEC_F32_H
#define CB_BENCH_CONV_VEC_F32_H

#include <arm_neon.h>

typedef float32x4_t vec;

static inline vec vec_mul_add(vec a, vec b, vec c)
{
    return vmlaq_f32(c, a, b);
}

#endif
