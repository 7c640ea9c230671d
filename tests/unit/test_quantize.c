/* Quantized products are, bit for bit, what their definition in plain C says. */
#include "bench/gemm/requantize.h"
#include "gemm_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* ---- the definition ---- */

static int32_t one(cb_quant_form form, int32_t sum, int32_t multiplier, int32_t shift)
{
    const cb_quantization q = {.form = form,
                               .multipliers = &multiplier,
                               .shifts = &shift,
                               .low = -128,
                               .high = 127,
                               .out = CB_S8};
    return cb_quantize_one(&q, 0, sum);
}

enum { HALF = 1 << 30 }; /* a multiplier of 1/2 */

static void double_rounding_goes_half_up_and_then_half_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, 5, HALF, 0), 3);   /* 2.5 */
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, -5, HALF, 0), -2); /* -2.5, half up */
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, 10, HALF, -1), 3); /* 5, then 2.5 */
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, -10, HALF, -1), -3);
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, 5, HALF, -1), 2); /* 1.25: 3, then 1.5 */
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, 5, HALF, 3), 20);
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, INT32_MAX, HALF, 1), 127);
    assert_int_equal(one(CB_QUANT_FIXED_DOUBLE, INT32_MIN, INT32_MAX, 30), -128);
}

static void single_rounding_goes_half_up_once(void **state)
{
    (void)state;
    assert_int_equal(one(CB_QUANT_FIXED_SINGLE, 5, HALF, -1), 1); /* 1.25 */
    assert_int_equal(one(CB_QUANT_FIXED_SINGLE, 10, HALF, -1), 3);
    assert_int_equal(one(CB_QUANT_FIXED_SINGLE, -10, HALF, -1), -2);
    assert_int_equal(one(CB_QUANT_FIXED_SINGLE, -5, HALF, 3), -20);
    assert_int_equal(one(CB_QUANT_FIXED_SINGLE, INT32_MIN, INT32_MAX, 30), -128);
}

static int32_t by_scale(int32_t sum, float scale)
{
    const cb_quantization q = {.form = CB_QUANT_FLOAT,
                               .scales = &scale,
                               .out_zero = 3,
                               .low = 0,
                               .high = 255,
                               .out = CB_U8};
    return cb_quantize_one(&q, 0, sum);
}

static void float_scales_round_half_to_even(void **state)
{
    (void)state;
    assert_int_equal(by_scale(5, 0.5f), 5);
    assert_int_equal(by_scale(7, 0.5f), 7);
    assert_int_equal(by_scale(-5, 0.5f), 1);
    assert_int_equal(by_scale(INT32_MIN, 1e30f), 0);
    assert_int_equal(by_scale(INT32_MAX, 1e30f), 255);
}

static void a_factor_becomes_a_multiplier_and_a_shift(void **state)
{
    (void)state;
    int32_t multiplier, shift;
    cb_quant_fixed_of(0.75, &multiplier, &shift);
    assert_int_equal(multiplier, 3 << 29);
    assert_int_equal(shift, 0);
    cb_quant_fixed_of(3, &multiplier, &shift);
    assert_int_equal(multiplier, 3 << 29);
    assert_int_equal(shift, 2);
    cb_quant_fixed_of(1 - 0x1p-40, &multiplier, &shift);
    assert_int_equal(multiplier, HALF);
    assert_int_equal(shift, 1);
    cb_quant_fixed_of(0x1p-40, &multiplier, &shift);
    assert_int_equal(multiplier, 0);
    cb_quant_fixed_of(0, &multiplier, &shift);
    assert_int_equal(multiplier, 0);
}

/* ---- whole products ---- */

static const cb_quant_form forms[] = {CB_QUANT_NONE, CB_QUANT_FIXED_DOUBLE, CB_QUANT_FIXED_SINGLE,
                                      CB_QUANT_FLOAT};

/* Everything that a random quantization points to. */
typedef struct {
    cb_quantization q;
    int32_t zeros[128], bias[128], multipliers[128], shifts[128];
    float scales[128];
} quantized;

static int32_t any_of(random_numbers *r, int32_t low, int32_t high)
{
    return low + (int32_t)draw(r, (size_t)(high - low) + 1);
}

