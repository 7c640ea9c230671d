/* The simulated accelerator beside the estimate and its bound, over random platforms and layers. */
#include "accel_layers.h"

/* A generator of its own, so that every run sees the same cases. */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = (1103515245u * *seed + 12345u) & 0x7fffffffu;
    return (*seed >> 8) % below;
}

static cb_accel_platform random_platform(uint32_t *seed)
{
    static const double speeds[] = {0.125, 0.5, 1, 8, 64};
    cb_accel_platform p = platform_of(1 << draw(seed, 5));
    p.split = draw(seed, 4) ? CB_SPLIT_PULP_NN : CB_SPLIT_EVEN;
    if (p.split == CB_SPLIT_EVEN)
        p.cores = 1 + (int)draw(seed, 12);
    p.l1_bytes = 32000 + (long)draw(seed, 64000);
    p.l2_bytes = 121000 + (long)draw(seed, 400000);
    p.simd_bits = 32 << draw(seed, 3);
    p.lane_bits = 16 << draw(seed, 3);
    p.l1_banks = 1 << draw(seed, 6);
    p.l2_l1 = (cb_accel_dma){speeds[draw(seed, 5)], draw(seed, 200)};
    p.l3_l2 = (cb_accel_dma){speeds[draw(seed, 5)], draw(seed, 200)};
    for (int t = 0; t < CB_ACCEL_TERMS; t++)
        p.cycles.of[t] = draw(seed, 1000) / 50.0;
    return p;
}

/* A window, strides and channels in groups. */
static void give_window(uint32_t *seed, cb_accel_layer *l)
{
    l->kh = 1 + draw(seed, 5);
    l->kw = 1 + draw(seed, 5);
    l->sh = 1 + draw(seed, 2);
    l->sw = 1 + draw(seed, 2);
    l->top = l->bottom = l->kh / 2;
    l->left = l->right = l->kw / 2;
    l->ho = (l->h + 2 * l->top - l->kh) / l->sh + 1;
    l->wo = (l->w + 2 * l->left - l->kw) / l->sw + 1;
    if (draw(seed, 4) == 0 && l->cin % 4 == 0 && l->cout % 4 == 0)
        l->groups = 4;
}

static cb_accel_layer random_pool(uint32_t *seed)
{
    cb_accel_layer l =
        conv(4 * (1 + draw(seed, 24)), 4, 2 + 2 * draw(seed, 8), draw(seed, 2) ? 4 : 8, 8);
    l.kind = CB_ACCEL_POOL;
    l.cout = l.cin;
    l.kh = l.kw = l.sh = l.sw = 2;
    l.ho = l.h / 2;
    l.wo = l.w / 2;
    l.bias_bits = 0;
    return l;
}

static cb_accel_layer random_layer(uint32_t *seed)
{
    if (draw(seed, 10) == 0)
        return random_pool(seed);
    static const int widths[] = {2, 4, 8};
    int64_t size = 1 + draw(seed, 9), channels = 4 * (1 + draw(seed, 24));
    int bits = widths[draw(seed, 3)];
    cb_accel_layer l =
        draw(seed, 3) ? conv(channels, 4 * (1 + draw(seed, 24)), size, bits, widths[draw(seed, 3)])
                      : depthwise(channels, size, bits);
    if (l.groups == 1 && draw(seed, 4) == 0) {
        l.kind = CB_ACCEL_LINEAR;
        l.cin *= l.h * l.w;
        l.h = l.w = l.ho = l.wo = 1;
    } else if (l.groups == 1 && draw(seed, 3) == 0) {
        give_window(seed, &l);
    }
    if (draw(seed, 3) == 0 && l.in_bits < 8 && l.weight_bits < 8)
        l.implementation = CB_ACCEL_LUT;
    else if (draw(seed, 4) == 0)
        l.implementation = draw(seed, 2) ? CB_ACCEL_SLBC : CB_ACCEL_BIT_SERIAL;
    return l;
}

static long property_cases(long by_default)
{
    const char *asked = getenv("CB_PROPERTY_CASES");
    return asked ? atol(asked) : by_default;
}

/* The best of all tiles, each worked out. */
typedef struct {
    const cb_accel_platform *p;
    const cb_accel_layer *part;
    double cycles;
    cb_accel_tile tile;
} best_of_all;

