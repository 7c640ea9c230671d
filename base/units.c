#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    const char *suffix;
    double factor;
} scale;

static const scale byte_scales[] = {
    {"", 1},       {"B", 1},        {"K", 0x1p10},   {"KiB", 0x1p10}, {"kB", 1e3},
    {"M", 0x1p20}, {"MiB", 0x1p20}, {"MB", 1e6},     {"G", 0x1p30},   {"GiB", 0x1p30},
    {"GB", 1e9},   {"T", 0x1p40},   {"TiB", 0x1p40}, {"TB", 1e12},
};

static const scale second_scales[] = {
    {"", 1}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"min", 60},
};

/* Four significant digits of a number in [1, 1000); fewer decimals the more there are before. */
static int decimals_of(double scaled)
{
    return scaled < 9.9995 ? 3 : scaled < 99.995 ? 2 : scaled < 999.95 ? 1 : 0;
}

cb_text cb_format_si(double value, const char *unit)
{
    static const char *const prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P"};
    const char *space = *unit ? " " : "";
    double magnitude = fabs(value);
    cb_text out;
    /* Zero, what is not finite, and what no prefix reaches. */
    if (!(magnitude >= 0.99995e-9 && magnitude < 0.99995e18)) {
        snprintf(out.text, sizeof out.text, "%.4g%s%s", value, space, unit);
        return out;
    }
    /* Round to four significant digits first, so that 999.96 becomes 1.000 k and not 1000. */
    double digit = pow(10, floor(log10(magnitude)) - 3);
    magnitude = round(magnitude / digit) * digit;
    int group = (int)floor(log10(magnitude * (1 + 1e-12)) / 3);
    group = group < -3 ? -3 : group > 5 ? 5 : group; /* rounding can still step over the edge */
    double scaled = magnitude / pow(1000, group);
    const char *prefix = prefixes[group + 3];
    snprintf(out.text, sizeof out.text, "%s%.*f%s%s%s", value < 0 ? "-" : "", decimals_of(scaled),
             scaled, *unit || *prefix ? " " : "", prefix, unit);
    return out;
}

cb_text cb_format_bytes(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    cb_text out;
    double value = (double)bytes;
    size_t unit = 0;
    /* What would round to 1024.00 belongs to the next unit. */
    while (value >= 1023.995 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    int decimals = value == floor(value) ? 0 : value * 10 == floor(value * 10) ? 1 : 2;
    snprintf(out.text, sizeof out.text, "%.*f %s", decimals, value, units[unit]);
    return out;
}

static const scale *find_scale(const scale *scales, size_t n, const char *suffix)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(scales[i].suffix, suffix) == 0)
            return &scales[i];
    return NULL;
}

/* A non-negative decimal number at the start of `text`; *rest is what follows, spaces skipped.
 * No sign, no "inf", no hexadecimal: strtod alone would take them. */
static int scan_decimal(const char *text, double *value, const char **rest)
{
    char *end;
    if (!isdigit((unsigned char)text[0]) && text[0] != '.')
        return 0;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return 0;
    errno = 0;
    *value = strtod(text, &end);
    if (end == text || errno == ERANGE) /* 1e400, and 1e-400 that would become a silent zero */
        return 0;
    while (*end == ' ')
        end++;
    *rest = end;
    return 1;
}

cb_status cb_parse_bytes(const char *text, cb_error *err, uint64_t *bytes)
{
    double value;
    const char *rest;
    const scale *s = NULL;
    if (scan_decimal(text, &value, &rest))
        s = find_scale(byte_scales, sizeof byte_scales / sizeof *byte_scales, rest);
    if (!s)
        return cb_fail(err, CB_USAGE, "'%.40s' is not a size; write it like 4096, 4KiB or 16MiB",
                       text);
    value *= s->factor;
    if (value != floor(value))
        return cb_fail(err, CB_USAGE, "'%.40s' is not a whole number of bytes", text);
    if (value >= 0x1p63)
        return cb_fail(err, CB_USAGE, "'%.40s' is larger than any memory", text);
    *bytes = (uint64_t)value;
    return CB_OK;
}

cb_status cb_parse_integer(const char *text, int64_t low, int64_t high, cb_error *err,
                           int64_t *value)
{
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    int starts_right = isdigit((unsigned char)text[0]) || text[0] == '-';
    if (!starts_right || end == text || *end || errno || parsed < low || parsed > high)
        return cb_fail(err, CB_USAGE, "'%.40s' is not a whole number from %lld to %lld", text,
                       (long long)low, (long long)high);
    *value = parsed;
    return CB_OK;
}

cb_status cb_parse_number(const char *text, double low, double high, cb_error *err, double *value)
{
    double parsed;
    const char *rest;
    int negative = text[0] == '-';
    int ok = scan_decimal(text + negative, &parsed, &rest) && !*rest;
    parsed = ok && negative ? -parsed : parsed;
    if (!ok || parsed < low || parsed > high)
        return cb_fail(err, CB_USAGE, "'%.40s' is not a number from %g to %g", text, low, high);
    *value = parsed;
    return CB_OK;
}

cb_status cb_parse_seconds(const char *text, cb_error *err, double *seconds)
{
    double value;
    const char *rest;
    const scale *s = NULL;
    if (scan_decimal(text, &value, &rest))
        s = find_scale(second_scales, sizeof second_scales / sizeof *second_scales, rest);
    if (!s)
        return cb_fail(err, CB_USAGE, "'%.40s' is not a time; write it like 0.5, 200ms or 3s",
                       text);
    *seconds = value * s->factor;
    return CB_OK;
}