static void draw_factors(random_numbers *r, quantized *z)
{
    for (size_t c = 0; c < 128; c++) {
        z->zeros[c] = any_of(r, -128, 127);
        z->bias[c] = any_of(r, -100000, 100000);
        z->multipliers[c] = any_of(r, HALF, INT32_MAX - 1);
        z->shifts[c] = any_of(r, -12, -4);
        z->scales[c] = (float)any_of(r, 1, 1000) * 1e-6f;
    }
    z->shifts[draw(r, 128)] = any_of(r, -31, 30);
}

static void draw_quantization(random_numbers *r, bool a_is_signed, quantized *z)
{
    bool columns = draw(r, 2), weights_signed = columns || a_is_signed;
    draw_factors(r, z);
    cb_quantization *q = &z->q;
    *q = (cb_quantization){.channels = columns ? CB_QUANT_COLUMNS : CB_QUANT_ROWS,
                           .bias = draw(r, 3) ? z->bias : NULL,
                           .form = forms[draw(r, 4)],
                           .per_channel = draw(r, 2),
                           .multipliers = z->multipliers,
                           .shifts = z->shifts,
                           .scales = z->scales,
                           .out = draw(r, 2) ? CB_S8 : CB_U8};
    if (draw(r, 2))
        q->activation_zero =
            any_of(r, columns && !a_is_signed ? 0 : -128, columns && !a_is_signed ? 255 : 127);
    if (draw(r, 3) == 0)
        q->weight_zero = any_of(r, weights_signed ? -128 : 0, weights_signed ? 127 : 255);
    else if (draw(r, 2))
        q->weight_zeros = z->zeros;
    q->low = q->out == CB_S8 ? any_of(r, -128, -100) : 0;
    q->high = q->out == CB_S8 ? 127 : any_of(r, 200, 255);
    q->out_zero = any_of(r, 0, 127);
    if (q->form == CB_QUANT_NONE)
        q->out = CB_S32;
}

/* Element (i, j) by the definition, in 64 bits. */
static int32_t expected(const gemm_case *t, const cb_quantization *q, size_t i, size_t j)
{
    const cb_gemm_problem *p = &t->problem;
    size_t channel = q->channels == CB_QUANT_COLUMNS ? j : i;
    int64_t weight = q->weight_zeros ? q->weight_zeros[channel] : q->weight_zero;
    int64_t a_zero = q->channels == CB_QUANT_COLUMNS ? q->activation_zero : weight;
    int64_t b_zero = q->channels == CB_QUANT_COLUMNS ? weight : q->activation_zero;
    int64_t sum = q->bias ? q->bias[channel] : 0;
    for (size_t s = 0; s < p->k; s++) {
        size_t at_a = p->a_transposed ? s * p->a_ld + i : i * p->a_ld + s;
        size_t at_b = p->b_transposed ? j * p->b_ld + s : s * p->b_ld + j;
        sum += ((int64_t)cb_number_get(t->type->a, t->a.data, at_a) - a_zero) *
               ((int64_t)cb_number_get(t->type->b, t->b.data, at_b) - b_zero);
    }
    return cb_quantize_one(q, channel, (int32_t)sum);
}

static void check_out(const gemm_case *t, const cb_quantization *q, const void *out, size_t ld,
                      const char *kernel)
{
    for (size_t i = 0; i < t->problem.m; i++)
        for (size_t j = 0; j < t->problem.n; j++) {
            int32_t got = (int32_t)cb_number_get(q->out, out, i * ld + j);
            int32_t wanted = expected(t, q, i, j);
            if (got != wanted)
                fail_msg("%s as %s, %s: (%zu, %zu) of %zux%zux%zu is %d and should be %d", kernel,
                         t->type->dtype, cb_quant_form_name(q->form), i, j, t->problem.m,
                         t->problem.n, t->problem.k, (int)got, (int)wanted);
        }
}

static cb_gemm_plan plan_of(random_numbers *r, const gemm_case *t, const cb_gemm_kernel *kernel)
{
    const cb_gemm_problem *q = &t->problem;
    size_t kr = (size_t)(kernel->kr_a > kernel->kr_b ? kernel->kr_a : kernel->kr_b);
    cb_gemm_plan p = {.kernel = kernel,
                      .dtype = q->dtype,
                      .m = q->m,
                      .n = q->n,
                      .k = q->k,
                      .mc = (size_t)kernel->mr * (1 + draw(r, 3)),
                      .nc = (size_t)kernel->nr * (1 + draw(r, 3)),
                      .kc = kr * (q->no_c ? q->k / kr + 1 : 1 + draw(r, 4)),
                      .order = (cb_gemm_order)draw(r, 2),
                      .threads_m = 1 + (int)draw(r, 2),
                      .packs = CB_GEMM_PACK_A | CB_GEMM_PACK_B,
                      .no_c = q->no_c,
                      .row_sums = q->row_sums,
                      .column_sums = q->column_sums,
                      .origin = "given"};
    p.threads_n = p.threads_m == 2 ? 1 : 1 + (int)draw(r, 2);
    p.packs &= q->a == CB_GEMM_PACKED ? ~(unsigned)CB_GEMM_PACK_A : ~0u;
    p.packs &= q->b == CB_GEMM_PACKED ? ~(unsigned)CB_GEMM_PACK_B : ~0u;
    return p;
}

