/* Every implementation of convolution equals the float64 oracle on layers of all kinds. */
#include "bench/conv/oracle.h"
#include "bench/conv/variant.h"
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

static float *random_floats(size_t count)
{
    float *values = malloc(count * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(next_random() % 2001) / 1000 - 1;
    return values;
}

static cb_layer layer_of(const char *text)
{
    cb_layer layer;
    cb_error err = {""};
    if (cb_layer_parse(text, &err, &layer) != CB_OK)
        fail_msg("%s", err.text);
    return layer;
}

typedef struct {
    const cb_conv_variant *variant;
    void *work;
    const float *input;
    float *output;
} job;

static void run_job(void *arg, int thread)
{
    const job *j = arg;
    j->variant->run(j->work, j->input, j->output, thread);
}

static void describe_layer(const cb_conv_problem *p, char *text, size_t bytes)
{
    const cb_layer *l = &p->layer;
    snprintf(text, bytes, "%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu,%zu %s", l->batch, l->cin, l->h,
             l->w, l->cout, l->kh, l->kw, l->stride, l->pad, l->groups, l->dilation,
             cb_conv_layout_name(p->layout));
}

/* Twice: the second run finds what the first one left in its buffers. */
static void check_variant(const cb_conv_variant *v, const cb_conv_problem *problem, cb_team *team)
{
    char text[160];
    cb_error err = {""};
    describe_layer(problem, text, sizeof text);
    if (v->is_peer || v->refuses(problem))
        return;
    float *input = random_floats(cb_layer_input_elems(&problem->layer));
    float *weights = random_floats(cb_layer_weight_elems(&problem->layer));
    float *output = malloc(cb_layer_output_elems(&problem->layer) * sizeof *output);
    job j = {v, NULL, input, output};
    if (v->prepare(problem, weights, &err, &j.work) != CB_OK)
        fail_msg("%s on %s: %s", v->name, text, err.text);
    for (int i = 0; i < 2; i++) {
        memset(output, 0xff, cb_layer_output_elems(&problem->layer) * sizeof *output);
        if (team)
            cb_team_run(team, run_job, &j);
        else
            run_job(&j, 0);
    }
    cb_conv_info info;
    v->info(j.work, &info);
    cb_conv_verdict verdict =
        cb_conv_compare(problem, info.transform_growth, input, weights, output, SIZE_MAX);
    if (!(verdict.max_of_bound <= 1))
        fail_msg("%s on %s: error %g is %g times the bound", v->name, text, verdict.max_abs_err,
                 verdict.max_of_bound);
    v->free(j.work);
    free(input);
    free(weights);
    free(output);
}

static void check_all(const cb_conv_problem *problem, cb_team *team)
{
    for (size_t i = 0; i < cb_conv_variant_count; i++)
        check_variant(cb_conv_variants[i], problem, team);
}

static cb_conv_problem problem_of(cb_layer layer, cb_conv_layout layout, cb_isa_set isa)
{
    return (cb_conv_problem){
        .layer = layer, .layout = layout, .threads = 1, .machine = &machine, .isa = isa};
}

/* ---- layers ---- */

/* The cases a kernel can trip over, each at its smallest. */
static const char *const named[] = {
    "1,1,1,1,1,1,1,1,0",       "1,3,9,9,5,1,1,1,0",        "1,3,9,9,5,1,1,2,0",
    "1,1,5,7,1,3,3,1,1",       "1,7,11,13,17,3,3,1,1",     "2,5,6,6,7,3,3,1,1",
    "1,4,9,9,4,5,5,1,2",       "1,3,17,15,6,7,7,2,3",      "1,3,10,10,4,3,3,3,1",
    "1,2,5,5,3,3,3,1,4",       "1,2,4,4,3,3,3,2,5",        "1,2,13,13,3,3,3,1,2,1,2",
    "1,2,16,14,3,3,3,2,3,1,3", "1,6,7,7,9,3,3,1,1,3",      "1,8,7,7,8,3,3,1,1,8",
    "1,8,9,8,8,3,3,2,1,8",     "1,5,8,8,10,3,3,1,1,5",     "1,19,9,7,19,5,5,1,2,19",
    "2,16,7,7,32,3,3,1,1",     "1,33,5,14,35,3,3,1,1",     "1,17,3,3,33,1,1,1,0",
    "1,4,6,1,4,3,1,1,0",       "1,4,1,6,4,1,3,1,0",        "1,16,8,28,16,1,1,2,0",
    "1,3,2,2,4,3,3,1,1",       "1,3,1,1,2,3,3,1,1",        "1,48,6,6,8,3,3,1,1",
    "1,16,14,14,32,3,3,1,1",   "1,12,10,21,64,3,3,2,1",    "1,2,20,20,2,2,2,2,0",
    "1,2,9,9,2,4,4,1,1",       "3,1,4,4,1,3,3,1,0",        "1,40,4,4,1,1,1,1,0",
    "1,2,8,8,4,3,3,1,1,2",     "1,16,6,10,48,1,1,1,0,2",   "1,64,4,4,70,3,3,1,1",
    "1,32,14,7,32,3,3,1,1,32", "1,35,9,8,35,3,3,1,0,35",   "2,32,15,9,32,3,3,2,1,32",
    "1,48,20,6,48,3,3,2,0,48", "1,33,7,3,33,3,3,1,1,33",   "1,16,14,15,16,3,3,2,1,16",
    "1,3,14,13,64,5,5,1,2",    "1,4,13,12,64,3,3,1,2,1,2", "1,2,9,21,32,3,3,1,1",
    "2,5,20,15,64,3,3,2,1",    "1,3,17,21,32,7,7,2,3",
};

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
        l.cout = l.groups * pick(1, 37);
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
    for (int isa = 0; isa < CB_ISA_COUNT; isa++) {
        cb_isa_set capped;
        if (!(all & cb_isa_bit((cb_isa)isa)) ||
            cb_isa_cap(all, cb_isa_name((cb_isa)isa), NULL, &capped) != CB_OK)
            continue;
        bool has_own = false;
        for (size_t k = 0; k < cb_conv_kernel_count; k++)
            has_own |= cb_conv_kernels[k].isa == (cb_isa)isa;
        if (has_own)
            sets[count++] = capped;
    }
    return count;
}

