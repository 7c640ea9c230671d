#include "network/quant.h"

#include <math.h>
#include <strings.h>

static const struct {
    const char *name;
    cb_rounding rounding;
} rounding_names[] = {
    {"ROUND", CB_ROUND_EVEN},      {"HALF_EVEN", CB_ROUND_EVEN},
    {"CEIL", CB_ROUND_CEIL},       {"FLOOR", CB_ROUND_FLOOR},
    {"UP", CB_ROUND_UP},           {"DOWN", CB_ROUND_DOWN},
    {"HALF_UP", CB_ROUND_HALF_UP}, {"HALF_DOWN", CB_ROUND_HALF_DOWN},
};

bool cb_rounding_find(const char *name, cb_rounding *rounding)
{
    for (size_t i = 0; i < sizeof rounding_names / sizeof *rounding_names; i++)
        if (strcasecmp(name, rounding_names[i].name) == 0) {
            *rounding = rounding_names[i].rounding;
            return true;
        }
    return false;
}

/* -1, 0, 1; of either zero +0, of NaN itself. */
static float sign_of(float x)
{
    return x > 0 ? 1.0f : x < 0 ? -1.0f : x == 0 ? 0.0f : x;
}

float cb_round(cb_rounding rounding, float x)
{
    switch (rounding) {
    case CB_ROUND_CEIL:
        return ceilf(x);
    case CB_ROUND_FLOOR:
        return floorf(x);
    case CB_ROUND_UP:
        return sign_of(x) * ceilf(fabsf(x));
    case CB_ROUND_DOWN:
        return truncf(x);
    case CB_ROUND_HALF_UP:
        return sign_of(x) * floorf(fabsf(x) + 0.5f);
    case CB_ROUND_HALF_DOWN:
        return sign_of(x) * ceilf(fabsf(x) - 0.5f);
    case CB_ROUND_EVEN:
        break;
    }
    return rintf(x);
}

cb_int_range cb_quant_range(float bits, bool is_signed, bool narrow)
{
    double half = exp2((double)bits - 1), less = narrow ? 1 : 0;
    if (is_signed)
        return (cb_int_range){(float)(less - half), (float)(half - 1)};
    return (cb_int_range){0, (float)(2 * half - 1 - less)};
}

static float clip(float y, cb_int_range range)
{
    y = y > range.high ? range.high : y;
    return y < range.low ? range.low : y;
}

/* One scale for the whole row, rounded to nearest even: what nearly every network is full of. */
static void quantize_plain(const cb_quant_row *row, cb_int_range range)
{
    const float scale = *row->scale, zero = *row->zero_point;
    for (size_t i = 0; i < row->n; i++) {
        float y = clip(row->x[i] / scale + zero, range);
        row->y[i] = (rintf(y) - zero) * scale;
    }
}

void cb_quantize(const cb_quant_row *row, cb_int_range range, cb_rounding rounding, bool bipolar)
{
    if (row->x_stride == 1 && !row->scale_stride && !row->zero_stride && !bipolar &&
        rounding == CB_ROUND_EVEN) {
        quantize_plain(row, range);
        return;
    }
    for (size_t i = 0; i < row->n; i++) {
        float scale = row->scale[i * row->scale_stride];
        float zero = row->zero_point[i * row->zero_stride];
        float y = row->x[i * row->x_stride] / scale + zero;
        if (bipolar)
            y = y >= 0 ? 1.0f : -1.0f;
        else
            y = cb_round(rounding, clip(y, range));
        row->y[i] = (y - zero) * scale;
    }
}

void cb_quantize_bipolar(const cb_quant_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        float one = row->x[i * row->x_stride] >= 0 ? 1.0f : -1.0f;
        row->y[i] = one * row->scale[i * row->scale_stride];
    }
}

void cb_truncate_v1(const cb_quant_row *row, float shift, cb_rounding rounding)
{
    const float divisor = exp2f(shift);
    for (size_t i = 0; i < row->n; i++) {
        float scale = row->scale[i * row->scale_stride];
        float zero = row->zero_point[i * row->zero_stride];
        float y = rintf(row->x[i * row->x_stride] / scale + zero) / divisor;
        row->y[i] = (cb_round(rounding, y) - zero) * scale;
    }
}

static float divisor_of(float scale, float to)
{
    return exp2f(rintf(log2f(to / scale)));
}

void cb_truncate_v2(const cb_quant_row *row, const float *out_scale, size_t out_stride,
                    cb_int_range range, cb_rounding rounding)
{
    const bool one_divisor = !row->scale_stride && !out_stride;
    float divisor = divisor_of(*row->scale, *out_scale);
    for (size_t i = 0; i < row->n; i++) {
        float scale = row->scale[i * row->scale_stride], to = out_scale[i * out_stride];
        float zero = row->zero_point[i * row->zero_stride];
        divisor = one_divisor ? divisor : divisor_of(scale, to);
        float y = rintf(row->x[i * row->x_stride] / scale + zero) / divisor;
        row->y[i] = (cb_round(rounding, clip(y, range)) - zero / divisor) * to;
    }
}
