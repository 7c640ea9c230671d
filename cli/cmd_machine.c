#include "base/units.h"
#include "cli/color.h"
#include "cli/columns.h"
#include "cli/output.h"
#include "machine/machine.h"
#include "results/machine_json.h"
#include "results/writers.h"

#include <string.h>

/* ---- table ---- */

static void put_title(const char *title, bool color, FILE *out)
{
    fprintf(out, "%s%s%s\n", cb_color(color, CB_COLOR_BOLD), title,
            cb_color(color, CB_COLOR_RESET));
}

static void put_text(cb_columns *table, const char *key, const char *text, const char *reason)
{
    cb_columns_put(table, 0, "%s", key);
    if (reason)
        cb_columns_put(table, 1, "unknown: %s", reason);
    else
        cb_columns_put(table, 1, "%s", text[0] ? text : "unknown");
}

static void put_bytes(cb_columns *table, const char *key, cb_fact fact)
{
    put_text(table, key, cb_format_bytes((uint64_t)fact.value).text, fact.reason);
}

static void put_number(cb_columns *table, const char *key, cb_fact fact, const char *unit)
{
    char text[48];
    snprintf(text, sizeof text, "%g%s", fact.value, unit);
    put_text(table, key, text, fact.reason);
}

/* A limit that is not set is none, not an unknown one. */
static void put_limit(cb_columns *table, const char *key, cb_text text, const char *reason)
{
    cb_columns_put(table, 0, "%s", key);
    if (reason)
        cb_columns_put(table, 1, "none: %s", reason);
    else
        cb_columns_put(table, 1, "%s", text.text);
}

static void list_isa(cb_isa_set isa, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < CB_ISA_COUNT && used < bytes; i++) {
        if (!(isa & cb_isa_bit((cb_isa)i)))
            continue;
        int n =
            snprintf(text + used, bytes - used, "%s%s", used ? " " : "", cb_isa_name((cb_isa)i));
        used += n > 0 ? (size_t)n : 0;
    }
}

static void print_names(const cb_machine *machine, FILE *out)
{
    char isa[160];
    cb_columns table = {0};
    list_isa(machine->isa, isa, sizeof isa);
    put_text(&table, "name", machine->hostname, NULL);
    put_text(&table, "board", machine->board, NULL);
    put_text(&table, "processor", machine->cpu_model, NULL);
    put_text(&table, "architecture", machine->arch, NULL);
    put_text(&table, "instruction sets", isa, NULL);
    put_text(&table, "system", machine->os, NULL);
    put_text(&table, "kernel", machine->kernel, NULL);
    put_bytes(&table, "memory", machine->ram_bytes);
    put_bytes(&table, "memory available", machine->ram_available_bytes);
    cb_columns_print(&table, out);
}

/* The CPUs of a kind as "0-3,6"; only those that we may use, or all of them. */
static void list_cpus(const cb_machine *machine, int kind, bool allowed, char *text, size_t bytes)
{
    size_t used = 0;
    snprintf(text, bytes, "none");
    for (size_t i = 0; i < machine->cpu_count && used < bytes; i++) {
        size_t last = i;
        const cb_cpu *cpu = machine->cpus;
        if (cpu[i].kind != kind || (allowed && !cpu[i].allowed))
            continue;
        while (last + 1 < machine->cpu_count && cpu[last + 1].kind == kind &&
               cpu[last + 1].cpu == cpu[last].cpu + 1 && (!allowed || cpu[last + 1].allowed))
            last++;
        int n = snprintf(text + used, bytes - used, last > i ? "%s%d-%d" : "%s%d", used ? "," : "",
                         cpu[i].cpu, cpu[last].cpu);
        used += n > 0 ? (size_t)n : 0;
        i = last;
    }
}

