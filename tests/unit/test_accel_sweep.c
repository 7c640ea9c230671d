/* Sweeps: what is shared between points changes none of them. */
#include "accel_layers.h"
#include "models/accel/frontier.h"
#include "models/accel/sweep.h"
#include "models/accel/variant.h"

/* Cycles that differ, and terms that were measured, counted or neither. */
static cb_accel_platform platform(void)
{
    cb_accel_platform p = platform_of(8);
    for (int t = 0; t < CB_ACCEL_TERMS; t++) {
        p.cycles.of[t] = p.start.of[t] = 1 + t % 7;
        p.rows[t] = t % 3;
    }
    return p;
}

static cb_accel_layer layer(int64_t cin, int64_t cout, int64_t size, int bits, int64_t groups)
{
    cb_accel_layer l =
        groups > 1 ? depthwise(groups, size, bits) : conv(cin, cout, size, bits, bits);
    snprintf(l.name, sizeof l.name, "Conv_%d", (int)cout);
    snprintf(l.quantizer, sizeof l.quantizer, "Quant_%d", (int)cout);
    return l;
}

enum { LAYERS = 6 };

static void make_model(cb_accel_layer layers[LAYERS])
{
    layers[0] = layer(96, 96, 16, 8, 96);
    layers[1] = layer(96, 48, 5, 8, 1);
    layers[2] = layer(48, 96, 6, 4, 1);
    layers[3] = layer(192, 384, 2, 8, 1);
    layers[4] = layer(384, 768, 2, 8, 1);
    layers[5] = layer(384, 768, 2, 8, 1); /* the same again */
    layers[2].implementation = CB_ACCEL_LUT;
}

/* Runs --sweep texts over the model and, for one that is half tables, over a second variant. */
static size_t sweep_of(const char *const *texts, size_t count, cb_accel_tiler tiler, int threads,
                       cb_accel_sweep *s, cb_accel_axis *axes, cb_accel_point **points)
{
    static cb_accel_platform p;
    static cb_accel_layer layers[2][LAYERS];
    static cb_accel_variant variants[2];
    p = platform();
    for (size_t i = 0; i < count; i++)
        assert_int_equal(cb_accel_axis_parse(texts[i], NULL, &axes[i]), CB_OK);
    for (int v = 0; v < 2; v++) {
        make_model(layers[v]);
        variants[v] = (cb_accel_variant){{layers[v], LAYERS}, -1, NULL};
    }
    layers[1][3].implementation = CB_ACCEL_DIRECT;
    layers[1][1].weight_bits = 4;
    *s = (cb_accel_sweep){.platform = &p,
                          .axes = axes,
                          .axis_count = count,
                          .variants = variants,
                          .tiler = tiler,
                          .threads = threads};
    assert_int_equal(cb_accel_sweep_run(s, NULL, points), CB_OK);
    return cb_accel_sweep_points(s);
}

static void free_axes(cb_accel_axis *axes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cb_accel_axis_free(&axes[i]);
}

static void assert_is_estimate(const cb_accel_sweep *s, const cb_accel_point *point, size_t number)
{
    cb_accel_platform p;
    cb_accel_estimate e;
    size_t variant;
    assert_int_equal(cb_accel_sweep_at(s, number, NULL, &p, &variant), CB_OK);
    cb_status status =
        cb_accel_estimate_network(&p, &s->variants[variant].model, s->tiler, NULL, &e);
    assert_int_equal(point->possible, status == CB_OK);
    if (status != CB_OK)
        return;
    assert_true(fabs(point->cycles - e.cycles) <= 1e-9 * e.cycles);
    assert_true(fabs(point->bound_cycles - e.bound_cycles) <= 1e-9 * e.cycles);
    assert_true(fabs(point->spread_cycles - e.spread_cycles) <= 1e-9 * e.cycles);
    assert_true(fabs(point->l1_bytes - e.l1_bytes) < 0.5);
    assert_true(fabs(point->l2_bytes - e.l2_bytes) < 0.5);
    assert_true(fabs(point->clock_hz - p.clock_hz) < 0.5);
    cb_accel_estimate_free(&e);
}

