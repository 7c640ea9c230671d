#include "bench/gemm/numbers.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

size_t cb_number_bytes(cb_number number)
{
    static const size_t bytes[] = {4, 8, 2, 2, 1, 1, 4};
    return bytes[number];
}

int cb_number_precision(cb_number number)
{
    static const int precision[] = {24, 53, 11, 8, 0, 0, 0};
    return precision[number];
}

static double half_value(uint16_t bits)
{
    int exponent = bits >> 10 & 31;
    double fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
    if (exponent == 31)
        return fraction != 0 ? NAN : sign * INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

static uint16_t half_bits(double value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    double size = fabs(value);
    if (isnan(value))
        return 0x7e00;
    if (size >= 65520) /* rounds to above the largest finite number */
        return sign | 0x7c00;
    if (size < 0x1p-14)
        return sign | (uint16_t)nearbyint(ldexp(size, 24));
    int exponent;
    double fraction = nearbyint(ldexp(frexp(size, &exponent), 11)); /* 1024 to 2048 */
    return sign | (uint16_t)(((unsigned)(exponent + 13) << 10) + (unsigned)fraction);
}

static double bfloat_value(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* From float64 by way of float32: the first rounding keeps 16 bits more than the second needs, so
 * only a tie that the first one made could go wrong; it is made odd there. */
static uint16_t bfloat_bits(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    if (isnan(value))
        return 0x7fc0;
    if ((bits & 0xffff) == 0x8000 && (double)narrow != value)
        return (uint16_t)((bits >> 16) + (fabs(value) > fabs((double)narrow)));
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

double cb_number_get(cb_number number, const void *data, size_t index)
{
    switch (number) {
    case CB_F32:
        return (double)((const float *)data)[index];
    case CB_F64:
        return ((const double *)data)[index];
    case CB_F16:
        return half_value(((const uint16_t *)data)[index]);
    case CB_BF16:
        return bfloat_value(((const uint16_t *)data)[index]);
    case CB_S8:
        return ((const int8_t *)data)[index];
    case CB_U8:
        return ((const uint8_t *)data)[index];
    case CB_S32:
        return ((const int32_t *)data)[index];
    }
    return 0;
}

static void line_of_f32(const float *data, size_t stride, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (double)data[i * stride];
}

void cb_number_line(cb_number number, const void *data, size_t stride, size_t count, double *to)
{
    if (number == CB_F32)
        line_of_f32(data, stride, count, to);
    else
        for (size_t i = 0; i < count; i++)
            to[i] = cb_number_get(number, data, i * stride);
}

static double cut(double value, double low, double high)
{
    return fmin(high, fmax(low, nearbyint(value)));
}

void cb_number_put(cb_number number, void *data, size_t index, double value)
{
    switch (number) {
    case CB_F32:
        ((float *)data)[index] = (float)value;
        break;
    case CB_F64:
        ((double *)data)[index] = value;
        break;
    case CB_F16:
        ((uint16_t *)data)[index] = half_bits(value);
        break;
    case CB_BF16:
        ((uint16_t *)data)[index] = bfloat_bits(value);
        break;
    case CB_S8:
        ((int8_t *)data)[index] = (int8_t)cut(value, -128, 127);
        break;
    case CB_U8:
        ((uint8_t *)data)[index] = (uint8_t)cut(value, 0, 255);
        break;
    case CB_S32:
        ((int32_t *)data)[index] = (int32_t)cut(value, INT32_MIN, INT32_MAX);
        break;
    }
}