static void print_kinds(const cb_machine *machine, FILE *out)
{
    static const char *const titles[] = {"kind", "core",   "cores",
                                         "CPUs", "usable", "highest clock"};
    cb_columns table = {0};
    for (int column = 0; column < 6; column++)
        cb_columns_put(&table, column, "%s", titles[column]);
    for (size_t i = 0; i < machine->kind_count; i++) {
        char all[128], usable[128];
        const cb_core_kind *kind = &machine->kinds[i];
        list_cpus(machine, (int)i, false, all, sizeof all);
        list_cpus(machine, (int)i, true, usable, sizeof usable);
        cb_columns_put(&table, 0, "%zu", i);
        cb_columns_put(&table, 1, "%s", kind->name);
        cb_columns_put(&table, 2, "%d", kind->cores);
        cb_columns_put(&table, 3, "%s", all);
        cb_columns_put(&table, 4, "%s", usable);
        cb_columns_put(&table, 5, "%s",
                       kind->max_hz.reason ? "unknown"
                                           : cb_format_si(kind->max_hz.value, "Hz").text);
    }
    cb_columns_print(&table, out);
}

typedef struct {
    const char *name, *what;
} limit_text;

/* What each kind can do in a cycle, a column for each kind. */
static void print_limits(const cb_machine *machine, FILE *out)
{
    static const limit_text classes[] = {
#define CB_LIMIT(name, what) {#name, what},
#include "machine/limits.inc"
#undef CB_LIMIT
    };
    cb_columns table = {0};
    size_t kinds = machine->kind_count < CB_COLUMNS - 2 ? machine->kind_count : CB_COLUMNS - 2;
    bool any = false;
    cb_columns_put(&table, 0, "class");
    for (size_t k = 0; k < kinds; k++)
        cb_columns_put(&table, (int)k + 1, "%s", machine->kinds[k].name);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        bool known = false;
        for (size_t k = 0; k < kinds; k++)
            known = known || cb_core_limit(&machine->kinds[k], classes[i].name) > 0;
        if (!known)
            continue;
        cb_columns_put(&table, 0, "%s", classes[i].name);
        for (size_t k = 0; k < kinds; k++) {
            double limit = cb_core_limit(&machine->kinds[k], classes[i].name);
            cb_columns_put(&table, (int)k + 1, limit > 0 ? "%g" : "unknown", limit);
        }
        cb_columns_put(&table, (int)kinds + 1, "%s", classes[i].what);
        any = true;
    }
    if (!any)
        cb_columns_put(&table, 0, "unknown for these cores");
    cb_columns_print(&table, out);
}

static const char *type_name(const json_t *cache)
{
    return json_string_value(json_object_get(cache, "type"));
}

