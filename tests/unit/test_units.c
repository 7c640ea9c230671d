#include "base/units.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void si_numbers_have_four_digits_and_a_prefix(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {
        {243.2e9, "FLOP/s", "243.2 GFLOP/s"},
        {0, "B/s", "0 B/s"},
        {1, "s", "1.000 s"},
        {999.94, "B/s", "999.9 B/s"},
        {999.96, "B/s", "1.000 kB/s"},
        {9.9996, "s", "10.00 s"},
        {0.9999949, "s", "1.000 s"},
        {1000, "Hz", "1.000 kHz"},
        {2.97e9, "Hz", "2.970 GHz"},
        {3.5e-5, "s", "35.00 us"},
        {1.67e-9, "s", "1.670 ns"},
        {1e-9, "s", "1.000 ns"},
        {9.9995e-10, "s", "1.000 ns"},
        {1.234e-12, "s", "1.234e-12 s"},
        {-1500, "B/s", "-1.500 kB/s"},
        {1e15, "OP/s", "1.000 POP/s"},
        {9.9994e17, "OP/s", "999.9 POP/s"},
        {1e18, "OP/s", "1e+18 OP/s"},
        {12.5, "", "12.50"},
        {12500, "", "12.50 k"},
        {DBL_MAX, "B/s", "1.798e+308 B/s"},
        {DBL_TRUE_MIN, "s", "4.941e-324 s"},
        {INFINITY, "B/s", "inf B/s"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(cb_format_si(cases[i].value, cases[i].unit).text, cases[i].text);
}

/* Every magnitude prints what it is, to half a unit of the fourth digit. */
static void si_numbers_read_back(void **state)
{
    (void)state;
    static const char prefixes[] = "num kMGTP";
    for (double value = 1.0000001e-9; value < 9e17; value *= 1.0937) {
        cb_text text = cb_format_si(value, "X");
        char *end;
        double read = strtod(text.text, &end);
        char prefix = end[1] == 'X' ? ' ' : end[1];
        const char *at = strchr(prefixes, prefix);
        assert_non_null(at);
        read *= pow(1000, (double)(at - prefixes) - 3);
        assert_true(fabs(read - value) <= value * 5.0001e-4);
        assert_true(strlen(text.text) <= strlen("1.000 kX"));
    }
}

static void bytes_have_binary_prefixes(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},
        {333, "333 B"},
        {1023, "1023 B"},
        {48 << 10, "48 KiB"},
        {2 << 20, "2 MiB"},
        {3 << 19, "1.5 MiB"},
        {1500, "1.46 KiB"},
        {(1 << 20) - 1, "1.00 MiB"},
        {(uint64_t)8 << 40, "8 TiB"},
        {UINT64_MAX, "16777216 TiB"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(cb_format_bytes(cases[i].bytes).text, cases[i].text);
}

static void sizes_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {
        {"4096", 4096},  {"4KiB", 4096},       {"4K", 4096},           {"4k", 4096},
        {"4 KiB", 4096}, {"1.5MiB", 3 << 19},  {"16MB", 16000000},     {"16M", 16 << 20},
        {"0", 0},        {"2GiB", 2ULL << 30}, {"1TB", 1000000000000}, {"12B", 12},
        {"1e3", 1000},   {".5KiB", 512},
    };
    cb_error err;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t bytes = 1;
        assert_int_equal(cb_parse_bytes(cases[i].text, &err, &bytes), CB_OK);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void bad_sizes_are_refused_with_a_message(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",     "K",   "-1",  "+1",   " 4",    "4X",     "4KiBs",    "0x10",
        "nan",  "inf", "1.5", "0.3K", "1e400", "1e-400", "8388608T", "99999999999999999999",
        "4,5K", "1 2",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t bytes = 77;
        cb_error err = {""};
        assert_int_equal(cb_parse_bytes(cases[i], &err, &bytes), CB_USAGE);
        assert_int_equal(bytes, 77); /* written only on success */
        assert_true(strlen(err.text) > 10);
        assert_non_null(strstr(err.text, cases[i]));
    }
}

