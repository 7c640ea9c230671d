#include "models/edges.h"
#include "models/levels.h"
#include "models/misscurve.h"
#include "models/rows.h"
#include "tests/unit/synthetic_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const double KIB = 1024, MIB = 1024 * 1024;
enum { SEEDS = 3 };

/* 48K/2M, 32K/1M, 32K/512K, 64K/512K/2M: latencies and bandwidths of cores that have them. */
static const synthetic_machine machines[] = {
    {.level = {{48 * 1024., 12, 0, 0, 1.3e-9, 340e9},
               {2 * 1048576., 16, 1, 0, 4.2e-9, 145e9},
               {0, 0, 0, 0, 70e-9, 13e9}},
     .noise = 0.02,
     .outliers = 0.03},
    {.level = {{32 * 1024., 2, 0, 0, 2e-9, 24e9},
               {1 * 1048576., 16, 1, 0, 14.5e-9, 9e9},
               {0, 0, 0, 0, 155e-9, 4e9}},
     .noise = 0.02,
     .outliers = 0.03},
    {.level = {{32 * 1024., 4, 0, 1, 2.5e-9, 9.6e9},
               {512 * 1024., 16, 1, 0, 13e-9, 5e9},
               {0, 0, 0, 0, 176e-9, 2e9}},
     .noise = 0.02,
     .outliers = 0.03},
    {.level = {{64 * 1024., 4, 0, 0, 1.67e-9, 76e9},
               {512 * 1024., 8, 1, 0, 5.06e-9, 45e9},
               {2 * 1048576., 16, 1, 0, 17e-9, 26e9},
               {0, 0, 0, 0, 116e-9, 13e9}},
     .noise = 0.02,
     .outliers = 0.03},
};

static void check_machine(const synthetic_machine *m, uint64_t seed, double tolerance)
{
    cb_levels levels;
    cb_error err;
    json_t *document = synthetic_document("test");
    synthetic_sweep(document, m, 64 * MIB, seed);
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    size_t caches = 0;
    for (; m->level[caches].bytes > 0; caches++) {
        double bytes = m->level[caches].bytes, found = levels.level[caches].measured_bytes;
        if (fabs(found / bytes - 1) > tolerance)
            fail_msg("seed %d: L%zu of %g KiB came out as %g KiB", (int)seed, caches + 1,
                     bytes / KIB, found / KIB);
    }
    assert_int_equal(levels.level_count, caches + 1);
    cb_levels_free(&levels);
    json_decref(document);
}

/* Huge pages: the sets of every cache fill evenly. */
static void edges_with_huge_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            synthetic_machine m = machines[i];
            for (int l = 0; l < SYNTHETIC_LEVELS; l++)
                m.level[l].coloured = 0;
            check_machine(&m, seed, 0.125);
        }
}

/* Base pages: chance fills some sets of a physically indexed cache early. A perfect LRU cache comes
 * out 10 % small (docs/MODELS.md); the first level is not concerned. */
static void edges_with_base_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            check_machine(&machines[i], seed, 0.2);
}

/* A TLB's reach raises latency but no bandwidth: no cache ends there. */
static void tlb_is_no_cache(void **state)
{
    (void)state;
    synthetic_machine m = machines[0];
    m.tlb_bytes = 200 * KIB;
    m.tlb_s = 4e-9;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        cb_levels levels;
        cb_error err;
        json_t *document = synthetic_document("test");
        synthetic_sweep(document, &m, 64 * MIB, seed);
        assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
        assert_int_equal(levels.level_count, 3);
        assert_true(fabs(levels.level[1].measured_bytes / (2 * MIB) - 1) < 0.2);
        cb_levels_free(&levels);
        json_decref(document);
    }
}

static void stated_sizes_are_checked(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    json_t *document = synthetic_document("test");
    synthetic_cache(document, 1, 48 * KIB, 1);
    synthetic_cache(document, 2, 1 * MIB, 1); /* the machine says half of what there is */
    synthetic_cache(document, 3, 480 * MIB, 2);
    synthetic_sweep(document, &machines[0], 64 * MIB, 3);
    assert_int_equal(cb_levels_find(document, "Test core", &err, &levels), CB_OK);
    assert_int_equal(levels.level_count, 4);
    assert_int_equal(levels.level[0].verdict, CB_SIZE_AGREES);
    assert_int_equal(levels.level[1].verdict, CB_SIZE_DISAGREES);
    assert_int_equal(levels.level[2].verdict, CB_SIZE_NO_EDGE);
    assert_string_equal(levels.level[3].name, "RAM");
    assert_true(levels.largest_block_bytes > 60 * MIB);
    cb_levels_free(&levels);
    json_decref(document);
}