/* Every point is what an estimate of that platform and network says, impossible ones too. */
static void check_points(cb_accel_tiler tiler, const char *const *texts, size_t count)
{
    cb_accel_sweep s;
    cb_accel_axis axes[CB_SWEEP_AXES];
    cb_accel_point *points;
    size_t total = sweep_of(texts, count, tiler, 2, &s, axes, &points), possible = 0;
    for (size_t i = 0; i < total; i++) {
        assert_is_estimate(&s, &points[i], i);
        possible += points[i].possible;
    }
    assert_true(possible > 0 && possible < total);
    free(points);
    free_axes(axes, count);
}

static void each_point_is_its_estimate(void **state)
{
    (void)state;
    const char *const texts[] = {"cores=1,3,4,8", "model=a,b", "l1=34000,44k,52000,64000,256k",
                                 "clock=1e8,2e8", "l2=150000,256k,700k"};
    check_points(CB_TILER_DORY, texts, 5);
}

static void so_it_is_with_the_fastest_tiles(void **state)
{
    (void)state;
    const char *const texts[] = {"l1=34000,52000,100k", "dma_l2_l1.bytes_per_cycle=0.25,8",
                                 "model=a,b", "l2=200k"};
    check_points(CB_TILER_FASTEST, texts, 4);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    const char *const texts[] = {"cores=1..16x2", "l1=40k..60k+2k", "l2=200k..500k+50k"};
    cb_accel_sweep s;
    cb_accel_axis axes[3];
    cb_accel_point *one, *four;
    size_t count = sweep_of(texts, 3, CB_TILER_DORY, 1, &s, axes, &one);
    assert_int_equal(count, 5 * 11 * 7);
    free_axes(axes, 3);
    sweep_of(texts, 3, CB_TILER_DORY, 4, &s, axes, &four);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(&one[i].cycles, &four[i].cycles, 3 * sizeof(double));
    free(one);
    free(four);
    free_axes(axes, 3);
}

/* The search for all sizes of L1 at once finds what the search for one size finds. */
static void tiles_of_all_sizes_are_those_of_each(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    cb_accel_layer layers[LAYERS];
    make_model(layers);
    p.l2_bytes = 1 << 22;
    for (int t = 0; t < CB_TILERS; t++)
        for (size_t i = 0; i < LAYERS; i++) {
            cb_accel_frontier f;
            assert_int_equal(cb_accel_frontier_find(&p, &layers[i], (cb_accel_tiler)t, NULL, &f),
                             CB_OK);
            for (p.l1_bytes = 30000; p.l1_bytes < 300000; p.l1_bytes += 27701) {
                cb_accel_plan plan;
                const cb_accel_tile *tile = cb_accel_frontier_tile(&f, cb_accel_l1_data(&p));
                cb_status status =
                    cb_accel_plan_layer(&p, &layers[i], (cb_accel_tiler)t, NULL, &plan);
                assert_int_equal(tile != NULL, status == CB_OK);
                if (tile)
                    assert_memory_equal(tile, &plan.tile, sizeof *tile);
            }
            cb_accel_frontier_free(&f);
        }
}

static void ranges_are_written_out(void **state)
{
    (void)state;
    cb_accel_axis axis;
    cb_error err;
    assert_int_equal(cb_accel_axis_parse("l2=128k..256k+64k,1M", &err, &axis), CB_OK);
    assert_int_equal(axis.count, 4);
    assert_string_equal(axis.values[1], "196608");
    assert_string_equal(axis.values[3], "1M");
    assert_int_equal(axis.kind, CB_AXIS_PLATFORM);
    assert_int_equal(axis.effect, CB_FIELD_MEMORY);
    cb_accel_axis_free(&axis);
    assert_int_equal(cb_accel_axis_parse("Conv_*.implementation=im2col,lut", &err, &axis), CB_OK);
    assert_int_equal(axis.kind, CB_AXIS_MODEL);
    cb_accel_axis_free(&axis);
    assert_int_equal(cb_accel_axis_parse("cores", &err, &axis), CB_USAGE);
    assert_int_equal(cb_accel_axis_parse("cores=", &err, &axis), CB_USAGE);
    assert_int_equal(cb_accel_axis_parse("cores=2,2", &err, &axis), CB_USAGE);
    assert_int_equal(cb_accel_axis_parse("cores=8..2", &err, &axis), CB_USAGE);
    assert_int_equal(cb_accel_axis_parse("cores=1..8x1", &err, &axis), CB_USAGE);
    assert_int_equal(cb_accel_axis_parse("cores=1..1e9", &err, &axis), CB_USAGE);
}

