/* What a core is known for (machine/cores.inc), beside what was measured. */
#include "bench/peak/state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASS_BYTES = 32 };

/* "2 int16_madd_256": how often the class comes in one step (once without a number). */
static const char *split_limit(const char *limit, double *count)
{
    char *class_name;
    long number = strtol(limit, &class_name, 10);
    *count = class_name == limit ? 1 : (double)number;
    return class_name + (*class_name == ' ');
}

/* The class of all vector instructions that are as wide as those of `class_name`; false when that
 * is no class of vectors. */
static bool vector_class(const char *class_name, char name[CLASS_BYTES])
{
    const char *width = strrchr(class_name, '_');
    if (!width || strspn(width + 1, "0123456789") != 3)
        return false;
    snprintf(name, CLASS_BYTES, "simd%s", width);
    return true;
}

/* Two bounds: the ports of the limiting class, and those of all vector instructions of the step.
 * 0 when the core's rate of the class that is left in `class_name` is not known. */
static double steps_per_cycle(const cb_peak_kernel *k, const cb_core_kind *kind,
                              char class_name[CLASS_BYTES])
{
    double count;
    snprintf(class_name, CLASS_BYTES, "%s", split_limit(k->limit, &count));
    double by_class = cb_core_limit(kind, class_name) / count;
    char simd[CLASS_BYTES];
    if (by_class <= 0 || k->instructions_per_step <= count || !vector_class(class_name, simd))
        return by_class;
    snprintf(class_name, CLASS_BYTES, "%s", simd);
    return fmin(by_class, cb_core_limit(kind, simd) / k->instructions_per_step);
}

double cb_peak_least_cycles(const cb_peak_kernel *k, const cb_core_kind *kind)
{
    char class_name[CLASS_BYTES];
    bool bounded = k->limit && k->form == CB_PEAK_THROUGHPUT;
    double rate = bounded ? steps_per_cycle(k, kind, class_name) : 0;
    return rate > 0 ? k->steps * k->chains / rate : 0;
}

static void set_unknown(json_t *row, const cb_peak_kernel *k, const cb_core_kind *kind,
                        const char *class_name)
{
    char reason[224];
    if (!kind->known)
        snprintf(reason, sizeof reason, "the instructions a cycle of %s are not known", kind->name);
    else if (!k->limit)
        snprintf(reason, sizeof reason, "no one class of instructions bounds %s", k->name);
    else
        snprintf(reason, sizeof reason, "the rate of %s is not known for %s", class_name,
                 kind->name);
    json_object_set_new(row, "theoretical", json_null());
    json_object_set_new(row, "theoretical_reason", json_string(reason));
}

void cb_peak_set_theoretical(json_t *row, const cb_peak_kernel *k, const cb_core_kind *kind)
{
    char class_name[CLASS_BYTES] = "";
    double rate = k->limit ? steps_per_cycle(k, kind, class_name) : 0;
    if (rate <= 0) {
        set_unknown(row, k, kind, class_name);
        return;
    }
    double ops_per_cycle = rate * k->ops_per_step;
    double clock_hz = cb_row_number(row, "clock_hz", 0);
    json_object_set_new(row, "theoretical",
                        json_pack("{s:s, s:f, s:f, s:f, s:f, s:f}", "limit", k->limit,
                                  "steps_per_cycle", rate, "instructions_per_cycle",
                                  rate * k->instructions_per_step, "ops_per_cycle", ops_per_cycle,
                                  "ops_per_s",
                                  ops_per_cycle * clock_hz * cb_row_number(row, "threads", 1),
                                  "share", cb_row_number(row, "ops_per_cycle", 0) / ops_per_cycle));
}
