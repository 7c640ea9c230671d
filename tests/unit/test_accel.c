/* The accelerator model: how work is split, tiled, counted, fitted and bounded. */
#include "accel_layers.h"

static int64_t pixels_of(cb_accel_share share)
{
    return share.rows * (2 * share.pairs + share.lone);
}

static void every_pixel_belongs_to_one_core(void **state)
{
    (void)state;
    for (int cores = 1; cores <= 16; cores *= 2)
        for (int64_t h = 1; h <= 20; h++)
            for (int64_t w = 1; w <= 9; w++) {
                int64_t sum = 0, even = 0;
                for (int c = 0; c < cores; c++) {
                    sum += pixels_of(cb_accel_share_of(CB_SPLIT_PULP_NN, h, w, cores, c));
                    even += pixels_of(cb_accel_share_of(CB_SPLIT_EVEN, h, w, cores, c));
                }
                assert_int_equal(sum, h * w);
                assert_int_equal(even, h * w);
            }
}

/* One core takes a pair; four take a lone pixel each, and eight leave four idle. */
static void a_2x2_map_has_four_units_of_work(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(8);
    cb_accel_layer l = conv(384, 384, 2, 8, 8);
    cb_accel_tile tile = {28, 2, 2, 2, 2};
    assert_int_equal(cb_accel_busy(&p, &l, &tile), 4);
    p.cores = 4;
    assert_int_equal(cb_accel_busy(&p, &l, &tile), 4);
    assert_int_equal(cb_accel_share_of(CB_SPLIT_PULP_NN, 2, 2, 2, 0).pairs, 1);
    assert_int_equal(cb_accel_share_of(CB_SPLIT_PULP_NN, 2, 2, 4, 0).lone, 1);
}

/* Tile bytes of ALADIN's Case 1 and 2, layers 14, 16, 18 and 22 (512 kB of L2). */
static void tiles_are_those_of_the_traces(void **state)
{
    (void)state;
    static const struct {
        int64_t cin, cout, size;
        int bits;
        bool table;
        double l1_bytes, l2_bytes;
    } rows[] = {{192, 192, 4, 8, false, 15408, 43776},  {192, 384, 2, 8, false, 15168, 77568},
                {384, 384, 2, 8, false, 12512, 152064}, {384, 768, 2, 8, false, 12512, 302592},
                {192, 384, 2, 4, false, 15480, 39552},  {384, 384, 2, 4, true, 20840, 76800},
                {384, 768, 2, 4, true, 20048, 152832}};
    cb_accel_platform p = platform_of(4);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cb_accel_layer l =
            conv(rows[i].cin, rows[i].cout, rows[i].size, rows[i].bits, rows[i].bits);
        cb_accel_plan plan;
        l.implementation = rows[i].table ? CB_ACCEL_LUT : CB_ACCEL_IM2COL;
        assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
        assert_near(plan.l1_bytes, rows[i].l1_bytes, 0);
        assert_near(plan.l2_bytes, rows[i].l2_bytes, 0);
    }
}

static void a_small_l2_splits_weights_not_the_answer(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(4);
    cb_accel_layer l = conv(384, 768, 2, 8, 8);
    cb_accel_plan plan;
    p.l2_bytes = 256000;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
    assert_int_equal(plan.parts * plan.l2_channels, 768);
    assert_int_equal(plan.l2_channels, 64);
}

static void what_fits_nowhere_is_named(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(4);
    cb_accel_layer l = conv(4096, 8, 64, 8, 8);
    cb_accel_plan plan;
    cb_error err;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, &err, &plan), CB_UNSUPPORTED);
    assert_non_null(strstr(err.text, "conv: nothing of this layer fits"));
}

/* All tiles of a layer cover its outputs once, whatever their size. */
static void tiles_cover_a_layer(void **state)
{
    (void)state;
    cb_accel_layer l = conv(16, 29, 7, 8, 8);
    for (int64_t n = 1; n <= 29; n++)
        for (int64_t h = 1; h <= 7; h++) {
            cb_accel_tile tile = {n, h, 3, h, 3};
            cb_accel_tile_kind kinds[CB_TILE_KINDS];
            int64_t sum = 0;
            int count = cb_accel_tile_kinds(&l, &tile, kinds);
            for (int i = 0; i < count; i++)
                sum += kinds[i].times * kinds[i].tile.n * kinds[i].tile.h * kinds[i].tile.w;
            assert_int_equal(sum, 29 * 7 * 7);
        }
}

