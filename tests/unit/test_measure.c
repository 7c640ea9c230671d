/* The measuring loop keeps every sample, tells disturbed ones apart and stops when asked. No test
 * here asserts a time. */
#include "measure/buffer.h"
#include "measure/measure.h"
#include "measure/samples.h"
#include "measure/team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <string.h>

static int first_cpu(void)
{
    cpu_set_t set;
    sched_getaffinity(0, sizeof set, &set);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET((size_t)cpu, &set))
            return cpu;
    return 0;
}

/* CPUs for `threads` threads; all on one CPU is allowed, only slow. */
static cb_team *team_of(size_t threads)
{
    int cpus[4] = {first_cpu(), first_cpu(), first_cpu(), first_cpu()};
    cb_error err;
    cb_team *team = NULL;
    assert_int_equal(cb_team_start(cpus, threads, &err, &team), CB_OK);
    return team;
}

static const cb_sampling brief = {.min_time_s = 1e-3,
                                  .max_time_s = 20e-3,
                                  .relative_ci = 0.01,
                                  .sample_s = 10e-6,
                                  .min_samples = 5,
                                  .max_samples = 40};

typedef struct {
    atomic_ulong repeats[4];
    volatile sig_atomic_t *raise_stop;
} counted_work;

static void count_repeats(void *arg, int thread, uint64_t repeats)
{
    counted_work *work = arg;
    atomic_fetch_add(&work->repeats[thread], repeats);
    cb_clock_chain_native()->run(repeats);
    if (work->raise_stop)
        *work->raise_stop = 1;
}

static void every_sample_is_kept_with_its_clock(void **state)
{
    (void)state;
    cb_team *team = team_of(1);
    cb_timer timer = cb_timer_calibrate();
    counted_work work = {.raise_stop = NULL};
    cb_case c = {.run = count_repeats, .arg = &work};
    cb_samples s;
    cb_error err;
    assert_int_equal(cb_measure(team, &timer, &brief, &c, 1, NULL, &err, &s), CB_OK);
    assert_true(s.count > 0);
    assert_true(s.count <= brief.max_samples);
    assert_true(s.repeats >= 1);
    for (size_t i = 0; i < s.count; i++) {
        assert_true(s.elapsed_s[i] > 0);
        assert_true(s.clock_hz[i] > 0);
        assert_true(s.cycles[i] > 0);
    }
    assert_true(s.clock_hz_before > 0 && s.clock_hz_after > 0);
    cb_samples_free(&s);
    cb_team_stop(team);
}

static void cases_are_measured_in_turn_on_every_thread(void **state)
{
    (void)state;
    cb_team *team = team_of(2);
    cb_timer timer = cb_timer_calibrate();
    counted_work a = {.raise_stop = NULL}, b = a;
    cb_case cases[] = {{.run = count_repeats, .arg = &a}, {.run = count_repeats, .arg = &b}};
    cb_samples s[2];
    cb_error err;
    assert_int_equal(cb_measure(team, &timer, &brief, cases, 2, NULL, &err, s), CB_OK);
    assert_true(s[0].count > 0 && s[1].count > 0);
    assert_int_equal(atomic_load(&a.repeats[0]), atomic_load(&a.repeats[1]));
    assert_int_equal(atomic_load(&b.repeats[0]), atomic_load(&b.repeats[1]));
    cb_samples_free(&s[0]);
    cb_samples_free(&s[1]);
    cb_team_stop(team);
}

static void a_stop_request_keeps_what_was_measured(void **state)
{
    (void)state;
    volatile sig_atomic_t stop = 0;
    cb_team *team = team_of(1);
    cb_timer timer = cb_timer_calibrate();
    counted_work work = {.raise_stop = &stop};
    cb_case c = {.run = count_repeats, .arg = &work};
    cb_samples s;
    cb_error err;
    assert_int_equal(cb_measure(team, &timer, &brief, &c, 1, &stop, &err, &s), CB_INTERRUPTED);
    assert_true(s.count <= 1);
    cb_samples_free(&s);
    cb_team_stop(team);
}

static cb_samples samples_of(const double *cycles, const double *ratios, size_t n,
                             cb_steadiness steadiness)
{
    cb_samples s = {0};
    assert_int_equal(cb_samples_reserve(&s, n, NULL), CB_OK);
    s.steadiness = steadiness;
    for (size_t i = 0; i < n; i++) {
        cb_sample one = {cycles[i] * 1e-9, cycles[i], 1e9, ratios[i]};
        cb_samples_add(&s, &one);
    }
    cb_samples_judge(&s);
    return s;
}

static void an_interrupted_sample_is_told_apart_and_left_out_of_the_median(void **state)
{
    (void)state;
    double cycles[40], ratios[40];
    for (int i = 0; i < 40; i++) {
        cycles[i] = i % 5 == 0 ? 1100 : 1000 + 0.01 * i; /* every fifth was interrupted */
        ratios[i] = 1;
    }
    ratios[7] = 1.2; /* and one clock probe was */
    cb_samples s = samples_of(cycles, ratios, 40, CB_VARIES);
    assert_int_equal(s.disturbed_count, 9);
    assert_true(s.disturbed[5] && s.disturbed[7] && !s.disturbed[6]);
    assert_true(cb_samples_summary(&s, s.cycles).max < 1001);
    assert_int_equal(s.count, 40);
    cb_samples_free(&s);
}

