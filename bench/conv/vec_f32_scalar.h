/* `vec`: 4 floats, for the files that include it. */
#ifndef CB_BENCH_CONV_VEC_F32_H
#define CB_BENCH_CONV_VEC_F32_H

typedef float vec __attribute__((vector_size(16)));

static inline vec vec_fma(vec a, float k, vec c)
{
    return a * k + c;
}

static inline vec vec_mul_add(vec a, vec b, vec c)
{
    return a * b + c;
}

#endif
