/* Several low-bit numbers in a lane, bit planes, and how often cores meet in a table. */
#include "models/accel/estimate.h"
#include "models/accel/packing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static cb_accel_platform platform(void)
{
    cb_accel_platform p = {.name = "test",
                           .split = CB_SPLIT_EVEN,
                           .cores = 1,
                           .l1_bytes = 1 << 20,
                           .l1_banks = 16,
                           .stack_cores = 1,
                           .l2_bytes = 1 << 22,
                           .simd_bits = 32,
                           .lane_bits = 32,
                           .l2_l1 = {8, 0},
                           .l3_l2 = {1, 0}};
    for (int t = 0; t < CB_ACCEL_TERMS; t++)
        p.cycles.of[t] = p.start.of[t] = 1;
    return p;
}

static cb_accel_layer layer(int in_bits, int weight_bits, int64_t k)
{
    return (cb_accel_layer){.name = "conv",
                            .kind = CB_ACCEL_CONV,
                            .implementation = CB_ACCEL_SLBC,
                            .cin = 16,
                            .h = 12,
                            .w = 12,
                            .cout = 8,
                            .ho = 12,
                            .wo = 12,
                            .kh = k,
                            .kw = k,
                            .sh = 1,
                            .sw = 1,
                            .top = k / 2,
                            .left = k / 2,
                            .bottom = k / 2,
                            .right = k / 2,
                            .groups = 1,
                            .in_bits = in_bits,
                            .weight_bits = weight_bits,
                            .out_bits = in_bits,
                            .acc_bits = 32};
}

/* The largest sum of so many products has to fit its field, and one bit less would not do. */
static void a_field_holds_its_largest_sum(void **state)
{
    (void)state;
    for (int s = 1; s <= 8; s++)
        for (int k = 1; k <= 8; k++)
            for (int64_t n = 1; n <= 300; n++) {
                int bits = cb_accel_field_bits(s, k, n);
                int64_t largest = n * ((1 << s) - 1) * ((1 << k) - 1);
                assert_true(largest < (int64_t)1 << bits);
                assert_true(n == 1 || n > (int64_t)1 << (bits - 1 - s - k));
            }
}

/* Packs numbers as the packing says, multiplies lanes, and finds the sums in their fields. */
static void check_lane(const cb_accel_packing *k, int in_bits, int weight_bits)
{
    uint64_t a = 0, b = 0, mask = ((uint64_t)1 << k->field_bits) - 1;
    uint64_t x = ((uint64_t)1 << in_bits) - 1, w = ((uint64_t)1 << weight_bits) - 1;
    for (int i = 0; i < k->ns; i++)
        a |= x << (i * k->field_bits);
    for (int i = 0; i < k->nk; i++)
        b |= w << (i * k->field_bits);
    uint64_t product = a * b * (uint64_t)k->rounds;
    uint64_t lane = k->lane_bits == 64 ? product : product & (((uint64_t)1 << k->lane_bits) - 1);
    int least = k->ns < k->nk ? k->ns : k->nk;
    int middle = k->sums == 1 ? k->ns - 1 : least - 1; /* of all products that meet there */
    assert_true((int64_t)(lane >> (middle * k->field_bits) & mask) ==
                (int64_t)(x * w) * least * k->rounds);
}

static void the_chosen_packing_computes(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    for (p.lane_bits = 16; p.lane_bits <= 32; p.lane_bits *= 2)
        for (int s = 1; s <= 8; s++)
            for (int w = 1; w <= 8; w++)
                for (int64_t window = 1; window <= 5; window += 2) {
                    cb_accel_layer l = layer(s, w, window);
                    cb_accel_packing k = cb_accel_pack(&p, &l);
                    assert_true(k.products >= 1 && k.lanes * k.lane_bits == 32);
                    check_lane(&k, s, w);
                }
}