static void work_out(void *context, const cb_accel_tile *tile)
{
    best_of_all *best = context;
    if (tile->in_h > best->part->h || tile->in_w > best->part->w ||
        cb_tile_buffered_bytes(best->part, tile) > cb_accel_l1_data(best->p))
        return;
    double cycles = cb_accel_part_cycles(best->p, best->part, tile);
    if (cycles < best->cycles) {
        best->cycles = cycles;
        best->tile = *tile;
    }
}

static void ruling_tiles_out_changes_no_answer(void **state)
{
    (void)state;
    long cases = property_cases(150), compared = 0;
    uint64_t ruled_out = 0;
    uint32_t seed = 7;
    for (long i = 0; i < cases; i++) {
        cb_accel_platform p = random_platform(&seed);
        cb_accel_layer l = random_layer(&seed);
        cb_accel_plan plan;
        if (cb_accel_plan_layer(&p, &l, CB_TILER_FASTEST, NULL, &plan) != CB_OK)
            continue;
        cb_accel_layer part = cb_accel_part(&l, plan.l2_channels);
        best_of_all best = {&p, &part, INFINITY, cb_tile_whole(&part)};
        if (cb_tile_at_once_bytes(&part) <= cb_accel_l1_data(&p))
            best.cycles = cb_accel_part_cycles(&p, &part, &best.tile);
        cb_tile_each(&part, work_out, &best);
        assert_memory_equal(&best.tile, &plan.tile, sizeof plan.tile);
        compared++;
        ruled_out += plan.ruled_out;
    }
    printf("%ld layers, %llu tiles ruled out\n", compared, (unsigned long long)ruled_out);
    assert_true(compared > cases / 2 && ruled_out > 0);
}

/* CB_PROPERTY_CASES tells how many; a few by default. */
static void a_simulation_never_passes_the_bound(void **state)
{
    (void)state;
    long cases = property_cases(1500), compared = 0, tiled = 0, waited = 0, parted = 0;
    uint32_t seed = 2026;
    for (long i = 0; i < cases; i++) {
        cb_accel_platform p = random_platform(&seed);
        cb_accel_layer l = random_layer(&seed);
        cb_accel_tiler tiler = draw(&seed, 8) ? CB_TILER_DORY : CB_TILER_FASTEST;
        cb_accel_plan plan;
        cb_accel_time time;
        cb_accel_simulation played;
        if (cb_accel_plan_layer(&p, &l, tiler, NULL, &plan) != CB_OK)
            continue;
        assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &time), CB_OK);
        assert_int_equal(cb_accel_simulate(&p, &l, &plan, NULL, &played), CB_OK);
        assert_true(played.cycles <= time.bound_cycles * (1 + 1e-12) + 1e-6);
        assert_true(played.cycles * p.cores + 1e-6 >= played.core_cycles);
        compared++;
        tiled += played.tiles > plan.parts;
        waited += time.stall_cycles > 0;
        parted += plan.parts > 1;
    }
    printf("%ld of %ld cases compared, %ld tiled, %ld wait for DMA, %ld parted in L2\n", compared,
           cases, tiled, waited, parted);
    assert_true(compared > cases / 2 && tiled > 0 && waited > 0);
}

/* Alone on one core and at once in L1, nothing is left to chance: the simulation is the estimate.
 */
static void one_core_and_one_tile_take_what_is_estimated(void **state)
{
    (void)state;
    cb_accel_platform p = platform_of(1);
    cb_accel_layer l = conv(24, 24, 8, 4, 4);
    cb_accel_plan plan;
    cb_accel_time time;
    cb_accel_simulation played;
    for (int table = 0; table < 2; table++) {
        l.implementation = table ? CB_ACCEL_LUT : CB_ACCEL_IM2COL;
        assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
        assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &time), CB_OK);
        assert_int_equal(cb_accel_simulate(&p, &l, &plan, NULL, &played), CB_OK);
        assert_near(played.cycles, time.cycles, 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_core_and_one_tile_take_what_is_estimated),
        cmocka_unit_test(ruling_tiles_out_changes_no_answer),
        cmocka_unit_test(a_simulation_never_passes_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