static json_int_t whole(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* From the document, which has already put together what is alike. */
static void print_caches(const json_t *caches, FILE *out)
{
    static const char *const titles[] = {"level", "type",  "size",     "line",
                                         "ways",  "count", "shared by"};
    cb_columns table = {0};
    if (json_array_size(caches) == 0) {
        fputs("  unknown: neither hwloc nor sysfs describes any\n", out);
        return;
    }
    for (int column = 0; column < 7; column++)
        cb_columns_put(&table, column, "%s", titles[column]);
    for (size_t i = 0; i < json_array_size(caches); i++) {
        const json_t *cache = json_array_get(caches, i);
        cb_columns_put(&table, 0, "L%d", (int)whole(cache, "level"));
        cb_columns_put(&table, 1, "%s", type_name(cache));
        cb_columns_put(&table, 2, "%s", cb_format_bytes((uint64_t)whole(cache, "bytes")).text);
        cb_columns_put(&table, 3, whole(cache, "line") ? "%d B" : "?", (int)whole(cache, "line"));
        cb_columns_put(&table, 4, whole(cache, "ways") ? "%d" : "?", (int)whole(cache, "ways"));
        cb_columns_put(&table, 5, "%d", (int)whole(cache, "count"));
        cb_columns_put(&table, 6, whole(cache, "shared_by") > 1 ? "%d CPUs" : "%d CPU",
                       (int)whole(cache, "shared_by"));
    }
    cb_columns_print(&table, out);
}

static void print_state(const cb_environment *e, FILE *out)
{
    cb_columns table = {0};
    char throttled[32];
    cb_text quota;
    snprintf(quota.text, sizeof quota.text, "%g CPUs", e->cgroup_cpus.value);
    snprintf(throttled, sizeof throttled, e->throttled.value > 0 ? "yes (0x%x)" : "no",
             (unsigned)e->throttled.value);
    put_text(&table, "emulated", e->emulated ? e->emulated_by : "no", NULL);
    put_text(&table, "virtual machine", e->virtual_machine ? "yes" : "no", NULL);
    put_text(&table, "governor", e->governor.text, e->governor.reason);
    put_text(&table, "boost", e->boost.value > 0 ? "on" : "off", e->boost.reason);
    put_number(&table, "load", e->load_1min, "");
    put_limit(&table, "CPU quota", quota, e->cgroup_cpus.reason);
    put_limit(&table, "memory limit", cb_format_bytes((uint64_t)e->cgroup_memory_bytes.value),
              e->cgroup_memory_bytes.reason);
    put_number(&table, "temperature", e->temperature_celsius, " degrees Celsius");
    put_text(&table, "throttled", throttled, e->throttled.reason);
    put_text(&table, "transparent huge pages", e->transparent_huge_pages.text,
             e->transparent_huge_pages.reason);
    put_number(&table, "huge pages free", e->huge_pages_free, "");
    put_bytes(&table, "huge page", e->huge_page_bytes);
    cb_columns_print(&table, out);
}

static void print_table(const cb_machine *machine, const json_t *document, bool color, FILE *out)
{
    const json_t *caches = json_object_get(json_object_get(document, "machine"), "caches");
    put_title("Machine", color, out);
    print_names(machine, out);
    put_title("\nCores", color, out);
    print_kinds(machine, out);
    put_title("\nWhat a core can start in a cycle", color, out);
    print_limits(machine, out);
    put_title("\nCaches", color, out);
    print_caches(caches, out);
    put_title("\nState", color, out);
    print_state(&machine->environment, out);
}

/* ---- CSV ---- */

static void put_csv_value(const char *path, const json_t *value, FILE *out)
{
    fputs(path, out);
    putc(',', out);
    if (json_is_string(value))
        cb_output_csv_cell(json_string_value(value), out);
    else if (json_is_number(value))
        fputs(cb_number_text(value).text, out);
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", out);
    putc('\n', out);
}

/* One line for each value: its place in the JSON form ("machine.cores.0.kind"), and it. */
static void put_csv(const char *path, const json_t *value, FILE *out)
{
    char below[256];
    const char *key;
    json_t *inner;
    size_t index;
    const char *dot = *path ? "." : "";
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, inner)
        {
            snprintf(below, sizeof below, "%s%s%s", path, dot, key);
            put_csv(below, inner, out);
        }
    } else if (json_is_array(value)) {
        json_array_foreach(value, index, inner)
        {
            snprintf(below, sizeof below, "%s%s%zu", path, dot, index);
            put_csv(below, inner, out);
        }
    } else {
        put_csv_value(path, value, out);
    }
}

/* ---- the command ---- */

static cb_status print(const cb_options *options, const cb_machine *machine, const json_t *document,
                       FILE *out, cb_error *err)
{
    bool color = !options->output && cb_color_wanted(options->color, stdout);
    switch (cb_output_format(options)) {
    case CB_FORMAT_JSON:
        return cb_write_json(document, out, err);
    case CB_FORMAT_CSV:
        fputs("key,value\n", out);
        put_csv("", document, out);
        return CB_OK;
    case CB_FORMAT_TABLE:
        break;
    }
    print_table(machine, document, color, out);
    return CB_OK;
}

cb_status cb_cmd_machine(const cb_options *options, cb_error *err)
{
    cb_machine machine;
    cb_output output;
    cb_status status = cb_machine_read(options->root, err, &machine);
    if (status != CB_OK)
        return status;
    json_t *document = json_pack("{s:o, s:o}", "machine", cb_machine_to_json(&machine),
                                 "environment", cb_environment_to_json(&machine.environment));
    if (!document) {
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the description of the machine");
        goto out;
    }
    status = cb_output_open(options, err, &output);
    if (status == CB_OK)
        status =
            cb_output_close(&output, print(options, &machine, document, output.stream, err), err);
out:
    json_decref(document);
    cb_machine_free(&machine);
    return status;
}
