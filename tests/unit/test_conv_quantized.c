/* Every implementation of convolution on 8-bit numbers gives the definition's result, bit for bit,
 * on layers of all kinds. */
#include "bench/conv/quantized.h"
#include "measure/measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static cb_machine machine;

static uint32_t state = 1;

static uint32_t next_random(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static size_t pick(size_t low, size_t high)
{
    return low + next_random() % (high - low + 1);
}

/* ---- numbers ---- */

/* Each with its own memory, so that reads past an end are found. */
typedef struct {
    uint8_t *input;
    int8_t *weights;
    int32_t *bias, *multipliers, *shifts, *zeros;
    float *scales;
    void *output;
    cb_quantization q;
} numbers;

static void *new_array(size_t count, size_t bytes)
{
    void *data = calloc(count, bytes);
    assert_non_null(data);
    return data;
}

/* One in eight is an extreme value: -128, 127, 255. */
static uint8_t random_byte(void)
{
    static const uint8_t extremes[] = {0x80, 0x7f, 0xff, 0x00};
    return pick(1, 8) == 1 ? extremes[pick(0, 3)] : (uint8_t)next_random();
}

static void choose_factors(numbers *n, const cb_layer *l)
{
    double terms = (double)(l->cin / l->groups * l->kh * l->kw);
    for (size_t c = 0; c < l->cout; c++) {
        double factor = (double)pick(1, 1000) / 500 / (terms * 20);
        n->scales[c] = (float)factor;
        cb_quant_fixed_of(factor, &n->multipliers[c], &n->shifts[c]);
        n->bias[c] = (int32_t)pick(0, 20000) - 10000;
        n->zeros[c] = (int32_t)pick(0, 20) - 10;
    }
}

static const cb_quant_form forms[] = {CB_QUANT_NONE, CB_QUANT_FIXED_DOUBLE, CB_QUANT_FIXED_SINGLE,
                                      CB_QUANT_FLOAT};

static void make_numbers(cb_quantized_problem *p, size_t form, numbers *n)
{
    const cb_layer *l = &p->base.layer;
    bool to_signed = pick(0, 1) == 1;
    *n = (numbers){.input = new_array(cb_layer_input_elems(l), 1),
                   .weights = new_array(cb_layer_weight_elems(l), 1),
                   .bias = new_array(l->cout, sizeof(int32_t)),
                   .multipliers = new_array(l->cout, sizeof(int32_t)),
                   .shifts = new_array(l->cout, sizeof(int32_t)),
                   .zeros = new_array(l->cout, sizeof(int32_t)),
                   .scales = new_array(l->cout, sizeof(float)),
                   .output = new_array(cb_layer_output_elems(l), sizeof(int32_t))};
    for (size_t i = 0; i < cb_layer_input_elems(l); i++)
        n->input[i] = random_byte();
    for (size_t i = 0; i < cb_layer_weight_elems(l); i++)
        n->weights[i] = (int8_t)random_byte();
    choose_factors(n, l);
    n->q = (cb_quantization){
        .channels = CB_QUANT_COLUMNS,
        .activation_zero = (int32_t)pick(0, 255) - (p->is_signed ? 128 : 0),
        .weight_zero = pick(1, 4) == 1 ? (int32_t)pick(0, 100) - 50 : 0,
        .weight_zeros = pick(1, 6) == 1 ? n->zeros : NULL,
        .bias = pick(1, 4) > 1 ? n->bias : NULL,
        .form = forms[form],
        .per_channel = pick(0, 1) == 1,
        .multipliers = n->multipliers,
        .shifts = n->shifts,
        .scales = n->scales,
        .out_zero = forms[form] == CB_QUANT_NONE ? 0 : (int32_t)pick(0, 9) + (to_signed ? -5 : 120),
        .low = to_signed ? -128 + (int32_t)pick(0, 20) : (int32_t)pick(0, 20),
        .high = to_signed ? 127 : 255,
        .out = forms[form] == CB_QUANT_NONE ? CB_S32
               : to_signed                  ? CB_S8
                                            : CB_U8};
    p->quantization = &n->q;
}

static void free_numbers(numbers *n)
{
    free(n->input);
    free(n->weights);
    free(n->bias);
    free(n->multipliers);
    free(n->shifts);
    free(n->zeros);
    free(n->scales);
    free(n->output);
}

/* ---- running ---- */

typedef struct {
    const cb_quantized_variant *variant;
    void *work;
    const numbers *numbers;
} job;

static void run_job(void *arg, int thread)
{
    const job *j = arg;
    j->variant->run(j->work, j->numbers->input, j->numbers->output, thread);
}

static void describe_problem(const cb_quantized_problem *p, char *text, size_t bytes)
{
    const cb_layer *l = &p->base.layer;
    snprintf(text, bytes, "%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu %s %s, %s", l->batch, l->cin,
             l->h, l->w, l->cout, l->kh, l->kw, l->stride, l->pad, l->groups, l->dilation,
             cb_conv_layout_name(p->base.layout), cb_quantized_dtype(p),
             cb_quant_form_name(p->quantization->form));
}

/* Twice: the second run finds what the first one left in its buffers. */
static void check_variant(const cb_quantized_variant *v, const cb_quantized_problem *p,
                          const numbers *n, cb_team *team)
{
    char text[160];
    cb_error err = {""};
    job j = {v, NULL, n};
    describe_problem(p, text, sizeof text);
    if (v->is_peer || v->refuses(p))
        return;
    if (v->prepare(p, n->weights, &err, &j.work) != CB_OK)
        fail_msg("%s on %s: %s", v->name, text, err.text);
    for (int i = 0; i < 2; i++) {
        memset(n->output, 0x55, cb_layer_output_elems(&p->base.layer) * cb_quantized_out_bytes(p));
        if (team)
            cb_team_run(team, run_job, &j);
        else
            run_job(&j, 0);
    }
    cb_quantized_verdict verdict =
        cb_quantized_compare(p, n->input, n->weights, n->output, SIZE_MAX);
    if (verdict.different)
        fail_msg("%s on %s: %zu of %zu differ, by up to %lld", v->name, text, verdict.different,
                 verdict.compared, (long long)verdict.max_abs_err);
    v->free(j.work);
}

static void check_all(cb_quantized_problem p, size_t form, cb_team *team)
{
    numbers n;
    make_numbers(&p, form, &n);
    for (size_t i = 0; i < cb_quantized_variant_count; i++)
        check_variant(cb_quantized_variants[i], &p, &n, team);
    free_numbers(&n);
}

static cb_quantized_problem problem_of(cb_layer layer, cb_conv_layout layout, cb_isa_set isa)
{
    return (cb_quantized_problem){
        .base = {.layer = layer, .layout = layout, .threads = 1, .machine = &machine, .isa = isa},
        .is_signed = pick(0, 1) == 1};
}

/* ---- layers ---- */

/* The cases a kernel can trip over, each at its smallest. */
static const char *const named[] = {
    "1,1,1,1,1,1,1,1,0",       "1,3,9,9,5,1,1,1,0",    "1,3,9,9,5,1,1,2,0",
    "1,1,5,7,1,3,3,1,1",       "1,7,11,13,17,3,3,1,1", "2,5,6,6,7,3,3,1,1",
    "1,4,9,9,4,5,5,1,2",       "1,3,17,15,6,7,7,2,3",  "1,3,10,10,4,3,3,3,1",
    "1,2,5,5,3,3,3,1,4",       "1,2,4,4,3,3,3,2,5",    "1,2,13,13,3,3,3,1,2,1,2",
    "1,2,16,14,3,3,3,2,3,1,3", "1,6,7,7,9,3,3,1,1,3",  "1,8,7,7,8,3,3,1,1,8",
    "1,8,9,8,8,3,3,2,1,8",     "1,5,8,8,10,3,3,1,1,5", "1,19,9,7,19,5,5,1,2,19",
    "2,16,7,7,32,3,3,1,1",     "1,33,5,14,35,3,3,1,1", "1,17,3,3,33,1,1,1,0",
    "1,4,6,1,4,3,1,1,0",       "1,4,1,6,4,1,3,1,0",    "1,16,8,28,16,1,1,2,0",
    "1,64,4,4,70,3,3,1,1",     "1,64,7,5,64,1,1,1,0",  "1,128,3,3,65,1,1,1,0",
    "1,64,9,33,64,1,1,1,0",    "1,32,2,40,32,3,3,1,1", "2,8,16,16,8,2,2,2,0,2",
};

static cb_layer layer_of(const char *text)
{
    cb_layer layer;
    cb_error err = {""};
    if (cb_layer_parse(text, &err, &layer) != CB_OK)
        fail_msg("%s", err.text);
    return layer;
}

static cb_layer random_layer(void)
{
    static const size_t kernels[] = {1, 1, 2, 3, 3, 3, 5, 7};
    for (;;) {
        cb_layer l = {.batch = pick(1, 6) == 1 ? 2 : 1,
                      .groups = pick(1, 4) == 1 ? pick(1, 5) : 1,
                      .h = pick(1, 15),
                      .w = pick(1, 18),
                      .kh = kernels[pick(0, 7)],
                      .kw = kernels[pick(0, 7)],
                      .stride = pick(1, 5) > 3 ? pick(2, 3) : 1,
                      .pad = pick(0, 3),
                      .dilation = pick(1, 6) == 1 ? 2 : 1};
        l.cin = l.groups * pick(1, 20);
        l.cout = l.groups * (pick(1, 5) == 1 ? 1 : pick(1, 37));
        if (pick(1, 6) == 1)
            l.groups = l.cin = l.cout;
        if (pick(1, 2) == 1)
            l.kw = l.kh;
        if (cb_layer_check(&l, NULL) == CB_OK && cb_layer_macs(&l) < 1e5)
            return l;
    }
}

/* What --isa may be set to here. */
static size_t caps(cb_isa_set sets[CB_ISA_COUNT])
{
    size_t count = 0;
    cb_isa_set all = cb_isa_detect();
    for (int isa = 0; isa < CB_ISA_COUNT; isa++)
        if ((all & cb_isa_bit((cb_isa)isa)) &&
            cb_isa_cap(all, cb_isa_name((cb_isa)isa), NULL, &sets[count]) == CB_OK &&
            (count == 0 || sets[count] != sets[count - 1]))
            count++;
    return count;
}

static bool has_integer_product(cb_isa_set isa)
{
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        if (cb_gemm_type_of(cb_gemm_kernels[i].dtype)->is_integer &&
            (isa & cb_isa_bit(cb_gemm_kernels[i].isa)))
            return true;
    return false;
}

static void odd_layers_equal_the_definition(void **arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        for (int layout = CB_CONV_NCHW; layout <= CB_CONV_NHWC; layout++)
            for (size_t form = 0; form < sizeof forms / sizeof *forms; form++)
                check_all(problem_of(layer_of(named[i]), (cb_conv_layout)layout, cb_isa_detect()),
                          form, NULL);
}

static void random_layers_equal_the_definition_under_every_isa_cap(void **arg)
{
    (void)arg;
    enum { LAYERS = 300 };
    cb_isa_set sets[CB_ISA_COUNT];
    size_t count = caps(sets);
    for (size_t i = 0; i < LAYERS; i++) {
        cb_isa_set isa = sets[i / 2 % count];
        if (has_integer_product(isa))
            check_all(problem_of(random_layer(), i % 2 ? CB_CONV_NHWC : CB_CONV_NCHW, isa),
                      pick(0, 3), NULL);
    }
}

static void threads_share_a_layer(void **arg)
{
    (void)arg;
    cb_team *team = NULL;
    cb_error err;
    enum { THREADS = 2 };
    int cpus[THREADS];
    if (cb_machine_cpus_of_kind(&machine, 0, cpus, THREADS) < THREADS)
        skip();
    assert_int_equal(cb_team_start(cpus, THREADS, &err, &team), CB_OK);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        cb_quantized_problem p =
            problem_of(layer_of(named[i]), i % 2 ? CB_CONV_NHWC : CB_CONV_NCHW, cb_isa_detect());
        p.base.threads = THREADS;
        check_all(p, i % 4, team);
    }
    /* Few weights beside the image, lines in unequal pieces: threads share out pixels. */
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        cb_quantized_problem p =
            problem_of(layer_of("1,16,20,19,33,3,3,1,1"), CB_CONV_NHWC, cb_isa_detect());
        p.base.threads = THREADS;
        check_all(p, form, team);
    }
    cb_team_stop(team);
}