static void odd_layers_equal_the_oracle_under_every_isa_cap(void **arg)
{
    (void)arg;
    cb_isa_set sets[CB_ISA_COUNT];
    size_t count = caps(sets);
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < sizeof named / sizeof *named; i++)
            for (int layout = CB_CONV_NCHW; layout <= CB_CONV_NHWC; layout++) {
                cb_conv_problem p = problem_of(layer_of(named[i]), (cb_conv_layout)layout, sets[c]);
                check_all(&p, NULL);
            }
}

static void random_layers_equal_the_oracle(void **arg)
{
    (void)arg;
    enum { LAYERS = 300 };
    cb_isa_set sets[CB_ISA_COUNT];
    size_t count = caps(sets);
    for (size_t i = 0; i < LAYERS; i++) {
        cb_conv_problem p =
            problem_of(random_layer(), i % 2 ? CB_CONV_NHWC : CB_CONV_NCHW, sets[(i / 2) % count]);
        check_all(&p, NULL);
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
        cb_conv_problem p =
            problem_of(layer_of(named[i]), i % 2 ? CB_CONV_NHWC : CB_CONV_NCHW, cb_isa_detect());
        p.threads = THREADS;
        check_all(&p, team);
    }
    cb_team_stop(team);
}

static void small_caches_part_a_layer_otherwise(void **arg)
{
    (void)arg;
    static const char *const parted[] = {"1,32,14,43,32,3,3,1,1,32", "2,17,15,61,17,3,3,2,1,17",
                                         "1,16,14,30,16,3,3,1,0,16", "1,70,4,6,16,3,3,1,1"};
    cb_machine small = machine;
    cb_cpu *cpus = calloc(machine.cpu_count, sizeof *cpus);
    assert_non_null(cpus);
    for (size_t i = 0; i < machine.cpu_count; i++) {
        cpus[i] = machine.cpus[i];
        cpus[i].cache_bytes[0] = 2 << 10;
        cpus[i].cache_bytes[1] = 16 << 10;
    }
    small.cpus = cpus;
    for (size_t i = 0; i < 2 * sizeof parted / sizeof *parted; i++) {
        cb_conv_problem p = problem_of(layer_of(parted[i / 2]), i % 2 ? CB_CONV_NHWC : CB_CONV_NCHW,
                                       cb_isa_detect());
        p.machine = &small;
        p.cpu = cpus[0].cpu;
        check_all(&p, NULL);
    }
    free(cpus);
}

/* ---- the oracle itself ---- */

static void the_oracle_knows_a_sum_done_by_hand(void **arg)
{
    (void)arg;
    const float input[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, weights[] = {1, 0, -1, 2};
    cb_conv_problem p = problem_of(layer_of("1,1,3,3,1,2,2,1,1"), CB_CONV_NCHW, 1);
    assert_true(cb_conv_oracle(&p, input, weights, 0, 0, 0, 0).value == 2);
    assert_true(cb_conv_oracle(&p, input, weights, 0, 0, 1, 1).value == 1 - 4 + 2 * 5);
    assert_true(cb_conv_oracle(&p, input, weights, 0, 0, 1, 1).magnitude == 1 + 4 + 2 * 5);
    assert_true(cb_conv_oracle(&p, input, weights, 0, 0, 3, 3).value == 9);
}

/* A result that is wrong in one element, by little, is found. */
static void a_wrong_result_is_found(void **arg)
{
    (void)arg;
    const cb_conv_variant *v = cb_conv_variant_find("naive");
    cb_conv_problem p = problem_of(layer_of("1,8,12,12,8,3,3,1,1"), CB_CONV_NCHW, 1);
    float *input = random_floats(cb_layer_input_elems(&p.layer));
    float *weights = random_floats(cb_layer_weight_elems(&p.layer));
    float *output = malloc(cb_layer_output_elems(&p.layer) * sizeof *output);
    void *work;
    assert_int_equal(v->prepare(&p, weights, NULL, &work), CB_OK);
    v->run(work, input, output, 0);
    assert_true(cb_conv_compare(&p, 0, input, weights, output, SIZE_MAX).max_of_bound <= 1);
    size_t last = cb_layer_output_elems(&p.layer) - 1;
    output[last] += 0.002f;
    assert_true(cb_conv_compare(&p, 0, input, weights, output, SIZE_MAX).max_of_bound > 1);
    assert_true(cb_conv_compare(&p, 400, input, weights, output, 10).max_of_bound > 1);
    output[last] = (float)(0.0 / (double)(last * 0));
    assert_false(cb_conv_compare(&p, 0, input, weights, output, SIZE_MAX).max_of_bound <= 1);
    v->free(work);
    free(input);
    free(weights);
    free(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oracle_knows_a_sum_done_by_hand),
        cmocka_unit_test(a_wrong_result_is_found),
        cmocka_unit_test(odd_layers_equal_the_oracle_under_every_isa_cap),
        cmocka_unit_test(random_layers_equal_the_oracle),
        cmocka_unit_test(threads_share_a_layer),
        cmocka_unit_test(small_caches_part_a_layer_otherwise),
    };
    cb_error err;
    if (cb_machine_read("", &err, &machine) != CB_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cb_machine_free(&machine);
    return failed;
}
