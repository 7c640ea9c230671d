/* Quant, BipolarQuant and Trunc against a second implementation: 100 000 random nodes, all rounding
 * modes, narrow ranges, scales and zero points for each channel, ties, huge and tiny scales. Bits
 * are compared, those of zeros' signs too. */
#include "network/ops.h"
#include "network/quant.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NODES = 100000, CHANNELS = 3, PLACES = 4, ELEMENTS = CHANNELS * PLACES };

static uint64_t state_bits = 88172645463325252u;

static uint32_t random_bits(void)
{
    state_bits ^= state_bits << 13;
    state_bits ^= state_bits >> 7;
    state_bits ^= state_bits << 17;
    return (uint32_t)(state_bits >> 24);
}

static int random_below(int limit)
{
    return (int)(random_bits() % (uint32_t)limit);
}

/* ---- the second implementation: one element, from the definition in QONNX' own words ---- */

typedef enum { OF_QUANT, OF_BIPOLAR, OF_TRUNC_1, OF_TRUNC_2 } operator_kind;

typedef struct {
    operator_kind kind;
    int bits, in_bits; /* in_bits: of Trunc 1 */
    bool is_signed, narrow, scale_of_channel, zero_of_channel;
    int mode;
    float x[ELEMENTS], scale[CHANNELS], zero[CHANNELS], out_scale;
} problem;

static const char *const modes[] = {"ROUND", "CEIL",    "FLOOR",     "UP",
                                    "DOWN",  "HALF_UP", "HALF_DOWN", "half_even"};

/* Whole part towards zero, by bits: the fraction's bits of a float are cut off. */
static float cut(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 23 & 255) - 127;
    if (exponent < 0)
        bits &= 0x80000000u;
    else if (exponent < 23)
        bits &= ~(0x7fffffu >> exponent);
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float magnitude(float x)
{
    return x < 0 ? -x : x == 0 ? 0 : x;
}

/* Rounded up or down: away from the whole part when there is a fraction on that side. */
static float above(float x)
{
    float whole = cut(x);
    return x > whole ? whole + 1 : whole;
}

static float below(float x)
{
    float whole = cut(x);
    return x < whole ? whole - 1 : whole;
}

static float nearest_even(float x)
{
    float whole = cut(x), fraction = magnitude(x - whole);
    bool odd = fmodf(whole, 2) != 0;
    if (fraction > 0.5f || (fraction == 0.5f && odd))
        whole += x < 0 ? -1.0f : 1.0f;
    return copysignf(whole, x);
}

static float sign_times(float x, float y)
{
    if (x == 0)
        return 0.0f * y;
    return x < 0 ? -y : y;
}

static float rounded(int mode, float x)
{
    switch (mode) {
    case 1:
        return above(x);
    case 2:
        return below(x);
    case 3:
        return sign_times(x, above(magnitude(x)));
    case 4:
        return cut(x);
    case 5:
        return sign_times(x, below(magnitude(x) + 0.5f));
    case 6:
        return sign_times(x, above(magnitude(x) - 0.5f));
    default:
        return nearest_even(x);
    }
}

static float clipped(const problem *p, float y)
{
    double span = ldexp(1, p->bits), low = 0, high = span - 1;
    if (p->is_signed) {
        low = -span / 2 + p->narrow;
        high = span / 2 - 1;
    } else if (p->narrow) {
        high = span - 2;
    }
    if (y > (float)high)
        return (float)high;
    return y < (float)low ? (float)low : y;
}