/* ---- the definition itself ---- */

/* Padding is the real number zero: nothing is added there, whatever the zero point. */
static void the_definition_knows_a_sum_done_by_hand(void **arg)
{
    (void)arg;
    const uint8_t input[] = {11, 12, 13, 14, 15, 16, 17, 18, 19};
    const int8_t weights[] = {1, 0, -1, 2};
    const int32_t bias[] = {100};
    cb_quantization q = {.activation_zero = 10,
                         .weight_zero = 1,
                         .bias = bias,
                         .form = CB_QUANT_NONE,
                         .out = CB_S32};
    cb_quantized_problem p = problem_of(layer_of("1,1,3,3,1,2,2,1,1"), CB_CONV_NCHW, 1);
    p.is_signed = false;
    p.quantization = &q;
    assert_int_equal(cb_quantized_oracle(&p, input, weights, 0, 0, 0, 0), 100 + 1 * (2 - 1));
    assert_int_equal(cb_quantized_oracle(&p, input, weights, 0, 0, 1, 1),
                     100 + 1 * 0 + 2 * -1 + 4 * -2 + 5 * 1);
    assert_int_equal(cb_quantized_oracle(&p, input, weights, 0, 0, 3, 3), 100 + 9 * 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_definition_knows_a_sum_done_by_hand),
        cmocka_unit_test(odd_layers_equal_the_definition),
        cmocka_unit_test(random_layers_equal_the_definition_under_every_isa_cap),
        cmocka_unit_test(threads_share_a_layer),
    };
    cb_error err;
    if (cb_machine_read("", &err, &machine) != CB_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cb_machine_free(&machine);
    return failed;
}