static void the_fastest_tiling_is_never_slower(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(4);
    for (int64_t size = 2; size <= 16; size *= 2) {
        cb_accel_layer l = conv(192, 96, size, 8, 8);
        cb_accel_plan dory, fastest;
        cb_accel_time of_dory, of_fastest;
        assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &dory), CB_OK);
        assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_FASTEST, NULL, &fastest), CB_OK);
        assert_int_equal(cb_accel_time_layer(&p, &l, &dory, NULL, &of_dory), CB_OK);
        assert_int_equal(cb_accel_time_layer(&p, &l, &fastest, NULL, &of_fastest), CB_OK);
        assert_true(of_fastest.cycles <= of_dory.cycles);
        assert_true(fastest.looked_at >= (uint64_t)(96 * size * size));
    }
}

/* MACs of a depthwise layer do not count channels twice; a table takes MACs for look-ups. */
static void decorations_follow_the_equations(void **state)
{
    (void)state;
    cb_accel_layer l = depthwise(24, 16, 4);
    cb_accel_decoration d = cb_accel_decorate(&l, 8);
    assert_near(d.macs, 24 * 16 * 16 * 9, 0);
    assert_near(d.bops, d.macs * (1 + 32 + 4 + 4), 0);
    assert_near(d.im2col_bits, 16 * 16 * 24 * 9 * 4, 0);
    assert_near(d.parameter_bits, 24 * 9 * 4 + 24 * 32, 0);
    assert_near(d.quant_bits, 32, 0);
    l.implementation = CB_ACCEL_LUT;
    l.quant = CB_ACCEL_THRESHOLDS;
    l.channel_wise = true;
    d = cb_accel_decorate(&l, 8);
    assert_near(d.macs, 0, 0);
    assert_near(d.look_ups, 24 * 16 * 16 * 9, 0);
    assert_near(d.table_bits, 256 * 32, 0);
    assert_near(d.quant_bits, 15 * 32 * 24, 0);
    assert_near(d.quant_bops, 24 * 16 * 16 * 4 * 32, 0);
}

/* Rows that a known platform would take, from many layers on two and four cores. */
static size_t made_up_rows(const cb_accel_platform *truth, cb_accel_observation *rows)
{
    size_t count = 0;
    for (int cores = 2; cores <= 4; cores *= 2)
        for (int64_t size = 2; size <= 16; size *= 2)
            for (int64_t channels = 24; channels <= 192; channels *= 2)
                for (int64_t out = 1; out <= 3; out++) {
                    cb_accel_platform p = *truth;
                    cb_accel_plan plan;
                    cb_accel_time time;
                    cb_accel_layer l = conv(channels, out * channels, size, 8, 8);
                    p.cores = cores;
                    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan),
                                     CB_OK);
                    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &time), CB_OK);
                    rows[count++] = (cb_accel_observation){
                        time.counts, time.cycles, time.stall_cycles, CB_FAMILY_CONV, 0, cores};
                }
    return count;
}

static void a_fit_finds_the_cycles_again(void **state)
{
    (void)state;
    static cb_accel_observation rows[256];
    static double errors[256 * CB_FIT_ROUNDS];
    cb_accel_platform truth = platform_of(4), start = platform_of(4);
    cb_accel_terms found;
    const int terms[] = {CB_TERM_LAYER_START, CB_TERM_CONV8_STEP, CB_TERM_CONV8_OUTPUT,
                         CB_TERM_CONV8_LONE_STEP};
    const double cycles[] = {2000, 14.5, 40, 4.1}, starts[] = {1500, 14, 30, 4};
    for (size_t i = 0; i < 4; i++) {
        truth.cycles.of[terms[i]] = cycles[i];
        start.start.of[terms[i]] = starts[i];
    }
    start.start.of[CB_TERM_LUT_LOOK] = 15;
    size_t count = made_up_rows(&truth, rows);
    assert_int_equal(cb_accel_fit(&start, rows, count, NULL, &found), CB_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(found.of[terms[i]] / cycles[i] - 1) < 0.02);
    assert_near(found.of[CB_TERM_LUT_LOOK], 15, 1e-9); /* no row tells */
    for (size_t i = 0; i < count; i++)
        assert_true(fabs(cb_accel_error_of(&rows[i], &found)) < 0.005);

    assert_int_equal(cb_accel_cross_validate(&start, rows, count, NULL, errors), CB_OK);
    cb_accel_calibrated(rows, count, errors, &found, &start);
    assert_true(start.guard[CB_FAMILY_CONV] > 0.015 && start.guard[CB_FAMILY_CONV] < 0.03);
    assert_int_equal(start.calibrated_cores, 4);
    assert_int_equal(start.rows[CB_TERM_LUT_LOOK], 0);
}