static void work_that_varies_by_nature_loses_no_samples(void **state)
{
    (void)state;
    double cycles[40], ratios[40];
    for (int i = 0; i < 40; i++) {
        cycles[i] = 1000 + 5 * ((i * 7) % 40); /* 20 % wide, evenly */
        ratios[i] = 1.1 + 0.01 * (i % 3);      /* the clock is always higher behind the sample */
    }
    cb_samples s = samples_of(cycles, ratios, 40, CB_VARIES);
    assert_int_equal(s.disturbed_count, 0);
    cb_samples_free(&s);
}

static void steady_work_shows_through_a_neighbour_that_disturbs_nearly_all_samples(void **state)
{
    (void)state;
    double cycles[400], ratios[400];
    for (int i = 0; i < 400; i++) {
        cycles[i] = 1300 + 3 * ((i * 37) % 200); /* another thread of the core: any count */
        ratios[i] = 1;
        if (i % 20 == 0)
            cycles[i] = 1000 + 0.01 * (i % 3); /* one in twenty ran alone */
    }
    cycles[1] = 800, cycles[2] = 900; /* two had their clock probes slowed */
    cb_samples s = samples_of(cycles, ratios, 400, CB_STEADY_CYCLES);
    assert_int_equal(s.count - s.disturbed_count, 20);
    cb_summary summary = cb_samples_summary(&s, s.cycles);
    assert_true(summary.median > 999.9 && summary.median < 1000.1);
    cb_samples_free(&s);
}

/* Both probes were slowed alike: the same time then looks like fewer cycles. */
static void fewer_cycles_than_one_thread_alone_takes_are_not_believed(void **state)
{
    (void)state;
    double cycles[200], ratios[200];
    for (int i = 0; i < 200; i++) {
        cycles[i] = i % 4 ? 1000 + 0.01 * (i % 3) : 930 + 0.01 * (i % 3);
        ratios[i] = 1;
    }
    cb_samples s = {0};
    assert_int_equal(cb_samples_reserve(&s, 200, NULL), CB_OK);
    s.steadiness = CB_STEADY_CYCLES;
    s.expected_cycles = 1001;
    for (int i = 0; i < 200; i++)
        cb_samples_add(&s, &(cb_sample){cycles[i] * 1e-9, cycles[i], 1e9, ratios[i]});
    cb_samples_judge(&s);
    assert_int_equal(s.disturbed_count, 50);
    assert_true(cb_samples_summary(&s, s.cycles).median >= 1000);
    cb_samples_free(&s);
}

/* A neighbour slows most of the second probes: what he does is usual, but not right. */
static void an_undisturbed_clock_counts_even_where_it_is_rare(void **state)
{
    (void)state;
    double cycles[200], ratios[200];
    for (int i = 0; i < 200; i++) {
        cycles[i] = i % 10 ? 1030 + 0.2 * (i % 100) : 1000;
        ratios[i] = i % 10 ? 0.97 : 1;
    }
    cb_samples s = samples_of(cycles, ratios, 200, CB_STEADY_CYCLES);
    assert_int_equal(s.count - s.disturbed_count, 20);
    assert_true(cb_samples_summary(&s, s.cycles).median == 1000);
    cb_samples_free(&s);
}

static void a_cpu_outside_the_affinity_mask_is_refused(void **state)
{
    (void)state;
    int cpus[] = {first_cpu(), 9999};
    cb_team *team = NULL;
    cb_error err = {{0}};
    assert_int_equal(cb_team_start(cpus, 2, &err, &team), CB_USAGE);
    assert_null(team);
    assert_non_null(strstr(err.text, "9999"));
    assert_int_equal(cb_team_start(cpus, 0, &err, &team), CB_USAGE);
}

static void a_buffer_is_aligned_zeroed_and_offset(void **state)
{
    (void)state;
    cb_buffer b;
    cb_error err;
    assert_int_equal(cb_buffer_new(10000, 192, CB_PAGES_SMALL, &err, &b), CB_OK);
    assert_int_equal((uintptr_t)b.data % 4096, 192);
    for (size_t i = 0; i < b.bytes; i++)
        assert_int_equal(((char *)b.data)[i], 0);
    cb_buffer_free(&b);
    assert_int_equal(cb_buffer_new(SIZE_MAX - 4096, 0, CB_PAGES_DEFAULT, &err, &b), CB_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_is_kept_with_its_clock),
        cmocka_unit_test(cases_are_measured_in_turn_on_every_thread),
        cmocka_unit_test(a_stop_request_keeps_what_was_measured),
        cmocka_unit_test(an_interrupted_sample_is_told_apart_and_left_out_of_the_median),
        cmocka_unit_test(work_that_varies_by_nature_loses_no_samples),
        cmocka_unit_test(steady_work_shows_through_a_neighbour_that_disturbs_nearly_all_samples),
        cmocka_unit_test(fewer_cycles_than_one_thread_alone_takes_are_not_believed),
        cmocka_unit_test(an_undisturbed_clock_counts_even_where_it_is_rare),
        cmocka_unit_test(a_cpu_outside_the_affinity_mask_is_refused),
        cmocka_unit_test(a_buffer_is_aligned_zeroed_and_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
