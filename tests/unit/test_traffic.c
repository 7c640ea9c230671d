/* The closed forms of models/traffic against an exact simulation of the same loops, and the figures
 * that can be counted by hand. */
#include "models/traffic.h"
#include "tests/unit/cache_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static double simulated_next(unsigned *state, unsigned n)
{
    *state = *state * 1103515245u + 12345u;
    return (double)((*state >> 8) % n);
}

/* Loops as the driver plans them, small: a panel pair in the L1, the inner block in the L2. */
static cb_gemm_loops planned(double mr, double nr, double mc, double kc, double nc, bool b_outer)
{
    return (cb_gemm_loops){.m = 192,
                           .n = 192,
                           .k = 192,
                           .mr = mr,
                           .nr = nr,
                           .mc = mc,
                           .kc = kc,
                           .nc = nc,
                           .b_outer = b_outer,
                           .pack_a = true,
                           .pack_b = true,
                           .a_bytes = 4,
                           .b_bytes = 4,
                           .c_bytes = 4};
}

static const cb_traffic_cache small[] = {{8192, 64}, {32768, 64}, {131072, 64}};

typedef struct {
    double error; /* of the bytes across one boundary, relative */
    double model, simulated;
} comparison;

static double both_ways(const cb_traffic *t, size_t i)
{
    return t->boundary[i].in + t->boundary[i].out;
}

/* Traffic below 2 % of the operands is held against that much. */
static void compare(const cb_gemm_loops *g, const cb_traffic_cache *caches, comparison *of)
{
    double in[3], out[3], least = 0.02 * (g->m * g->k + g->k * g->n + g->m * g->n) * 4;
    cb_traffic t;
    simulated_traffic(g, caches, 3, g->cold ? 1 : 3, in, out);
    cb_traffic_gemm(g, caches, 3, &t);
    for (size_t i = 0; i < 3; i++) {
        of[i].model = both_ways(&t, i);
        of[i].simulated = in[i] + out[i];
        of[i].error = fabs(of[i].model - of[i].simulated) / fmax(of[i].simulated, least);
    }
}

static void hold_within(const cb_gemm_loops *g, const char *what, double tolerance)
{
    comparison of[3];
    compare(g, small, of);
    for (size_t i = 0; i < 3; i++)
        if (of[i].error > tolerance)
            fail_msg("%s, boundary %zu: model %.0f, simulated %.0f bytes", what, i, of[i].model,
                     of[i].simulated);
}

static void hold(const cb_gemm_loops *g, const char *what)
{
    hold_within(g, what, 0.05);
}

static void planned_loops_are_within_five_percent(void **state)
{
    (void)state;
    cb_gemm_loops g = planned(8, 12, 48, 64, 96, true);
    /* 5.3 % at the last boundary: lines that the L2 uses grow old in the L3, leave it, and go to
     * memory when the L2 hands them back. docs/MODELS.md tells. */
    hold_within(&g, "8x12 jpi", 0.06);
    g = planned(8, 12, 96, 64, 48, false);
    hold_within(&g, "8x12 ipj", 0.06);
    g = planned(12, 16, 48, 64, 192, true);
    hold(&g, "12x16 jpi, one block of B");
    g = planned(8, 16, 96, 48, 64, true);
    hold_within(&g, "8x16 jpi", 0.06); /* panels' lines are used anew when the L1 hands them back */
    g = planned(4, 32, 32, 32, 64, true);
    hold(&g, "4x32 jpi");
    g = planned(16, 16, 64, 32, 64, false);
    hold(&g, "16x16 ipj");
}

static void operands_read_where_they_lie_too(void **state)
{
    (void)state;
    cb_gemm_loops g = planned(8, 16, 48, 64, 96, true);
    g.pack_a = false;
    hold(&g, "A direct");
    g = planned(8, 16, 48, 48, 64, true);
    g.pack_b = false;
    hold(&g, "B direct");
    g = planned(8, 16, 96, 64, 48, false);
    g.pack_a = g.pack_b = false;
    hold(&g, "neither packed");
}

/* A working set may lie at a cache's very size, where a few lines decide. There the simulation must
 * lie between what the model says for a cache 15 % smaller and one 15 % larger. */
static bool is_between(const cb_gemm_loops *g, const cb_traffic_cache *caches, size_t i,
                       double simulated)
{
    double low = INFINITY, high = 0, least = 0.001 * (g->m * g->k + g->k * g->n + g->m * g->n) * 4;
    for (int s = -1; s <= 1; s++) {
        cb_traffic_cache scaled[3];
        cb_traffic t;
        for (int k = 0; k < 3; k++)
            scaled[k] = (cb_traffic_cache){caches[k].bytes * (1 + 0.15 * s), caches[k].line};
        cb_traffic_gemm(g, scaled, 3, &t);
        low = fmin(low, both_ways(&t, i));
        high = fmax(high, both_ways(&t, i));
    }
    return simulated >= low * 0.95 - least && simulated <= high * 1.05 + least;
}

static cb_gemm_loops random_loops(unsigned *seed)
{
    static const double widths[] = {4, 8, 12, 16, 14, 32};
    cb_gemm_loops g = {.a_bytes = 4, .b_bytes = 4, .c_bytes = 4};
    g.mr = widths[(size_t)simulated_next(seed, 5)];
    g.nr = widths[(size_t)simulated_next(seed, 6)];
    g.mc = g.mr * (1 + simulated_next(seed, 6));
    g.nc = g.nr * (1 + simulated_next(seed, 6));
    g.kc = 16 * (1 + simulated_next(seed, 5));
    g.m = g.mc * (1 + simulated_next(seed, 3));
    g.n = g.nc * (1 + simulated_next(seed, 3));
    g.k = g.kc * (1 + simulated_next(seed, 3));
    g.b_outer = simulated_next(seed, 2) > 0;
    g.pack_a = simulated_next(seed, 4) > 0;
    g.pack_b = simulated_next(seed, 4) > 0;
    return g;
}