/* Operands may be packed beforehand, C may be there or not. */
static void run_quantized(random_numbers *r, gemm_case *t, const cb_gemm_kernel *kernel,
                          const cb_quantization *q)
{
    cb_gemm_problem *p = &t->problem;
    cb_gemm_packed *a = NULL, *b = NULL;
    cb_quantizer *z;
    cb_gemm *gemm;
    size_t channels = q->channels == CB_QUANT_COLUMNS ? p->n : p->m;
    size_t ld = p->n + draw(r, 3);
    guarded out = guarded_new(((p->m - 1) * ld + p->n) * cb_number_bytes(q->out));
    cb_error err;
    p->threads = 2;
    p->no_c = draw(r, 2);
    cb_quant_sums_needed(q, channels, &p->row_sums, &p->column_sums);
    p->a = draw(r, 3) ? CB_GEMM_MATRIX : CB_GEMM_PACKED;
    p->b = draw(r, 3) ? CB_GEMM_MATRIX : CB_GEMM_PACKED;
    cb_gemm_plan plan = plan_of(r, t, kernel);
    if (cb_gemm_plan_check(&plan, p, &err) != CB_OK)
        fail_msg("%s: %s", kernel->name, err.text);
    if (p->a == CB_GEMM_PACKED) {
        assert_int_equal(cb_gemm_pack_a(&plan, &t->args.a, NULL, &a), CB_OK);
        t->args.a = cb_gemm_packed_operand(a);
    }
    if (p->b == CB_GEMM_PACKED) {
        assert_int_equal(cb_gemm_pack_b(&plan, &t->args.b, NULL, &b), CB_OK);
        t->args.b = cb_gemm_packed_operand(b);
    }
    if (cb_quantizer_new(q, p->m, p->n, p->k, out.data, ld, cb_isa_detect(), &err, &z) != CB_OK)
        fail_msg("%s", err.text);
    t->args.beta = 0;
    t->args.c = p->no_c ? NULL : t->args.c;
    t->args.epilogue = cb_quantizer_epilogue;
    t->args.epilogue_arg = z;
    assert_int_equal(cb_gemm_new(&plan, NULL, &gemm), CB_OK);
    call_with_threads(gemm, &t->args, cb_gemm_plan_threads(&plan), 2);
    check_out(t, q, out.data, ld, kernel->name);
    cb_gemm_free(gemm);
    cb_quantizer_free(z);
    cb_gemm_packed_free(a);
    cb_gemm_packed_free(b);
    guarded_free(&out);
}

static bool is_int8(const cb_gemm_kernel *k)
{
    return cb_gemm_type_of(k->dtype)->is_integer && (cb_isa_detect() & cb_isa_bit(k->isa));
}

static void every_int8_kernel_gives_quantized_products(void **state)
{
    (void)state;
    static const char *const dtypes[] = {"s8", "u8s8"};
    random_numbers r = {11};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 24 && is_int8(&cb_gemm_kernels[i]); round++) {
            const char *dtype = dtypes[round % 2];
            gemm_case t =
                gemm_case_new(&r, dtype, 1 + draw(&r, 70), 1 + draw(&r, 90), draw(&r, 150));
            quantized z;
            draw_quantization(&r, round % 2 == 0, &z);
            run_quantized(&r, &t, &cb_gemm_kernels[i], &z.q);
            gemm_case_free(&t);
        }
}

