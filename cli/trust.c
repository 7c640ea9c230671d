#include "cli/trust.h"

#include "base/units.h"
#include "results/results.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void doubt(cb_trust *trust, bool serious, const char *format, ...) CB_PRINTF(3, 4);

static void doubt(cb_trust *trust, bool serious, const char *format, ...)
{
    va_list args;
    if (trust->count == CB_DOUBTS)
        return;
    va_start(args, format);
    vsnprintf(trust->doubts[trust->count].text, sizeof trust->doubts[0].text, format, args);
    va_end(args);
    trust->doubts[trust->count++].serious = serious;
}

static int allowed_cpus(const cb_machine *machine)
{
    int allowed = 0;
    for (size_t i = 0; i < machine->cpu_count; i++)
        allowed += machine->cpus[i].allowed;
    return allowed;
}

static void doubt_clock(cb_trust *trust, const cb_environment *e)
{
    if (!e->governor.reason && strcmp(e->governor.text, "performance") != 0)
        doubt(trust, true,
              "the CPU frequency governor is '%.32s', not 'performance' (cachebound doctor prints "
              "the command)",
              e->governor.text);
    if (!e->throttled.reason && e->throttled.value != 0)
        doubt(trust, true, "the processor is or was throttled (power supply or heat)");
    if (!e->boost.reason && e->boost.value != 0)
        doubt(trust, false, "boost is on: the clock depends on heat and on busy neighbours");
}

static void doubt_share(cb_trust *trust, const cb_machine *machine, const cb_environment *e)
{
    int cpus = allowed_cpus(machine);
    if (!e->load_1min.reason && e->load_1min.value > 0.25)
        doubt(trust, e->load_1min.value > 0.5 * cpus,
              "other programs ran in the last minute (load %.2f on %d CPUs)", e->load_1min.value,
              cpus);
    if (!e->cgroup_cpus.reason && e->cgroup_cpus.value < cpus)
        doubt(trust, true, "a cgroup quota grants %.2f of %d CPUs", e->cgroup_cpus.value, cpus);
    if (e->virtual_machine)
        doubt(trust, false, "a virtual machine: neighbours share the last cache, memory and clock");
}

cb_trust cb_trust_machine(const cb_machine *machine, const cb_environment *environment)
{
    cb_trust trust = {.count = 0};
    if (environment->emulated)
        doubt(&trust, true, "emulated (%s): no figure here says anything about a processor",
              environment->emulated_by);
    doubt_clock(&trust, environment);
    doubt_share(&trust, machine, environment);
    return trust;
}

/* How many rows say what. */
typedef struct {
    size_t ok, failed, wrong, drifted, disturbed, wide;
} tally;

static void count_row(tally *t, const json_t *row)
{
    const char *status = cb_row_text(row, "status");
    if (json_is_false(json_object_get(json_object_get(row, "check"), "ok")))
        t->wrong++;
    if (status && strcmp(status, "failed") == 0)
        t->failed++;
    if (!status || strcmp(status, "ok") != 0)
        return;
    size_t samples = json_array_size(json_object_get(json_object_get(row, "time_s"), "samples"));
    t->ok++;
    t->drifted += json_is_true(json_object_get(row, "clock_drifted"));
    t->wide += json_is_false(json_object_get(row, "converged"));
    t->disturbed += cb_row_number(row, "disturbed", 0) > 0.5 * (double)samples;
}

void cb_trust_add_rows(cb_trust *trust, const json_t *document)
{
    tally t = {0};
    for (size_t i = 0; i < cb_results_count(document); i++)
        count_row(&t, cb_results_row(document, i));
    if (t.wrong || t.failed)
        doubt(trust, true, "%zu kernels failed, %zu of them gave other results than their oracle",
              t.wrong > t.failed ? t.wrong : t.failed, t.wrong);
    if (t.drifted * 10 > t.ok)
        doubt(trust, true, "the clock drifted by more than 2 %% during %zu of %zu measurements",
              t.drifted, t.ok);
    if (t.disturbed * 10 > t.ok)
        doubt(trust, true, "most samples were disturbed in %zu of %zu measurements", t.disturbed,
              t.ok);
    if (t.wide * 4 > t.ok)
        doubt(trust, false, "%zu of %zu medians are known to no better than 1 %%", t.wide, t.ok);
}

cb_status cb_trust_strict(const cb_trust *trust, cb_error *err)
{
    for (size_t i = 0; i < trust->count; i++)
        if (trust->doubts[i].serious)
            return cb_fail(err, CB_UNSTABLE,
                           "--strict: %s; 'cachebound doctor' shows what would help",
                           trust->doubts[i].text);
    return CB_OK;
}