static json_t *two_level_document(void)
{
    json_t *document = synthetic_document("test");
    synthetic_cache(document, 1, 32 * KIB, 1);
    synthetic_cache(document, 2, 1 * MIB, 4);
    return document;
}

/* Well inside L1 of 32 KiB lie 4, 8 and 16 KiB; 30 KiB is too near the edge. */
static void plateau_names_best_kernel(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    json_t *document = two_level_document();
    const double blocks[] = {4096, 8192, 16384};
    for (int i = 0; i < 3; i++) {
        synthetic_bandwidth(document, "read_ldpq_u8__neon", "read", blocks[i], 128, 1, 20e9 + i);
        synthetic_bandwidth(document, "read_ldrx_u16__a64", "read", blocks[i], 64, 1, 10e9 + i);
    }
    synthetic_bandwidth(document, "read_ldpq_u8__neon", "read", 30 * KIB, 128, 1, 5e9);
    synthetic_bandwidth(document, "lucky__neon", "read", 4096, 128, 1, 99e9);
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    const cb_rate *best = cb_levels_rate(&levels, "read", 0, 1, CB_FORM_BEST);
    const cb_rate *narrow = cb_levels_rate(&levels, "read", 0, 1, CB_FORM_NARROW);
    assert_non_null(best);
    assert_string_equal(best->kernel, "read_ldpq_u8__neon");
    assert_true(best->bytes_per_s == 20e9 + 1);
    assert_true(best->low_per_s == 20e9 && best->high_per_s == 20e9 + 2);
    assert_int_equal(best->blocks, 3);
    assert_string_equal(narrow->kernel, "read_ldrx_u16__a64");
    assert_null(cb_levels_rate(&levels, "read", 1, 1, CB_FORM_BEST));
    assert_null(cb_levels_rate(&levels, "write", 0, 1, CB_FORM_BEST));
    cb_levels_free(&levels);
    json_decref(document);
}

/* A Pi 4: its memory is read faster by one thread than by four. */
static void best_thread_count_is_named(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    int threads[4];
    json_t *document = two_level_document();
    synthetic_bandwidth(document, "read__neon", "read", 16 * MIB, 128, 4, 3.8e9);
    synthetic_bandwidth(document, "read__neon", "read", 16 * MIB, 128, 1, 5.1e9);
    /* Of the shared L2, each of four threads has a quarter: this block is in memory for four. */
    synthetic_bandwidth(document, "read__neon", "read", 512 * KIB, 128, 1, 9e9);
    synthetic_bandwidth(document, "read__neon", "read", 512 * KIB, 128, 4, 4e9);
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    assert_int_equal(cb_levels_best_rate(&levels, "read", 2, CB_FORM_BEST)->threads, 1);
    assert_int_equal(cb_levels_threads(&levels, threads, 4), 2);
    assert_int_equal(threads[1], 4);
    assert_non_null(cb_levels_rate(&levels, "read", 1, 1, CB_FORM_BEST));
    assert_null(cb_levels_rate(&levels, "read", 1, 4, CB_FORM_BEST));
    assert_int_equal(cb_levels_rate(&levels, "read", 2, 4, CB_FORM_BEST)->blocks, 2);
    cb_levels_free(&levels);
    json_decref(document);
}

static void nothing_usable(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    json_t *document = synthetic_document("test");
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    assert_int_equal(levels.level_count, 1);
    assert_int_equal(levels.rate_count, 0);
    cb_levels_free(&levels);

    synthetic_latency(document, 4096, 1e-9);
    synthetic_bandwidth(document, "read__neon", "read", 4096, 128, 1, 0);
    json_t *skipped = synthetic_row("membw", "read__sve", "bytes", "sve", 1, NULL);
    cb_row_set_status(skipped, "skipped", "no SVE");
    synthetic_add(document, skipped);
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    assert_int_equal(levels.level_count, 1);
    assert_int_equal(levels.rate_count, 0);
    cb_levels_free(&levels);
    json_decref(document);
}

static void emulated_is_refused(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    json_t *document = synthetic_document("test");
    json_object_set_new(json_object_get(json_object_get(document, "context"), "environment"),
                        "emulated", json_true());
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_UNSUPPORTED);
    json_decref(document);
}

