/* Bit-serial products are exact: every width on each side, every encoding, sizes that are no
 * multiple of anything, one thread and two, every kernel of a kind, padding in every encoding. */
#include "bench/bitserial/bitserial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t seed = 3;

static void fill(uint8_t *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        to[i] = (uint8_t)(seed >> 24);
    }
}

static uint8_t *codes_new(size_t count)
{
    uint8_t *codes = malloc(count + 1);
    assert_non_null(codes);
    fill(codes, count);
    return codes;
}

static cb_bits_target target_of(const char *glob)
{
    return (cb_bits_target){.isa = cb_isa_detect(), .kernel_glob = glob};
}

static void run_gemm(const cb_bits_plan *plan, const uint8_t *a, const uint8_t *w, int32_t *c)
{
    cb_error err;
    cb_bits_weights *weights = NULL;
    cb_bits_work *work = NULL;
    assert_int_equal(cb_bits_weights_new(plan, w, &err, &weights), CB_OK);
    assert_int_equal(cb_bits_work_new(plan, &err, &work), CB_OK);
    for (int t = 0; t < plan->threads; t++)
        cb_bits_gemm_call(work, weights, a, c, t);
    cb_bits_work_free(work);
    cb_bits_weights_free(weights);
}

static void run_lut(const cb_bits_matmul *shape, const cb_bits_target *target, int threads,
                    const uint8_t *a, const uint8_t *w, int32_t *c)
{
    cb_error err;
    cb_bits_tables *tables = NULL;
    assert_int_equal(cb_bits_tables_new(shape, w, target, threads, &err, &tables), CB_OK);
    for (int t = 0; t < threads; t++)
        cb_bits_tables_call(tables, a, c, t);
    cb_bits_tables_free(tables);
}

static void compare(const int32_t *got, const int32_t *wanted, size_t count, const char *what,
                    const cb_bits_matmul *s)
{
    for (size_t i = 0; i < count; i++)
        if (got[i] != wanted[i])
            fail_msg("%s: %zu x %zu x %zu, %dx%d bits, encodings %d and %d: c[%zu] is %d, "
                     "expected %d",
                     what, s->m, s->n, s->k, s->w.bits, s->a.bits, s->a.encoding, s->w.encoding, i,
                     got[i], wanted[i]);
}

/* One product by every way there is. */
static void check_product(const cb_bits_matmul *s, int threads, const cb_bits_target *target)
{
    cb_error err;
    cb_bits_plan plan;
    uint8_t *a = codes_new(s->m * s->k), *w = codes_new(s->n * s->k);
    int32_t *wanted = calloc(s->m * s->n, sizeof *wanted), *c = calloc(s->m * s->n, sizeof *c);
    assert_non_null(wanted);
    assert_non_null(c);
    cb_bits_oracle(s, a, w, wanted, 0, s->m);
    for (int form = CB_BITS_FORM_AUTO; form <= CB_BITS_FORM_TWO; form++) {
        if (cb_bits_plan_make(s, 1, (cb_bits_form)form, target, threads, &err, &plan) != CB_OK)
            continue;
        memset(c, 0x77, s->m * s->n * sizeof *c);
        run_gemm(&plan, a, w, c);
        compare(c, wanted, s->m * s->n, plan.kernel->name, s);
        plan.kc = plan.words / 3 + 1; /* several blocks in each direction */
        plan.mc = (size_t)plan.kernel->mr;
        memset(c, 0x77, s->m * s->n * sizeof *c);
        run_gemm(&plan, a, w, c);
        compare(c, wanted, s->m * s->n, "in blocks", s);
    }
    memset(c, 0x77, s->m * s->n * sizeof *c);
    run_lut(s, target, threads, a, w, c);
    compare(c, wanted, s->m * s->n, "lut", s);
    free(a);
    free(w);
    free(c);
    free(wanted);
}

static cb_bits_matmul matmul_of(size_t m, size_t n, size_t k, int w, int a,
                                const cb_bits_scheme *scheme)
{
    return (cb_bits_matmul){.m = m,
                            .n = n,
                            .k = k,
                            .a = cb_bits_type_of(a, scheme->a),
                            .w = cb_bits_type_of(w, scheme->w)};
}