/* The front holds a point when nothing beats it, and of equal ones the first. */
static void the_front_is_what_nothing_beats(void **state)
{
    (void)state;
    uint32_t seed = 7;
    cb_accel_point points[300];
    size_t on_front, counted = 0;
    for (size_t i = 0; i < 300; i++) {
        uint32_t draw[3];
        for (int k = 0; k < 3; k++)
            draw[k] = (seed = 1103515245u * seed + 12345u) >> 16 & 15;
        points[i] = (cb_accel_point){.bound_cycles = draw[0],
                                     .l1_size = draw[1],
                                     .accuracy = draw[2] / 16.0,
                                     .possible = i % 10 != 0};
    }
    assert_int_equal(cb_accel_front(points, 300, NULL, &on_front), CB_OK);
    for (size_t i = 0; i < 300; i++) {
        bool beaten = !points[i].possible;
        for (size_t k = 0; k < 300; k++) {
            bool as_good = points[k].possible && points[k].bound_cycles <= points[i].bound_cycles &&
                           points[k].l1_size <= points[i].l1_size &&
                           points[k].accuracy >= points[i].accuracy;
            bool better = points[k].bound_cycles < points[i].bound_cycles ||
                          points[k].l1_size < points[i].l1_size ||
                          points[k].accuracy > points[i].accuracy;
            beaten |= as_good && (better || k < i);
        }
        assert_int_equal(points[i].front, !beaten);
        counted += points[i].front;
    }
    assert_int_equal(counted, on_front);
}

static void nodes_take_other_implementations(void **state)
{
    (void)state;
    cb_accel_layer layers[LAYERS];
    cb_accel_model model = {layers, LAYERS};
    cb_error err;
    make_model(layers);
    assert_int_equal(cb_accel_node_set("Conv_768.implementation", "LUT", true, &err, &model),
                     CB_OK);
    assert_int_equal(layers[4].implementation, CB_ACCEL_LUT);
    assert_int_equal(layers[3].implementation, CB_ACCEL_IM2COL);
    assert_null(cb_accel_model_refused(&model));
    assert_int_equal(cb_accel_node_set("Quant_48.implementation", "lut", true, &err, &model),
                     CB_OK);
    assert_non_null(cb_accel_model_refused(&model)); /* sums of 32 bits */
    assert_int_equal(cb_accel_node_set("Conv_48.accumulator_bitwidth", "16", true, &err, &model),
                     CB_OK);
    assert_null(cb_accel_model_refused(&model));
    assert_int_equal(cb_accel_node_set("Quant_48.output_bitwidth", "4", true, &err, &model), CB_OK);
    assert_int_equal(layers[1].out_bits, 4);
    assert_int_equal(layers[2].in_bits, 4);
    assert_int_equal(cb_accel_node_set("Conv_48.weight_bitwidth", "4", false, &err, &model),
                     CB_USAGE);
    assert_non_null(strstr(err.text, "network=A.onnx"));
    assert_int_equal(cb_accel_node_set("Conv_9.implementation", "lut", true, &err, &model),
                     CB_USAGE);
    assert_int_equal(cb_accel_node_set("Conv_48.implementation", "magic", true, &err, &model),
                     CB_USAGE);
    assert_int_equal(cb_accel_node_set("corse", "2", true, &err, &model), CB_USAGE);
    assert_non_null(strstr(err.text, "neither a platform's field"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_point_is_its_estimate),
        cmocka_unit_test(so_it_is_with_the_fastest_tiles),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(tiles_of_all_sizes_are_those_of_each),
        cmocka_unit_test(ranges_are_written_out),
        cmocka_unit_test(the_front_is_what_nothing_beats),
        cmocka_unit_test(nodes_take_other_implementations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
