#include "results/machine_json.h"

#include "results/results.h"

#include <stdio.h>
#include <string.h>

static void set_fact(json_t *object, const char *key, cb_fact fact)
{
    cb_row_set_number(object, key, fact.value, fact.reason);
}

static void set_text(json_t *object, const char *key, const char *text, const char *reason)
{
    char reason_key[64];
    json_object_set_new(object, key, reason ? json_null() : json_string(text));
    if (!reason)
        return;
    snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    json_object_set_new(object, reason_key, json_string(reason));
}

/* For texts whose empty form means that nobody told. */
static void set_name(json_t *object, const char *key, const char *text, const char *reason)
{
    set_text(object, key, text, text[0] ? NULL : reason);
}

static json_t *isa_to_json(cb_isa_set isa)
{
    json_t *list = json_array();
    for (int i = 0; i < CB_ISA_COUNT; i++)
        if (isa & cb_isa_bit((cb_isa)i))
            json_array_append_new(list, json_string(cb_isa_name((cb_isa)i)));
    return list;
}

/* Only the classes that are known. */
static json_t *limits_to_json(const cb_core_limits *limits)
{
    json_t *object = json_object();
#define CB_LIMIT(name, what)                                                                       \
    if (limits->name > 0)                                                                          \
        cb_row_set_number(object, #name, limits->name, NULL);
#include "machine/limits.inc"
#undef CB_LIMIT
    return object;
}

static json_t *kind_to_json(const cb_core_kind *kind, bool is_x86)
{
    char midr[16];
    json_t *object = json_object();
    snprintf(midr, sizeof midr, "0x%08x", (unsigned)kind->midr);
    set_text(object, "kind", kind->name, NULL);
    json_object_set_new(object, "count", json_integer(kind->cores));
    set_fact(object, "max_hz", kind->max_hz);
    if (!is_x86)
        set_text(object, "midr", midr,
                 kind->midr ? NULL : "neither sysfs nor /proc/cpuinfo tells it");
    if (kind->known) {
        json_object_set_new(object, "limits", limits_to_json(&kind->limits));
    } else {
        json_object_set_new(object, "limits", json_null());
        json_object_set_new(object, "limits_reason",
                            json_string("what this core can start in a cycle is not known"));
    }
    return object;
}

static json_t *cpu_to_json(const cb_cpu *cpu)
{
    json_t *object = json_object();
    json_object_set_new(object, "cpu", json_integer(cpu->cpu));
    json_object_set_new(object, "core", json_integer(cpu->core));
    json_object_set_new(object, "kind", json_integer(cpu->kind));
    json_object_set_new(object, "allowed", json_boolean(cpu->allowed));
    return object;
}

static const char *cache_type_name(char type)
{
    return type == 'd' ? "data" : type == 'i' ? "instruction" : "unified";
}

static json_t *positive_or_null(int value)
{
    return value > 0 ? json_integer(value) : json_null();
}

static bool is_alike(const cb_cache *a, const cb_cache *b)
{
    return a->level == b->level && a->type == b->type && a->bytes == b->bytes &&
           a->line_bytes == b->line_bytes && a->ways == b->ways && a->shared_by == b->shared_by;
}

/* One element for all instances that are alike: "count" of them. */
static json_t *caches_to_json(const cb_cache *caches, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        int alike = 0;
        bool told = false;
        for (size_t j = 0; j < count; j++) {
            bool same = is_alike(&caches[i], &caches[j]);
            told = told || (same && j < i);
            alike += same;
        }
        if (told)
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "level", json_integer(caches[i].level));
        json_object_set_new(object, "type", json_string(cache_type_name(caches[i].type)));
        json_object_set_new(object, "bytes", json_integer((json_int_t)caches[i].bytes));
        json_object_set_new(object, "line", positive_or_null(caches[i].line_bytes));
        json_object_set_new(object, "ways", positive_or_null(caches[i].ways));
        json_object_set_new(object, "shared_by", json_integer(caches[i].shared_by));
        json_object_set_new(object, "count", json_integer(alike));
        json_object_set_new(object, "first_cpu", json_integer(caches[i].first_cpu));
        json_array_append_new(list, object);
    }
    return list;
}

json_t *cb_machine_to_json(const cb_machine *machine)
{
    json_t *object = json_object(), *cores = json_array(), *cpus = json_array();
    bool is_x86 = strcmp(machine->arch, cb_arch_name(CB_ARCH_X86_64)) == 0;
    for (size_t i = 0; i < machine->kind_count; i++)
        json_array_append_new(cores, kind_to_json(&machine->kinds[i], is_x86));
    for (size_t i = 0; i < machine->cpu_count; i++)
        json_array_append_new(cpus, cpu_to_json(&machine->cpus[i]));
    set_text(object, "name", machine->hostname[0] ? machine->hostname : "unknown", NULL);
    set_name(object, "board", machine->board, "no device tree and no DMI names the board");
    set_text(object, "arch", machine->arch, NULL);
    set_name(object, "cpu_model", machine->cpu_model, "no readable /proc/cpuinfo");
    set_name(object, "os", machine->os, "no readable /etc/os-release");
    set_name(object, "kernel", machine->kernel, "no readable /proc/sys/kernel/osrelease");
    json_object_set_new(object, "isa", isa_to_json(machine->isa));
    json_object_set_new(object, "cores", cores);
    json_object_set_new(object, "cpus", cpus);
    json_object_set_new(object, "caches", caches_to_json(machine->caches, machine->cache_count));
    set_fact(object, "ram_bytes", machine->ram_bytes);
    set_fact(object, "ram_available_bytes", machine->ram_available_bytes);
    return object;
}

json_t *cb_environment_to_json(const cb_environment *environment)
{
    json_t *object = json_object();
    json_object_set_new(object, "emulated", json_boolean(environment->emulated));
    if (environment->emulated)
        json_object_set_new(object, "emulated_by", json_string(environment->emulated_by));
    json_object_set_new(object, "virtual_machine", json_boolean(environment->virtual_machine));
    set_text(object, "governor", environment->governor.text, environment->governor.reason);
    set_fact(object, "boost", environment->boost);
    set_fact(object, "load_1min", environment->load_1min);
    set_fact(object, "cgroup_cpus", environment->cgroup_cpus);
    set_fact(object, "cgroup_memory_bytes", environment->cgroup_memory_bytes);
    set_fact(object, "temperature_celsius", environment->temperature_celsius);
    set_fact(object, "throttled", environment->throttled);
    set_text(object, "transparent_huge_pages", environment->transparent_huge_pages.text,
             environment->transparent_huge_pages.reason);
    set_fact(object, "huge_pages_free", environment->huge_pages_free);
    set_fact(object, "huge_page_bytes", environment->huge_page_bytes);
    return object;
}
