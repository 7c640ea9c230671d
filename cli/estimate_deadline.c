#include "cli/estimate_deadline.h"

#include "base/units.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cb_status seconds_of(const char *text, cb_error *err, double *seconds)
{
    cb_error why;
    if (cb_parse_seconds(text, &why, seconds) != CB_OK)
        return cb_fail(err, CB_USAGE, "--deadline: %.200s", why.text);
    if (!(*seconds > 0))
        return cb_fail(err, CB_USAGE, "--deadline: '%.40s' is not above 0", text);
    return CB_OK;
}

static cb_status add_layer(char *name, const char *time, cb_error *err, cb_deadlines *d)
{
    if (d->count == CB_DEADLINES || strlen(name) >= sizeof d->layer[0].pattern)
        return cb_fail(err, CB_USAGE, "--deadline: more than %d layers, or too long a name",
                       CB_DEADLINES);
    snprintf(d->layer[d->count].pattern, sizeof d->layer[0].pattern, "%s", name);
    return seconds_of(time, err, &d->layer[d->count++].seconds);
}

static cb_status add(char *item, cb_error *err, cb_deadlines *d)
{
    char *equals = strrchr(item, '=');
    if (equals) {
        *equals = '\0';
        return add_layer(item, equals + 1, err, d);
    }
    if (d->whole_s > 0)
        return cb_fail(err, CB_USAGE, "--deadline: two times for the network");
    return seconds_of(item, err, &d->whole_s);
}

static cb_status check_used(const cb_accel_model *model, cb_error *err, cb_deadlines *d)
{
    for (size_t i = 0; i < d->count; i++) {
        for (size_t l = 0; l < model->count; l++)
            d->layer[i].used |= fnmatch(d->layer[i].pattern, model->layers[l].name, 0) == 0;
        if (!d->layer[i].used)
            return cb_fail(err, CB_USAGE, "--deadline: no layer is called '%.90s'",
                           d->layer[i].pattern);
    }
    return CB_OK;
}

cb_status cb_deadlines_parse(const char *text, const cb_accel_model *model, cb_error *err,
                             cb_deadlines *deadlines)
{
    cb_deadlines made = {0};
    cb_status status = CB_OK;
    char *copy = strdup(text ? text : ""), *rest = copy;
    if (!copy)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the deadlines");
    for (char *item = text ? strsep(&rest, ",") : NULL; item && status == CB_OK;
         item = strsep(&rest, ","))
        status = add(item, err, &made);
    free(copy);
    if (status == CB_OK)
        status = check_used(model, err, &made);
    if (status == CB_OK)
        *deadlines = made;
    return status;
}

double cb_deadline_of(const cb_deadlines *d, const char *layer)
{
    double least = 0;
    for (size_t i = 0; i < d->count; i++)
        if (fnmatch(d->layer[i].pattern, layer, 0) == 0 &&
            (least <= 0 || d->layer[i].seconds < least))
            least = d->layer[i].seconds;
    return least;
}

const char *cb_deadline_verdict(double deadline_s, double estimate_s, double bound_s)
{
    if (bound_s <= deadline_s)
        return "met";
    return estimate_s <= deadline_s ? "likely" : "missed";
}