static float expected(const problem *p, int i)
{
    int channel = i / PLACES;
    float scale = p->scale[p->scale_of_channel ? channel : 0];
    float zero = p->zero[p->zero_of_channel ? channel : 0];
    float x = p->x[i];
    if (p->kind == OF_BIPOLAR)
        return x >= 0 ? scale : -scale;
    float y = x / scale;
    y = y + zero;
    if (p->kind == OF_QUANT && p->bits == 1 && p->is_signed)
        y = y >= 0 ? 1.0f : -1.0f;
    else if (p->kind == OF_QUANT)
        y = rounded(p->mode, clipped(p, y));
    if (p->kind == OF_QUANT)
        return (y - zero) * scale;
    y = nearest_even(y);
    if (p->kind == OF_TRUNC_1) {
        y = y / ldexpf(1, p->in_bits - p->bits);
        return (rounded(p->mode, y) - zero) * scale;
    }
    float step = ldexpf(1, (int)lround(log2((double)p->out_scale / (double)scale)));
    y = rounded(p->mode, clipped(p, y / step));
    return (y - zero / step) * p->out_scale;
}

/* ---- random problems ---- */

static float random_scale(void)
{
    int exponent = random_below(8) ? random_below(12) - 9 : random_below(180) - 90;
    float fraction = random_below(2) ? 1 : 1 + (float)random_below(1000) / 1000.0f;
    return ldexpf(fraction, exponent);
}

/* On a tie, a whole number, anywhere, far outside, zero of either sign. */
static float random_x(float scale)
{
    float whole = (float)(random_below(600) - 300);
    switch (random_below(8)) {
    case 0:
    case 1:
        return (whole + 0.5f) * scale;
    case 2:
        return whole * scale;
    case 3:
        return ldexpf(whole, random_below(60) - 20);
    case 4:
        return random_below(2) ? 0.0f : -0.0f;
    case 5:
        return (whole / 300) * scale;
    default:
        return whole * scale * ((float)random_below(1000) / 1000.0f);
    }
}

static problem random_problem(void)
{
    problem p = {
        .kind = (operator_kind)random_below(4),
        .bits = random_below(4) ? 1 + random_below(8) : 1 + random_below(32),
        .is_signed = random_below(2),
        .narrow = random_below(2),
        .scale_of_channel = random_below(2),
        .zero_of_channel = random_below(2),
        .mode = random_below(8),
    };
    p.in_bits = p.bits + random_below(6);
    for (int c = 0; c < CHANNELS; c++) {
        p.scale[c] = random_scale();
        p.zero[c] = random_below(2) ? 0 : (float)(random_below(40) - 20);
    }
    if (p.kind == OF_TRUNC_2)
        p.scale_of_channel = false; /* its output scale is one number, and near a power of two */
    p.out_scale = ldexpf(p.scale[0], random_below(8)) * (1 + (float)random_below(3) * 1e-4f);
    for (int i = 0; i < ELEMENTS; i++)
        p.x[i] = random_x(p.scale[p.scale_of_channel ? i / PLACES : 0]);
    return p;
}

/* ---- the product's nodes ---- */

static const cb_net_shape scalar = {.type = CB_NET_F32, .rank = 0, .count = 1};
static const cb_net_shape channels = {
    .type = CB_NET_F32, .rank = 3, .dims = {CHANNELS, 1, 1}, .count = CHANNELS};
static const cb_net_shape image = {
    .type = CB_NET_F32, .rank = 4, .dims = {1, CHANNELS, 2, 2}, .count = ELEMENTS};

static void run(problem *p, float *y)
{
    static const int inputs[6] = {0};
    static const size_t counts[] = {4, 2, 5, 6};
    cb_rounding rounding;
    assert_true(cb_rounding_find(modes[p->mode], &rounding));
    float bits = (float)p->bits, in_bits = (float)p->in_bits;
    const cb_net_shape *scale = p->scale_of_channel ? &channels : &scalar;
    const cb_net_shape *zero = p->zero_of_channel ? &channels : &scalar;
    cb_tensor in[6] = {{&image, p->x}, {scale, p->scale}, {zero, p->zero}, {&scalar, &bits}};
    if (p->kind == OF_TRUNC_1) {
        in[3].data = &in_bits;
        in[4] = (cb_tensor){&scalar, &bits};
    } else if (p->kind == OF_TRUNC_2) {
        in[4] = (cb_tensor){&scalar, &p->out_scale};
        in[5] = (cb_tensor){&scalar, &bits};
    }
    cb_node node = {
        .public = {.inputs = inputs, .input_count = counts[p->kind]},
        .params = {.is_signed = p->is_signed, .narrow = p->narrow, .rounding = (int)rounding}};
    cb_net_run *const runs[] = {cb_net_run_quant, cb_net_run_bipolar, cb_net_run_trunc,
                                cb_net_run_trunc};
    cb_tensor out = {&image, y};
    assert_int_equal(runs[p->kind](&node, in, &out, NULL), CB_OK);
}