static void random_loops_are_mostly_so(void **state)
{
    (void)state;
    unsigned seed = 7;
    size_t near = 0, between = 0, all = 0;
    for (int trial = 0; trial < 120; trial++) {
        cb_gemm_loops g = random_loops(&seed);
        comparison of[3];
        const cb_traffic_cache caches[] = {{1024 * (2 + simulated_next(&seed, 6)), 64},
                                           {1024 * (8 + simulated_next(&seed, 24)), 64},
                                           {1024 * (64 + simulated_next(&seed, 200)), 64}};
        compare(&g, caches, of);
        for (size_t i = 0; i < 3; i++, all++) {
            near += of[i].error <= 0.05;
            between += is_between(&g, caches, i, of[i].simulated);
        }
    }
    if (near * 100 < all * 78 || between * 100 < all * 88)
        fail_msg("of %zu boundaries %zu are within 5 %%, %zu between", all, near, between);
}

/* 2 x 2 tiles of 8 x 8 on k = 4: every number can be counted. */
static void work_is_counted(void **state)
{
    (void)state;
    cb_traffic t;
    cb_gemm_loops g = {.m = 16,
                       .n = 16,
                       .k = 4,
                       .mr = 8,
                       .nr = 8,
                       .mc = 16,
                       .kc = 4,
                       .nc = 16,
                       .b_outer = true,
                       .pack_a = true,
                       .a_bytes = 4,
                       .b_bytes = 4,
                       .c_bytes = 4,
                       .vector_bytes = 16,
                       .cold = true};
    cb_traffic_gemm(&g, small, 1, &t);
    assert_true(t.ops == 2048 && t.macs == 1024 && t.tiles == 4);
    assert_true(t.fma_instructions == 256);
    assert_true(t.load_bytes == 4 * (4 * 8 + 4 * 8) * 4); /* C is written and not read */
    assert_true(t.load_instructions == t.load_bytes / 16);
    assert_true(t.store_bytes == 16 * 16 * 4);
    assert_true(t.pack_bytes == 16 * 4 * 4);
    assert_true(t.boundary[0].a == 16 * 4 * 4 && t.boundary[0].b == 16 * 4 * 4);
    assert_true(t.boundary[0].c == 16 * 16 * 4);
    g.reads_c = g.broadcasts_a = true;
    cb_traffic_gemm(&g, small, 1, &t);
    assert_true(t.load_bytes == 4 * (4 * 8 + 4 * 8) * 4 + 1024);
    assert_true(t.load_instructions == 4 * 4 * 8 + 4 * 4 * 2 + 64);
}

static void empty_products_move_nothing(void **state)
{
    (void)state;
    cb_traffic t;
    cb_gemm_loops g = planned(8, 12, 48, 64, 96, true);
    g.k = 0;
    cb_traffic_gemm(&g, small, 3, &t);
    assert_true(t.ops == 0 && t.boundary[0].in == 0);
    assert_true(isinf(cb_traffic_intensity(&t, 0)));
}

static void larger_caches_never_move_more(void **state)
{
    (void)state;
    unsigned seed = 3;
    for (int trial = 0; trial < 2000; trial++) {
        cb_gemm_loops g = random_loops(&seed);
        cb_traffic few, more;
        const cb_traffic_cache a = {2048 * (1 + simulated_next(&seed, 40)), 64};
        const cb_traffic_cache b = {a.bytes * 2, 64};
        cb_traffic_gemm(&g, &a, 1, &few);
        cb_traffic_gemm(&g, &b, 1, &more);
        assert_true(both_ways(&more, 0) <= both_ways(&few, 0) * (1 + 1e-9));
    }
}

static void rows_say_their_loops(void **state)
{
    (void)state;
    cb_gemm_loops g;
    json_t *row = json_pack(
        "{s:s, s:s, s:{s:i,s:i,s:i}, s:{s:i,s:i,s:i}, s:{s:i,s:i,s:i,s:s,s:i,s:i}, s:{s:b,s:b}}",
        "dtype", "f32", "isa", "neon", "params", "m", 100, "n", 200, "k", 300, "tile", "mr", 8,
        "nr", 12, "kr", 1, "blocking", "mc", 96, "kc", 256, "nc", 1020, "order", "ipj", "threads_m",
        2, "threads_n", 1, "packing", "a", 1, "b", 0);
    assert_true(cb_traffic_loops(row, &g));
    assert_true(g.m == 100 && g.n == 200 && g.k == 300 && g.mr == 8 && g.nr == 12);
    assert_true(g.mc == 96 && g.kc == 256 && g.nc == 1020 && !g.b_outer);
    assert_true(g.pack_a && !g.pack_b && g.threads_m == 2 && g.a_bytes == 4);
    assert_true(g.vector_bytes == 16 && !g.broadcasts_a);
    json_object_del(row, "tile");
    assert_false(cb_traffic_loops(row, &g));
    json_decref(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planned_loops_are_within_five_percent),
        cmocka_unit_test(operands_read_where_they_lie_too),
        cmocka_unit_test(random_loops_are_mostly_so),
        cmocka_unit_test(work_is_counted),
        cmocka_unit_test(empty_products_move_nothing),
        cmocka_unit_test(larger_caches_never_move_more),
        cmocka_unit_test(rows_say_their_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
