#include "bench/gemm/quantize.h"

#include "bench/gemm/requantize.h"

#include <math.h>
#include <stdlib.h>

struct cb_quantizer {
    cb_quantization q;
    size_t m, n, k;
    char *out;
    size_t out_ld; /* elements */
    cb_requant_fn *run;
    /* For each channel, so that vectors of them can be loaded: */
    int32_t *terms; /* bias, and k times both zero points */
    int32_t *zeros; /* of the weights */
    cb_requant_factors factors;
    bool some_weight_zero, raises;
};

const char *cb_quant_form_name(cb_quant_form form)
{
    static const char *const names[] = {"none", "fixed-double", "fixed-single", "float"};
    return names[form];
}

void cb_quant_fixed_of(double factor, int32_t *multiplier, int32_t *shift)
{
    int exponent;
    double fraction = frexp(factor, &exponent);
    int64_t rounded = (int64_t)llround(ldexp(fraction, 31));
    if (rounded == INT64_C(1) << 31) {
        rounded /= 2;
        exponent++;
    }
    *multiplier = exponent < -31 ? 0 : (int32_t)rounded;
    *shift = exponent < -31 ? 0 : exponent;
}

/* ---- the definition ---- */

static int32_t saturated(int64_t value)
{
    return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

/* gemmlowp's SaturatingRoundingDoublingHighMul. */
static int32_t doubled_high_half(int32_t a, int32_t b)
{
    int64_t product = (int64_t)a * b;
    int64_t nudge = product >= 0 ? INT64_C(1) << 30 : 1 - (INT64_C(1) << 30);
    return saturated((product + nudge) / (INT64_C(1) << 31));
}

/* gemmlowp's RoundingDivideByPOT: half away from zero. */
static int32_t rounded_shift_right(int32_t value, int32_t bits)
{
    int64_t size = value < 0 ? -(int64_t)value : value;
    int64_t rounded = (size + (bits ? INT64_C(1) << (bits - 1) : 0)) >> bits;
    return (int32_t)(value < 0 ? -rounded : rounded);
}

static int32_t fixed_double(int32_t sum, int32_t multiplier, int32_t shift)
{
    int32_t left = shift > 0 ? shift : 0, right = shift < 0 ? -shift : 0;
    int32_t raised = saturated((int64_t)sum * (INT64_C(1) << left));
    return rounded_shift_right(doubled_high_half(raised, multiplier), right);
}

/* floor(x / 2^bits + 1/2). */
static int32_t fixed_single(int32_t sum, int32_t multiplier, int32_t shift)
{
    int32_t bits = 31 - shift;
    int64_t product = (int64_t)sum * multiplier + (INT64_C(1) << (bits - 1));
    int64_t unit = INT64_C(1) << bits, whole = product / unit;
    return saturated(product % unit < 0 ? whole - 1 : whole);
}

static int64_t scaled(int32_t sum, float scale)
{
    float product = (float)sum * scale;
    /* far outside of 8 bits, and inside of what an int64 holds */
    return (int64_t)nearbyintf(fminf(1e6f, fmaxf(-1e6f, product)));
}

int32_t cb_quantize_one(const cb_quantization *q, size_t channel, int32_t sum)
{
    size_t at = q->per_channel ? channel : 0;
    int64_t value = sum;
    switch (q->form) {
    case CB_QUANT_NONE:
        return sum;
    case CB_QUANT_FIXED_DOUBLE:
        value = fixed_double(sum, q->multipliers[at], q->shifts[at]);
        break;
    case CB_QUANT_FIXED_SINGLE:
        value = fixed_single(sum, q->multipliers[at], q->shifts[at]);
        break;
    case CB_QUANT_FLOAT:
        value = scaled(sum, q->scales[at]);
        break;
    }
    value += q->out_zero;
    return (int32_t)(value < q->low ? q->low : value > q->high ? q->high : value);
}

/* ---- making ---- */

static int32_t weight_zero(const cb_quantization *q, size_t channel)
{
    return q->weight_zeros ? q->weight_zeros[channel] : q->weight_zero;
}

static bool has_weight_zero(const cb_quantization *q, size_t channels)
{
    bool some = false;
    for (size_t c = 0; c < channels; c++)
        some |= weight_zero(q, c) != 0;
    return some;
}

void cb_quant_sums_needed(const cb_quantization *q, size_t channels, bool *row_sums,
                          bool *column_sums)
{
    bool of_weights = q->activation_zero != 0, of_activations = has_weight_zero(q, channels);
    bool columns = q->channels == CB_QUANT_COLUMNS;
    *row_sums = columns ? of_activations : of_weights;
    *column_sums = columns ? of_weights : of_activations;
}

static cb_status check_fixed(const cb_quantization *q, size_t channels, cb_error *err)
{
    for (size_t c = 0; c < (q->per_channel ? channels : 1); c++)
        if (q->multipliers[c] < 0 || q->shifts[c] < -31 || q->shifts[c] > 30)
            return cb_fail(err, CB_USAGE,
                           "requantization: multiplier %d, shift %d of channel %zu are not in "
                           "0 to 2^31 - 1, -31 to 30",
                           (int)q->multipliers[c], (int)q->shifts[c], c);
    return CB_OK;
}

static cb_status check(const cb_quantization *q, size_t channels, cb_error *err)
{
    bool fixed = q->form == CB_QUANT_FIXED_DOUBLE || q->form == CB_QUANT_FIXED_SINGLE;
    int32_t least = q->out == CB_S8 ? -128 : 0, most = q->out == CB_S8 ? 127 : 255;
    if (q->form == CB_QUANT_NONE)
        return q->out == CB_S32
                   ? CB_OK
                   : cb_fail(err, CB_USAGE, "requantization: without one the result is int32");
    if (q->out != CB_S8 && q->out != CB_U8)
        return cb_fail(err, CB_USAGE, "requantization: the result is s8 or u8");
    if (q->low < least || q->high > most || q->low > q->high || q->out_zero < least ||
        q->out_zero > most)
        return cb_fail(err, CB_USAGE, "requantization: %d to %d around %d are not of 8 bits",
                       (int)q->low, (int)q->high, (int)q->out_zero);
    if (fixed ? !q->multipliers || !q->shifts : !q->scales)
        return cb_fail(err, CB_USAGE, "requantization: %s needs its factors",
                       cb_quant_form_name(q->form));
    return fixed ? check_fixed(q, channels, err) : CB_OK;
}

static void set_factor(cb_quantizer *z, size_t c)
{
    const cb_quantization *q = &z->q;
    size_t from = q->per_channel ? c : 0;
    if (q->form == CB_QUANT_FLOAT)
        z->factors.scales[c] = q->scales[from];
    else if (q->form != CB_QUANT_NONE) {
        z->factors.multipliers[c] = q->multipliers[from];
        z->factors.shifts[c] = q->shifts[from];
        z->raises |= q->shifts[from] > 0;
    }
}

static void set_channels(cb_quantizer *z, size_t channels)
{
    const cb_quantization *q = &z->q;
    for (size_t c = 0; c < channels; c++) {
        uint32_t zeros = (uint32_t)z->k * (uint32_t)q->activation_zero;
        z->zeros[c] = weight_zero(q, c);
        z->terms[c] =
            (int32_t)((q->bias ? (uint32_t)q->bias[c] : 0) + zeros * (uint32_t)z->zeros[c]);
        set_factor(z, c);
    }
}

cb_status cb_quantizer_new(const cb_quantization *q, size_t m, size_t n, size_t k, void *out,
                           size_t out_ld, cb_isa_set isa, cb_error *err, cb_quantizer **quantizer)
{
    size_t channels = q->channels == CB_QUANT_COLUMNS ? n : m;
    cb_status status = check(q, channels, err);
    if (status != CB_OK)
        return status;
    cb_quantizer *z = calloc(1, sizeof *z);
    int32_t *all = calloc(5 * (channels + 1), sizeof *all);
    float *scales = calloc(channels + 1, sizeof *scales);
    if (!z || !all || !scales) {
        free(z);
        free(all);
        free(scales);
        return cb_fail(err, CB_NO_MEMORY, "no memory to requantize %zu channels", channels);
    }
    *z = (cb_quantizer){.q = *q,
                        .m = m,
                        .n = n,
                        .k = k,
                        .run = cb_requant_best(isa),
                        .terms = all,
                        .zeros = all + channels,
                        .factors = {.multipliers = all + 2 * channels,
                                    .shifts = all + 3 * channels,
                                    .scales = scales},
                        .some_weight_zero = has_weight_zero(q, channels)};
    set_channels(z, channels);
    cb_quantizer_set_out(z, out, out_ld);
    *quantizer = z;
    return CB_OK;
}

void cb_quantizer_free(cb_quantizer *quantizer)
{
    if (!quantizer)
        return;
    free(quantizer->terms);
    free(quantizer->factors.scales);
    free(quantizer);
}

void cb_quantizer_set_out(cb_quantizer *quantizer, void *out, size_t out_ld)
{
    quantizer->out = out;
    quantizer->out_ld = out_ld;
}

/* ---- running ---- */

/* Whole sum = C + terms of its column + terms of its row - row_factors[i] x column_factors[j]. */
static cb_requant_job job_of(const cb_quantizer *z, const cb_gemm_part *part)
{
    size_t bytes = z->q.out == CB_S32 ? sizeof(int32_t) : 1;
    return (cb_requant_job){
        .form = z->q.form,
        .by_row = z->q.channels == CB_QUANT_ROWS,
        .raises = z->raises,
        .sums = part->c,
        .sums_ld = part->ld,
        .m = part->m,
        .n = part->n,
        .out = z->out + (part->row * z->out_ld + part->column) * bytes,
        .out_ld = z->out_ld,
        .out_zero = z->q.out_zero,
        .low = z->q.low,
        .high = z->q.high,
    };
}

static cb_requant_factors factors_from(const cb_requant_factors *all, size_t channel)
{
    return (cb_requant_factors){.multipliers = all->multipliers + channel,
                                .shifts = all->shifts + channel,
                                .scales = all->scales + channel};
}

/* What the channels' sums lack: terms - activation_zero x (sum of the weights). */
static void channel_terms(const cb_quantizer *z, const int32_t *weight_sums, size_t first,
                          size_t count, int32_t *terms)
{
    uint32_t zero = (uint32_t)z->q.activation_zero;
    for (size_t c = 0; c < count; c++)
        terms[c] = (int32_t)((uint32_t)z->terms[first + c] -
                             (weight_sums ? zero * (uint32_t)weight_sums[c] : 0));
}

void cb_quantizer_epilogue(void *arg, const cb_gemm_part *part)
{
    enum { MOST = CB_REQUANT_CHANNELS };
    const cb_quantizer *z = arg;
    int32_t terms[MOST];
    bool columns = z->q.channels == CB_QUANT_COLUMNS;
    size_t lines = columns ? part->n : part->m;
    const int32_t *weight_sums = columns ? part->column_sums : part->row_sums;
    const int32_t *activation_sums = columns ? part->row_sums : part->column_sums;
    for (size_t at = 0; at < lines; at += MOST) {
        size_t count = lines - at < MOST ? lines - at : MOST;
        size_t first = (columns ? part->column : part->row) + at;
        cb_gemm_part piece = *part;
        *(columns ? &piece.column : &piece.row) = first;
        *(columns ? &piece.n : &piece.m) = count;
        piece.c = (int32_t *)part->c + at * (columns ? 1 : part->ld);
        channel_terms(z, z->q.activation_zero ? weight_sums + at : NULL, first, count, terms);
        cb_requant_job job = job_of(z, &piece);
        job.terms = terms;
        job.factors = factors_from(&z->factors, first);
        job.zeros = z->some_weight_zero ? z->zeros + first : NULL;
        job.activation_sums = activation_sums;
        z->run(&job);
    }
}