static bool same_bits(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void random_nodes_are_equal_to_the_second_implementation(void **state)
{
    (void)state;
    size_t of_kind[4] = {0}, different = 0;
    for (int n = 0; n < NODES; n++) {
        float y[ELEMENTS];
        problem p = random_problem();
        run(&p, y);
        of_kind[p.kind]++;
        for (int i = 0; i < ELEMENTS; i++) {
            float wanted = expected(&p, i);
            if (same_bits(y[i], wanted) || different++ > 5)
                continue;
            print_message("kind %d bits %d signed %d narrow %d mode %s x %.9g scale %.9g zero %g: "
                          "%.9g, expected %.9g\n",
                          (int)p.kind, p.bits, p.is_signed, p.narrow, modes[p.mode], (double)p.x[i],
                          (double)p.scale[p.scale_of_channel ? i / PLACES : 0],
                          (double)p.zero[p.zero_of_channel ? i / PLACES : 0], (double)y[i],
                          (double)wanted);
        }
    }
    assert_int_equal(different, 0);
    for (int kind = 0; kind < 4; kind++)
        assert_true(of_kind[kind] > NODES / 5);
}

/* The table of QONNX' documentation of IntQuant. */
static void rounding_modes_are_those_of_the_documentation(void **state)
{
    (void)state;
    static const float x[] = {5.5f, 2.5f, 1.6f, 1.1f, 1.0f, -1.0f, -1.1f, -1.6f, -2.5f, -5.5f};
    static const int wanted[][10] = {
        {6, 2, 2, 1, 1, -1, -1, -2, -2, -6}, {6, 3, 2, 2, 1, -1, -1, -1, -2, -5},
        {5, 2, 1, 1, 1, -1, -2, -2, -3, -6}, {6, 3, 2, 2, 1, -1, -2, -2, -3, -6},
        {5, 2, 1, 1, 1, -1, -1, -1, -2, -5}, {6, 3, 2, 1, 1, -1, -1, -2, -3, -6},
        {5, 2, 2, 1, 1, -1, -1, -2, -2, -5}, {6, 2, 2, 1, 1, -1, -1, -2, -2, -6},
    };
    for (size_t m = 0; m < 8; m++) {
        cb_rounding rounding;
        assert_true(cb_rounding_find(modes[m], &rounding));
        for (size_t i = 0; i < 10; i++)
            assert_true(cb_round(rounding, x[i]) == (float)wanted[m][i]);
    }
    cb_rounding rounding;
    assert_false(cb_rounding_find("SIDEWAYS", &rounding));
}

static void ranges_are_those_of_the_definition(void **state)
{
    (void)state;
    static const struct {
        float bits;
        bool is_signed, narrow;
        float low, high;
    } cases[] = {
        {8, true, false, -128, 127}, {8, true, true, -127, 127}, {8, false, false, 0, 255},
        {8, false, true, 0, 254},    {2, true, true, -1, 1},     {1, false, false, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cb_int_range range = cb_quant_range(cases[i].bits, cases[i].is_signed, cases[i].narrow);
        assert_true(range.low == cases[i].low && range.high == cases[i].high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_nodes_are_equal_to_the_second_implementation),
        cmocka_unit_test(rounding_modes_are_those_of_the_documentation),
        cmocka_unit_test(ranges_are_those_of_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