static void no_cycles_are_negative(void **state)
{
    (void)state;
    static cb_accel_observation rows[256];
    cb_accel_platform p = platform_of(4);
    cb_accel_terms found;
    size_t count = made_up_rows(&p, rows);
    for (size_t i = 0; i < count; i++) /* times that fall as outputs grow */
        rows[i].cycles = 1e6 / (1 + rows[i].counts.of[CB_TERM_CONV8_OUTPUT]);
    assert_int_equal(cb_accel_fit(&p, rows, count, NULL, &found), CB_OK);
    for (int t = 0; t < CB_ACCEL_TERMS; t++)
        assert_true(found.of[t] >= 0);
}

/* What was only counted is bounded with more care; a missing kernel is named. */
static void bounds_know_what_was_measured(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(4);
    cb_accel_layer l = conv(24, 24, 8, 8, 8);
    cb_accel_plan plan;
    cb_accel_time measured, counted;
    cb_error err;
    p.guard[CB_FAMILY_CONV] = 0.05;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &measured), CB_OK);
    assert_near(measured.bound_cycles, 1.05 * measured.cycles, 1e-6);
    p.rows[CB_TERM_CONV8_STEP] = 0;
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &counted), CB_OK);
    assert_true(counted.bound_cycles > 1.2 * counted.cycles);
    p.cycles.of[CB_TERM_CONV8_STEP] = -1;
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, &err, &counted), CB_UNSUPPORTED);
    assert_non_null(strstr(err.text, "no 'conv8.step'"));
}

/* A thin pipe between L2 and L1 makes cores wait: then the estimate is what DMA takes. */
static void slow_dma_is_waited_for(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(4);
    cb_accel_layer l = conv(384, 384, 2, 8, 8);
    cb_accel_plan plan;
    cb_accel_time wide, thin;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
    p.cycles.of[CB_TERM_CONV8_LONE_STEP] = 1;
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &wide), CB_OK);
    assert_near(wide.stall_cycles, 0, 0);
    p.l2_l1.bytes_per_cycle = 0.25;
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &thin), CB_OK);
    assert_true(thin.cycles >= 384 * 384 / 0.25);
}

/* The terms that decide, as the shipped platform has them. */
static cb_accel_platform fitted_platform(int cores, long l2_bytes)
{
    static const struct {
        int term;
        double cycles;
    } some[] = {{CB_TERM_LAYER_START, 2056},     {CB_TERM_TILE_START, 780},
                {CB_TERM_CONV8_STEP, 14.4},      {CB_TERM_CONV8_OUTPUT, 40},
                {CB_TERM_CONV8_PAIR, 167},       {CB_TERM_CONV8_LONE_STEP, 4.04},
                {CB_TERM_CONV8_LONE_OUTPUT, 32}, {CB_TERM_CONV4_STEP, 72.6},
                {CB_TERM_CONV4_OUTPUT, 45},      {CB_TERM_CONV4_PAIR, 121},
                {CB_TERM_CONV4_LONE_STEP, 17.5}, {CB_TERM_CONV4_LONE_OUTPUT, 30},
                {CB_TERM_LUT_LOOK, 15.4},        {CB_TERM_LUT_CONFLICT, 0.305},
                {CB_TERM_LUT_OUTPUT, 30},        {CB_TERM_DW_OUTPUT, 33}};
    cb_accel_platform p = platform_of(cores);
    p.l2_bytes = l2_bytes;
    p.cycles.of[CB_TERM_DMA_BYTE] = 0.03;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        p.cycles.of[some[i].term] = some[i].cycles;
    return p;
}

