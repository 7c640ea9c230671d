/* Twin of the float16 FMLA kernels, for compilers and processors without the type: a product of two
 * float16 is exact in float64, and so is its sum with a third unless exponents lie 30 apart; one
 * rounding to nearest even makes it float16 again. */
#include "bench/peak/peak.h"

#include <math.h>
#include <string.h>

static double from_f16(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const int mantissa = bits & 1023;
    double value;
    if (exponent == 31)
        value = mantissa ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(mantissa, -24);
    else
        value = ldexp(mantissa + 1024, exponent - 25);
    return bits >> 15 ? -value : value;
}

static uint16_t to_f16(double value)
{
    const uint16_t sign = signbit(value) ? 0x8000 : 0;
    int exponent;
    value = fabs(value);
    if (isnan(value))
        return 0x7e00;
    if (value >= 65520) /* half-way between the largest float16 and what would come next */
        return sign | 0x7c00;
    (void)frexp(value, &exponent);
    /* Subnormal, in steps of 2^-24 (and zero); a carry gives the smallest normal number. */
    if (value < 0x1p-14)
        return (uint16_t)(sign | (uint16_t)nearbyint(ldexp(value, 24)));
    /* 11 significant bits, the first of which adds one to the exponent; so does a carry. */
    const int significand = (int)nearbyint(ldexp(value, 11 - exponent));
    return (uint16_t)(sign | (uint16_t)(((exponent + 13) << 10) + significand));
}

void fma_f16__scalar(uint64_t steps, const void *a, const void *b, void *accumulator,
                     size_t vector_bytes)
{
    const uint16_t *left = a, *right = b;
    uint16_t *sums = accumulator;
    memset(sums, 0, vector_bytes);
    for (; steps; steps--)
        for (size_t i = 0; i < vector_bytes / sizeof *sums; i++)
            sums[i] = to_f16(from_f16(sums[i]) + from_f16(left[i]) * from_f16(right[i]));
}
