/* Axes of a sweep, read from the command line. */
#include "models/accel/sweep.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cb_accel_axis_free(cb_accel_axis *axis)
{
    for (size_t i = 0; i < axis->count; i++)
        free(axis->values[i]);
    free(axis->values);
    axis->values = NULL;
    axis->count = 0;
}

static cb_status add_value(cb_accel_axis *axis, const char *value, cb_error *err)
{
    if (!*value)
        return cb_fail(err, CB_USAGE, "--sweep %s: a value is empty", axis->key);
    for (size_t i = 0; i < axis->count; i++)
        if (axis->count < 256 && strcmp(axis->values[i], value) == 0)
            return cb_fail(err, CB_USAGE, "--sweep %s: '%.60s' stands there twice", axis->key,
                           value);
    if (axis->count == CB_SWEEP_VALUES)
        return cb_fail(err, CB_USAGE, "--sweep %s: more than %d values", axis->key,
                       CB_SWEEP_VALUES);
    char **grown = axis->values;
    if ((axis->count & (axis->count - 1)) == 0)
        grown = realloc(axis->values, (axis->count ? 2 * axis->count : 1) * sizeof *grown);
    if (!grown)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the values of %s", axis->key);
    axis->values = grown;
    grown[axis->count] = strdup(value);
    if (!grown[axis->count])
        return cb_fail(err, CB_NO_MEMORY, "no memory for the values of %s", axis->key);
    axis->count++;
    return CB_OK;
}

/* A number of bytes, or any other number. */
static cb_status number_of(const char *text, double *value)
{
    uint64_t bytes;
    if (cb_parse_number(text, -1e18, 1e18, NULL, value) == CB_OK)
        return CB_OK;
    cb_status status = cb_parse_bytes(text, NULL, &bytes);
    *value = status == CB_OK ? (double)bytes : 0;
    return status;
}

/* Values from `low` to `high`, each `step` more than the one before, or `step` times it. */
static cb_status add_range(cb_accel_axis *axis, double low, double high, char kind, double step,
                           cb_error *err)
{
    cb_status status = CB_OK;
    bool grows = kind == 'x' ? step > 1 && low > 0 : step > 0;
    if (!grows || high < low)
        return cb_fail(err, CB_USAGE, "--sweep %s: a range goes from LOW up to HIGH, like 2..16x2",
                       axis->key);
    for (size_t i = 0; status == CB_OK; i++) {
        char text[32];
        double value = kind == 'x' ? low * pow(step, (double)i) : low + step * (double)i;
        if (value > high * (1 + 1e-12))
            break;
        snprintf(text, sizeof text, "%.15g", value);
        status = add_value(axis, text, err);
    }
    return status;
}

/* "LOW..HIGH", "LOW..HIGH+STEP", "LOW..HIGHxFACTOR". */
static cb_status add_range_text(cb_accel_axis *axis, char *text, char *dots, cb_error *err)
{
    double low, high, step = 1;
    char kind = '+';
    *dots = '\0';
    char *high_text = dots + 2, *mark = strpbrk(high_text, "+x");
    if (mark) {
        kind = *mark;
        *mark = '\0';
    }
    if (number_of(text, &low) != CB_OK || number_of(high_text, &high) != CB_OK ||
        (mark && number_of(mark + 1, &step) != CB_OK))
        return cb_fail(err, CB_USAGE,
                       "--sweep %s: a range is LOW..HIGH, LOW..HIGH+STEP or LOW..HIGHxFACTOR, in "
                       "numbers",
                       axis->key);
    return add_range(axis, low, high, kind, step, err);
}

static bool is_number(const char *text)
{
    return (*text >= '0' && *text <= '9') || *text == '.';
}

static cb_status add_values(cb_accel_axis *axis, const char *text, cb_error *err)
{
    char *copy = strdup(text), *rest = copy;
    cb_status status = copy ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for %s", axis->key);
    for (char *value = strsep(&rest, ","); copy && value && status == CB_OK;
         value = strsep(&rest, ",")) {
        char *dots = is_number(value) ? strstr(value, "..") : NULL;
        status = dots ? add_range_text(axis, value, dots, err) : add_value(axis, value, err);
    }
    free(copy);
    return status;
}

cb_status cb_accel_axis_parse(const char *text, cb_error *err, cb_accel_axis *axis)
{
    cb_accel_axis made = {.kind = CB_AXIS_MODEL};
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof made.key)
        return cb_fail(err, CB_USAGE, "--sweep %.60s: expected KEY=VALUE,VALUE", text);
    memcpy(made.key, text, (size_t)(equals - text));
    if (cb_accel_field_known(made.key, &made.effect))
        made.kind = CB_AXIS_PLATFORM;
    cb_status status = add_values(&made, equals + 1, err);
    if (status == CB_OK)
        *axis = made;
    else
        cb_accel_axis_free(&made);
    return status;
}