static void every_width_and_encoding_is_exact(void **state)
{
    (void)state;
    const cb_bits_scheme *scheme;
    cb_bits_target target = target_of(NULL);
    for (size_t i = 0; (scheme = cb_bits_scheme_at(i)); i++)
        for (int w = 1; w <= 8; w++)
            for (int a = 1; a <= 8; a++) {
                cb_bits_matmul s = matmul_of(11, 37, 75, w, a, scheme);
                check_product(&s, 1 + (w + a) % 2, &target);
            }
}

static void any_size_is_exact(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 1},   {1, 70, 64},  {2, 1, 129},
                                      {9, 33, 63}, {17, 31, 65}, {8, 32, 128},
                                      {1, 3, 700}, {40, 5, 130}, {65, 129, 191}};
    const cb_bits_scheme *scheme;
    cb_bits_target target = target_of(NULL);
    for (size_t i = 0; (scheme = cb_bits_scheme_at(i)); i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            cb_bits_matmul s = matmul_of(sizes[j][0], sizes[j][1], sizes[j][2], 1 + (int)(j % 3),
                                         1 + (int)(i % 4), scheme);
            check_product(&s, 1 + (int)(j % 3), &target);
        }
}

static void every_kernel_serves_the_loops(void **state)
{
    (void)state;
    const cb_isa_set isa = cb_isa_detect();
    for (size_t i = 0; i < cb_bits_kernel_count; i++) {
        const cb_bits_kernel *k = &cb_bits_kernels[i];
        cb_bits_plan plan;
        cb_error err;
        if (!(isa & cb_isa_bit(k->isa)) || k->kind == CB_BITS_LUT || k->kind == CB_BITS_TABLE)
            continue;
        cb_bits_target target = target_of(k->name);
        const cb_bits_scheme *scheme = cb_bits_scheme_at(k->kind == CB_BITS_XOR);
        cb_bits_matmul s = matmul_of(19, 45, 321, 2, 3, scheme);
        cb_bits_form form = k->kind == CB_BITS_TWO ? CB_BITS_FORM_TWO : CB_BITS_FORM_AUTO;
        if (k->kind == CB_BITS_PACK)
            continue;
        assert_int_equal(cb_bits_plan_make(&s, 1, form, &target, 2, &err, &plan), CB_OK);
        assert_ptr_equal(plan.kernel, k);
        uint8_t *a = codes_new(s.m * s.k), *w = codes_new(s.n * s.k);
        int32_t wanted[19 * 45], c[19 * 45];
        cb_bits_oracle(&s, a, w, wanted, 0, s.m);
        run_gemm(&plan, a, w, c);
        compare(c, wanted, s.m * s.n, k->name, &s);
        free(a);
        free(w);
    }
}

/* ---- convolution ---- */

static void check_layer(const cb_layer *l, int w_bits, int a_bits, const cb_bits_scheme *scheme,
                        int threads)
{
    cb_error err;
    cb_bits_type a = cb_bits_type_of(a_bits, scheme->a), w = cb_bits_type_of(w_bits, scheme->w);
    cb_bits_target target = target_of(NULL);
    cb_bits_conv *conv = NULL;
    size_t out = cb_layer_output_elems(l), pixels = out / l->cout;
    uint8_t *x = codes_new(cb_layer_input_elems(l)), *weights = codes_new(cb_layer_weight_elems(l));
    int32_t *y = malloc(out * sizeof *y), *wanted = malloc(l->cout * sizeof *wanted);
    assert_non_null(y);
    assert_non_null(wanted);
    memset(y, 0x77, out * sizeof *y);
    assert_int_equal(cb_bits_conv_new(l, &a, &w, weights, &target, threads, &err, &conv), CB_OK);
    for (int t = 0; t < cb_bits_conv_plan(conv)->threads; t++)
        cb_bits_conv_call(conv, x, y, t);
    for (size_t p = 0; p < pixels; p++) {
        cb_bits_oracle_pixel(l, &a, &w, x, weights, p, wanted);
        for (size_t co = 0; co < l->cout; co++)
            if (wanted[co] != y[p * l->cout + co])
                fail_msg("%s, %dx%d bits, %zux%zu of %zu to %zu, stride %zu, pad %zu, dilation "
                         "%zu, groups %zu: pixel %zu, channel %zu is %d, expected %d",
                         scheme->name, w_bits, a_bits, l->kh, l->kw, l->cin, l->cout, l->stride,
                         l->pad, l->dilation, l->groups, p, co, y[p * l->cout + co], wanted[co]);
    }
    cb_bits_conv_free(conv);
    free(x);
    free(weights);
    free(y);
    free(wanted);
}