static double cycles_on(int cores, long l2_bytes, const cb_accel_layer *l)
{
    cb_accel_platform p = fitted_platform(cores, l2_bytes);
    cb_accel_plan plan;
    cb_accel_time time;
    assert_int_equal(cb_accel_plan_layer(&p, l, CB_TILER_DORY, NULL, &plan), CB_OK);
    assert_int_equal(cb_accel_time_layer(&p, l, &plan, NULL, &time), CB_OK);
    return time.cycles;
}

/* The layers of the traces' network with the widths of Cases 1 to 3, and cores and L2 that no trace
 * has. What no unit of work is left for neither gains nor loses but by lone pixels (4 %). */
static void further_cores_and_l2_change_what_the_structure_says(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{24, 24, 16},  {24, 48, 16},  {48, 96, 8},   {96, 96, 8},
                                        {192, 192, 4}, {192, 384, 2}, {384, 384, 2}, {384, 768, 2}};
    static const int widths[][2] = {{8, 8}, {4, 4}, {4, 2}};
    for (size_t s = 0; s < 8; s++)
        for (size_t w = 0; w < 4; w++) {
            bool table = w >= 2; /* the last two: 4 and 2 bits */
            const int *bits = widths[w < 2 ? w : w - 1];
            cb_accel_layer l = conv(shapes[s][0], shapes[s][1], shapes[s][2], bits[0], bits[1]);
            l.implementation = table ? CB_ACCEL_LUT : CB_ACCEL_IM2COL;
            double on_2 = cycles_on(2, 512000, &l), on_4 = cycles_on(4, 512000, &l);
            double on_8 = cycles_on(8, 512000, &l), on_16 = cycles_on(16, 512000, &l);
            assert_true(on_4 <= 1.06 * on_2 && on_8 <= 1.06 * on_4 && on_16 <= 1.06 * on_8);
            assert_true(on_4 >= on_2 / 2 && on_8 >= on_4 / 2 && on_16 >= on_8 / 2);
            if (shapes[s][2] == 2) /* four units of work */
                assert_true(fabs(on_8 / on_4 - 1) < 1e-9 && fabs(on_16 / on_4 - 1) < 1e-9);
            if (shapes[s][2] >= 8 && !table) /* rows go into eight cores */
                assert_true(on_8 < 0.56 * on_4);
            double small = cycles_on(8, 256000, &l), middle = cycles_on(8, 320000, &l);
            assert_true(small >= middle * (1 - 1e-9) && middle >= on_8 * (1 - 1e-9));
            assert_true(small <= 1.05 * on_8); /* weights come beside the computing */
        }
}

/* Each further core that reads a table makes every look-up slower, and all of them faster. */
static void a_table_is_shared_at_a_price(void **state)
{
    (void)state;
    cb_accel_layer l = conv(96, 96, 16, 4, 4);
    l.implementation = CB_ACCEL_LUT;
    double before = cycles_on(1, 512000, &l);
    for (int cores = 2; cores <= 8; cores *= 2) {
        double now = cycles_on(cores, 512000, &l);
        assert_true(now < before && now > before / 2);
        before = now;
    }
    cb_accel_platform p = fitted_platform(8, 512000);
    cb_accel_layer narrow = l;
    narrow.in_bits = 2;
    assert_near(cb_accel_crowding(&p, &l), 1, 1e-12);
    assert_true(cb_accel_crowding(&p, &narrow) > 1.2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_belongs_to_one_core),
        cmocka_unit_test(a_2x2_map_has_four_units_of_work),
        cmocka_unit_test(tiles_are_those_of_the_traces),
        cmocka_unit_test(a_small_l2_splits_weights_not_the_answer),
        cmocka_unit_test(what_fits_nowhere_is_named),
        cmocka_unit_test(tiles_cover_a_layer),
        cmocka_unit_test(the_fastest_tiling_is_never_slower),
        cmocka_unit_test(decorations_follow_the_equations),
        cmocka_unit_test(a_fit_finds_the_cycles_again),
        cmocka_unit_test(no_cycles_are_negative),
        cmocka_unit_test(bounds_know_what_was_measured),
        cmocka_unit_test(slow_dma_is_waited_for),
        cmocka_unit_test(further_cores_and_l2_change_what_the_structure_says),
        cmocka_unit_test(a_table_is_shared_at_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