/* All numbers at an end of their range, and k long enough for any sum of fewer than 32 bits. */
static void extreme_numbers_are_summed_exactly(void **state)
{
    (void)state;
    static const char *const dtypes[] = {"s8", "u8s8"};
    random_numbers r = {12};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 16 && is_int8(&cb_gemm_kernels[i]); round++) {
            gemm_case t = gemm_case_new(&r, dtypes[round & 1], 1 + draw(&r, 3), 1 + draw(&r, 5),
                                        round & 8 ? 9000 + draw(&r, 200) : 1 + draw(&r, 130));
            size_t a_bytes = t.a.map_bytes - 4096, b_bytes = t.b.map_bytes - 4096;
            memset(t.a.map, round & 2 ? 0x7f : 0x80, a_bytes);
            memset(t.b.map, round & 4 ? 0x7f : 0x80, b_bytes);
            if (round & 1 && round & 2)
                memset(t.a.map, 0xff, a_bytes);
            const cb_quantization raw = {.form = CB_QUANT_NONE, .out = CB_S32};
            run_quantized(&r, &t, &cb_gemm_kernels[i], &raw);
            gemm_case_free(&t);
        }
}

/* ---- requantization alone ---- */

static int32_t any_sum(random_numbers *r)
{
    static const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX};
    return draw(r, 3) ? (int32_t)((uint32_t)draw(r, 1 << 16) << 16 | (uint32_t)draw(r, 1 << 16))
                      : ends[draw(r, 7)];
}

static void every_instruction_set_requantizes_alike(void **state)
{
    (void)state;
    random_numbers r = {13};
    for (size_t i = 0; i < cb_requant_kernel_count; i++)
        for (int round = 0; round < 40; round++) {
            if (!(cb_isa_detect() & cb_isa_bit(cb_requant_kernels[i].isa)))
                continue;
            quantized z;
            int32_t sums[4 * 128];
            size_t m = 1 + draw(&r, 4), n = 1 + draw(&r, 128);
            draw_quantization(&r, true, &z);
            for (size_t c = 0; c < 128; c++)
                z.shifts[c] = any_of(&r, -31, 30);
            z.q = (cb_quantization){.channels = z.q.channels,
                                    .form = forms[1 + draw(&r, 3)],
                                    .per_channel = draw(&r, 2),
                                    .multipliers = z.multipliers,
                                    .shifts = z.shifts,
                                    .scales = z.scales,
                                    .out_zero = any_of(&r, -128, 127),
                                    .low = -128,
                                    .high = 127,
                                    .out = CB_S8};
            for (size_t at = 0; at < m * n; at++)
                sums[at] = any_sum(&r);
            guarded out = guarded_new(m * n);
            cb_quantizer *q;
            assert_int_equal(cb_quantizer_new(&z.q, m, n, 0, out.data, n,
                                              cb_isa_bit(cb_requant_kernels[i].isa), NULL, &q),
                             CB_OK);
            const cb_gemm_part part = {.m = m, .n = n, .c = sums, .ld = n};
            cb_quantizer_epilogue(q, &part);
            for (size_t at = 0; at < m * n; at++)
                assert_int_equal((int8_t)out.data[at],
                                 cb_quantize_one(&z.q,
                                                 z.q.channels == CB_QUANT_ROWS ? at / n : at % n,
                                                 sums[at]));
            cb_quantizer_free(q);
            guarded_free(&out);
        }
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    const int32_t multiplier = -1, shift = 0;
    cb_quantizer *z;
    cb_quantization q = {.form = CB_QUANT_FIXED_DOUBLE,
                         .multipliers = &multiplier,
                         .shifts = &shift,
                         .high = 255,
                         .out = CB_U8};
    assert_int_equal(cb_quantizer_new(&q, 1, 1, 1, NULL, 1, 0, NULL, &z), CB_USAGE);
    q.form = CB_QUANT_FLOAT;
    assert_int_equal(cb_quantizer_new(&q, 1, 1, 1, NULL, 1, 0, NULL, &z), CB_USAGE);
    q.form = CB_QUANT_NONE;
    assert_int_equal(cb_quantizer_new(&q, 1, 1, 1, NULL, 1, 0, NULL, &z), CB_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(double_rounding_goes_half_up_and_then_half_away_from_zero),
        cmocka_unit_test(single_rounding_goes_half_up_once),
        cmocka_unit_test(float_scales_round_half_to_even),
        cmocka_unit_test(a_factor_becomes_a_multiplier_and_a_shift),
        cmocka_unit_test(every_int8_kernel_gives_quantized_products),
        cmocka_unit_test(extreme_numbers_are_summed_exactly),
        cmocka_unit_test(every_instruction_set_requantizes_alike),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