static void odd_layers_are_exact_in_every_encoding(void **state)
{
    (void)state;
    static const char *const layers[] = {
        "1,64,6,6,40,3,3,1,1",  "1,3,9,7,5,3,3,2,1",      "2,17,5,5,33,1,1,1,0",
        "1,70,7,7,9,3,3,2,0",   "1,5,8,8,4,5,5,3,4",      "1,12,7,9,8,3,3,1,2,4",
        "1,6,9,9,6,3,3,1,1,6",  "1,65,8,8,7,3,3,1,2,1,2", "1,1,7,7,1,7,7,1,3",
        "2,130,4,6,20,1,3,1,1", "1,8,5,5,3,2,2,2,1,1,3",  "1,64,7,7,64,3,3,1,1",
    };
    const cb_bits_scheme *scheme;
    cb_error err;
    cb_layer layer;
    for (size_t s = 0; (scheme = cb_bits_scheme_at(s)); s++)
        for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
            if (cb_layer_parse(layers[i], &err, &layer) != CB_OK)
                fail_msg("%s: %s", layers[i], err.text);
            check_layer(&layer, 1 + (int)((i + s) % 3), 1 + (int)(i % 4), scheme, 1 + (int)(i % 2));
        }
}

/* ---- what is refused ---- */

static void sums_beyond_int32_are_refused(void **state)
{
    (void)state;
    cb_error err;
    cb_bits_plan plan;
    cb_bits_target target = target_of(NULL);
    cb_bits_matmul s = matmul_of(4, 4, 33025, 8, 8, cb_bits_scheme_of("unsigned"));
    assert_int_equal(cb_bits_plan_make(&s, 1, CB_BITS_FORM_AUTO, &target, 1, &err, &plan), CB_OK);
    s.k = 33026;
    assert_int_equal(cb_bits_plan_make(&s, 1, CB_BITS_FORM_AUTO, &target, 1, &err, &plan),
                     CB_USAGE);
    assert_non_null(strstr(err.text, "2^31"));
}

static void two_popcounts_fit_the_papers_encoding_only(void **state)
{
    (void)state;
    cb_error err;
    cb_bits_plan plan;
    cb_bits_target target = target_of(NULL);
    cb_bits_matmul s = matmul_of(4, 4, 64, 1, 1, cb_bits_scheme_of("bipolar"));
    assert_int_equal(cb_bits_plan_make(&s, 1, CB_BITS_FORM_TWO, &target, 1, &err, &plan), CB_USAGE);
    s = matmul_of(4, 4, 64, 1, 1, cb_bits_scheme_of("unipolar"));
    assert_int_equal(cb_bits_plan_make(&s, 1, CB_BITS_FORM_TWO, &target, 1, &err, &plan), CB_OK);
}

static void codes_stand_for_the_stated_numbers(void **state)
{
    (void)state;
    cb_bits_type u = cb_bits_type_of(3, CB_BITS_UNSIGNED), s = cb_bits_type_of(3, CB_BITS_SIGNED),
                 b = cb_bits_type_of(3, CB_BITS_BIPOLAR);
    assert_int_equal(cb_bits_value(&u, 7), 7);
    assert_int_equal(cb_bits_value(&u, 0xf8), 0);
    assert_int_equal(cb_bits_value(&s, 3), 3);
    assert_int_equal(cb_bits_value(&s, 4), -4);
    assert_int_equal(cb_bits_value(&s, 0xff), -1);
    assert_int_equal(cb_bits_value(&b, 0), -7);
    assert_int_equal(cb_bits_value(&b, 1), -5);
    assert_int_equal(cb_bits_value(&b, 7), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_stand_for_the_stated_numbers),
        cmocka_unit_test(every_width_and_encoding_is_exact),
        cmocka_unit_test(any_size_is_exact),
        cmocka_unit_test(every_kernel_serves_the_loops),
        cmocka_unit_test(odd_layers_are_exact_in_every_encoding),
        cmocka_unit_test(sums_beyond_int32_are_refused),
        cmocka_unit_test(two_popcounts_fit_the_papers_encoding_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