static void edges_of_odd_curves(void **state)
{
    (void)state;
    cb_edge edges[4];
    size_t count = 9;
    cb_edge_point flat[40];
    for (int i = 0; i < 40; i++)
        flat[i] = (cb_edge_point){1024 * exp2(i / 4.0), 1e-9};
    assert_int_equal(cb_edges_find(NULL, 0, 4, edges, &count), CB_OK);
    assert_int_equal(count, 0);
    assert_int_equal(cb_edges_find(flat, 40, 4, edges, &count), CB_OK);
    assert_int_equal(count, 0);
    flat[20].time_s = 5e-9; /* one disturbed point is no edge */
    flat[30].time_s = 0;    /* not measured */
    flat[31].time_s = NAN;
    flat[32].block_bytes = -1;
    assert_int_equal(cb_edges_find(flat, 40, 4, edges, &count), CB_OK);
    assert_int_equal(count, 0);
    assert_int_equal(cb_edges_find(flat, 3, 4, edges, &count), CB_OK);
    assert_int_equal(count, 0);
    /* Few points on the step: half height between the plateaus. */
    const cb_edge_point few[] = {{1024, 1},  {2048, 1},   {4096, 1},   {8192, 1},  {16384, 1},
                                 {65536, 4}, {131072, 4}, {262144, 4}, {524288, 4}};
    assert_int_equal(cb_edges_find(few, 9, 4, edges, &count), CB_OK);
    assert_int_equal(count, 1);
    assert_true(edges[0].bytes > 16384 && edges[0].bytes < 65536);
}

static void miss_shares_are_shares(void **state)
{
    (void)state;
    for (size_t s = 0; s < cb_miss_shape_count; s++) {
        double before = 0;
        for (double ratio = 0.05; ratio < 8; ratio *= 1.05) {
            double share = cb_miss_share(&cb_miss_shapes[s], ratio);
            assert_true(share >= before - 1e-9 && share <= 1);
            before = share;
        }
        assert_true(cb_miss_share(&cb_miss_shapes[s], 0.25) < 0.05);
        assert_true(before > 0.95);
    }
}

static const cb_miss_shape *shape_named(const char *name)
{
    const cb_miss_shape *found = NULL;
    for (size_t s = 0; s < cb_miss_shape_count && !found; s++)
        if (strcmp(cb_miss_shapes[s].name, name) == 0)
            found = &cb_miss_shapes[s];
    return found;
}

/* A cache with two bits of age a line keeps more of a cycle that is too long than LRU, which loses
 * all of it, and less than chance. */
static void ages_lie_between_lru_and_chance(void **state)
{
    (void)state;
    for (double ratio = 0.7; ratio < 2; ratio += 0.1) {
        double aged = cb_miss_share(shape_named("coloured quad-age"), ratio);
        assert_true(aged < cb_miss_share(shape_named("coloured lru"), ratio));
        assert_true(aged > cb_miss_share(shape_named("coloured random"), ratio));
    }
}

static void tabled_shares_are_the_shares(void **state)
{
    (void)state;
    for (size_t s = 0; s < cb_miss_shape_count; s++) {
        for (int i = -128; i <= 128; i++) /* where the table has its values */
            assert_true(fabs(cb_miss_share_at(s, i / 32.0) -
                             cb_miss_share(&cb_miss_shapes[s], exp2(i / 32.0))) < 1e-12);
        assert_true(cb_miss_share_at(s, -20) < 1e-3 && cb_miss_share_at(s, 20) > 0.999);
    }
}

/* Two passes over the ladder are two curves of one cache: what a neighbour took from one of them
 * does not count. */
static void a_disturbed_pass_is_left_out(void **state)
{
    (void)state;
    cb_levels levels;
    cb_error err;
    json_t *document = synthetic_document("test");
    synthetic_machine small = machines[0];
    small.level[1].bytes /= 2;
    synthetic_sweep(document, &machines[0], 64 * MIB, 1);
    json_t *disturbed = synthetic_document("test");
    synthetic_sweep(disturbed, &small, 8 * MIB, 2);
    for (size_t i = 0; i < cb_results_count(disturbed); i++) {
        json_t *row = json_deep_copy(cb_results_row(disturbed, i));
        json_object_set_new(json_object_get(row, "params"), "pass", json_integer(1));
        if (cb_row_is(row, "params.pattern", "latency"))
            synthetic_add(document, row);
        else
            json_decref(row);
    }
    assert_int_equal(cb_levels_find(document, NULL, &err, &levels), CB_OK);
    assert_true(fabs(levels.level[1].measured_bytes / (2 * MIB) - 1) < 0.2);
    cb_levels_free(&levels);
    json_decref(document);
    json_decref(disturbed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_with_huge_pages),
        cmocka_unit_test(edges_with_base_pages),
        cmocka_unit_test(tlb_is_no_cache),
        cmocka_unit_test(stated_sizes_are_checked),
        cmocka_unit_test(plateau_names_best_kernel),
        cmocka_unit_test(best_thread_count_is_named),
        cmocka_unit_test(nothing_usable),
        cmocka_unit_test(emulated_is_refused),
        cmocka_unit_test(edges_of_odd_curves),
        cmocka_unit_test(miss_shares_are_shares),
        cmocka_unit_test(ages_lie_between_lru_and_chance),
        cmocka_unit_test(tabled_shares_are_the_shares),
        cmocka_unit_test(a_disturbed_pass_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