static void integers_keep_to_their_range(void **state)
{
    (void)state;
    cb_error err;
    int64_t value = 77;
    assert_int_equal(cb_parse_integer("12", 1, 12, &err, &value), CB_OK);
    assert_int_equal(value, 12);
    assert_int_equal(cb_parse_integer("-3", -3, 3, &err, &value), CB_OK);
    assert_int_equal(value, -3);
    static const char *const bad[] = {"",   "-",  "13", "0",   "1.0", "1x",
                                      "+1", " 1", "1 ", "1e1", "0x1", "99999999999999999999"};
    value = 77;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(cb_parse_integer(bad[i], 1, 12, &err, &value), CB_USAGE);
        assert_int_equal(value, 77);
    }
    assert_non_null(strstr(err.text, "from 1 to 12"));
}

static void numbers_keep_to_their_range(void **state)
{
    (void)state;
    cb_error err;
    double value = 77;
    assert_int_equal(cb_parse_number("0.25", 0, 1, &err, &value), CB_OK);
    assert_true(value == 0.25);
    assert_int_equal(cb_parse_number("-1e-3", -1, 1, &err, &value), CB_OK);
    assert_true(value == -1e-3);
    static const char *const bad[] = {"",     "-",      "--1",  "1.1",  "nan",
                                      "-inf", "0x1p-1", "0.5s", "1e999"};
    value = 77;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(cb_parse_number(bad[i], 0, 1, &err, &value), CB_USAGE);
        assert_true(value == 77);
    }
}

static void seconds_have_suffixes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } cases[] = {{"0.5", 0.5},   {"3s", 3},    {"200ms", 0.2}, {"2.5us", 2.5e-6},
                 {"10ns", 1e-8}, {"1min", 60}, {"1 s", 1}};
    cb_error err;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double seconds = 77;
        assert_int_equal(cb_parse_seconds(cases[i].text, &err, &seconds), CB_OK);
        assert_true(fabs(seconds - cases[i].seconds) <= 1e-12 * cases[i].seconds);
    }
    static const char *const bad[] = {"", "s", "-1s", "5h", "1e999s", "nan", "1s2"};
    double seconds = 77;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(cb_parse_seconds(bad[i], &err, &seconds), CB_USAGE);
        assert_true(seconds == 77);
    }
}

static void messages_are_one_plain_line(void **state)
{
    (void)state;
    cb_error err;
    assert_int_equal(cb_fail(&err, CB_IO, "%s: no", "a\nb\x1b[31m"), CB_IO);
    assert_string_equal(err.text, "a?b?[31m: no");
    char longer[2000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    assert_int_equal(cb_fail(&err, CB_PARSE, "%s", longer), CB_PARSE);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(cb_fail(NULL, CB_FAILED, "nobody reads this"), CB_FAILED);
}

static void exit_codes_are_the_documented_ones(void **state)
{
    (void)state;
    static const struct {
        cb_status status;
        int code;
    } cases[] = {{CB_OK, 0},         {CB_FAILED, 1},       {CB_NO_MEMORY, 1},   {CB_IO, 1},
                 {CB_PARSE, 1},      {CB_USAGE, 2},        {CB_UNSUPPORTED, 3}, {CB_UNSTABLE, 4},
                 {CB_REGRESSION, 5}, {CB_INTERRUPTED, 130}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(cb_exit_code(cases[i].status), cases[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(si_numbers_have_four_digits_and_a_prefix),
        cmocka_unit_test(si_numbers_read_back),
        cmocka_unit_test(bytes_have_binary_prefixes),
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(bad_sizes_are_refused_with_a_message),
        cmocka_unit_test(integers_keep_to_their_range),
        cmocka_unit_test(numbers_keep_to_their_range),
        cmocka_unit_test(seconds_have_suffixes),
        cmocka_unit_test(messages_are_one_plain_line),
        cmocka_unit_test(exit_codes_are_the_documented_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