/* Fewer bits never cost more, and below four they pay: that is what packing is for. */
static void fewer_bits_are_cheaper(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    double last = 0, of[9];
    for (int bits = 1; bits <= 8; bits++) {
        cb_accel_layer l = layer(bits, bits, 3);
        cb_accel_terms terms = {{0}};
        cb_accel_packed_work(&p, &l, 12, 12, 8, terms.of);
        of[bits] = cb_accel_dot(&terms, &p.cycles);
        assert_true(of[bits] >= last * (1 - 1e-12));
        last = of[bits];
    }
    assert_true(of[2] < 0.5 * of[8]);
}

static void bit_serial_takes_all_pairs_of_planes(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    cb_accel_layer l = layer(4, 2, 3);
    cb_accel_terms terms = {{0}};
    cb_accel_bit_serial_work(&p, &l, 144, 8, terms.of);
    /* 16 x 9 products are 5 words of 32 bits, for 4 x 2 pairs of planes */
    assert_true(fabs(terms.of[CB_TERM_BIT_WORD] - 144.0 * 8 * 4 * 2 * 5) < 0.5);
    assert_true(fabs(terms.of[CB_TERM_BIT_PACK] - 144.0 * 16 * 9 * 4) < 0.5);
    assert_true(fabs(terms.of[CB_TERM_BIT_OUTPUT] - 144.0 * 8) < 0.5);
}

/* Kernels that a platform lacks are refused by name; with them, layers get bounds. */
static void estimates_know_both(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    cb_accel_layer l = layer(4, 2, 3);
    cb_accel_plan plan;
    cb_accel_time time;
    cb_error err;
    for (int i = 0; i < 2; i++) {
        l.implementation = i ? CB_ACCEL_SLBC : CB_ACCEL_BIT_SERIAL;
        int term = i ? CB_TERM_SLBC_MULTIPLY : CB_TERM_BIT_WORD;
        assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
        assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &time), CB_OK);
        assert_true(time.cycles > 0 && time.bound_cycles >= time.cycles);
        p.cycles.of[term] = -1;
        assert_int_equal(cb_accel_time_layer(&p, &l, &plan, &err, &time), CB_UNSUPPORTED);
        assert_non_null(strstr(err.text, cb_accel_term_name(term)));
    }
}

/* The fewer activations there are, the more often two cores hold the same; the traces' tables of
 * 4 by 4 bits are the measure. Other tables have a bound of their own: a cycle for each other core.
 */
static void small_tables_are_crowded(void **state)
{
    (void)state;
    cb_accel_platform p = platform();
    cb_accel_layer l = layer(4, 4, 1);
    cb_accel_plan plan;
    cb_accel_time traced, other;
    p.cores = 4;
    assert_true(fabs(cb_accel_crowding(&p, &l) - 1) < 1e-12);
    l.in_bits = l.out_bits = 2;
    assert_true(cb_accel_crowding(&p, &l) > 1.2);
    p.l1_banks = 2;
    assert_true(cb_accel_crowding(&p, &l) > 1.8);

    p = platform();
    p.cores = 4;
    p.cycles.of[CB_TERM_LUT_CONFLICT] = 0.3;
    l = layer(4, 4, 1);
    l.implementation = CB_ACCEL_LUT;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &traced), CB_OK);
    l.weight_bits = 2;
    assert_int_equal(cb_accel_plan_layer(&p, &l, CB_TILER_DORY, NULL, &plan), CB_OK);
    assert_int_equal(cb_accel_time_layer(&p, &l, &plan, NULL, &other), CB_OK);
    assert_true(other.cycles <= traced.cycles); /* as many look-ups, fewer bytes */
    assert_true(other.bound_cycles / other.cycles > traced.bound_cycles / traced.cycles + 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_holds_its_largest_sum),
        cmocka_unit_test(the_chosen_packing_computes),
        cmocka_unit_test(fewer_bits_are_cheaper),
        cmocka_unit_test(bit_serial_takes_all_pairs_of_planes),
        cmocka_unit_test(estimates_know_both),
        cmocka_unit_test(small_tables_are_crowded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
