/* cachebound report DOCUMENT... [--output FILE] */
#include "cli/documents.h"
#include "cli/output.h"
#include "cli/trust.h"
#include "models/rows.h"
#include "plots/report.h"

#include <stdlib.h>

static cb_fact fact_at(const json_t *environment, const char *key)
{
    const json_t *value = json_object_get(environment, key);
    if (json_is_boolean(value))
        return (cb_fact){.value = json_is_true(value)};
    if (json_is_number(value))
        return (cb_fact){.value = json_number_value(value)};
    return (cb_fact){.reason = "not in the document"};
}

/* As much of the environment as is judged. */
static cb_environment environment_of(const json_t *document)
{
    const json_t *e = json_object_get(json_object_get(document, "context"), "environment");
    const char *governor = cb_row_text(e, "governor"), *by = cb_row_text(e, "emulated_by");
    cb_environment environment = {.emulated = cb_results_emulated(document),
                                  .virtual_machine =
                                      json_is_true(json_object_get(e, "virtual_machine")),
                                  .boost = fact_at(e, "boost"),
                                  .load_1min = fact_at(e, "load_1min"),
                                  .cgroup_cpus = fact_at(e, "cgroup_cpus"),
                                  .throttled = fact_at(e, "throttled"),
                                  .governor = {.reason = governor ? NULL : "not in the document"}};
    snprintf(environment.governor.text, sizeof environment.governor.text, "%s",
             governor ? governor : "");
    snprintf(environment.emulated_by, sizeof environment.emulated_by, "%s",
             by ? by : "as its document says");
    return environment;
}

/* The CPUs that could be used, which loads and quotas are held against. */
static size_t allowed_cpus(const json_t *document, cb_cpu *cpus, size_t capacity)
{
    size_t i, count = 0;
    json_t *cpu;
    const json_t *machine = json_object_get(json_object_get(document, "context"), "machine");
    json_array_foreach(json_object_get(machine, "cpus"), i, cpu)
    {
        if (count < capacity && !json_is_false(json_object_get(cpu, "allowed")))
            cpus[count++] = (cb_cpu){.allowed = true};
    }
    return count;
}

/* The judgement that `characterize` and `doctor` make, from the document alone. */
static json_t *doubts_of(const json_t *document)
{
    static cb_cpu cpus[4096];
    cb_machine machine = {.cpus = cpus,
                          .cpu_count = allowed_cpus(document, cpus, sizeof cpus / sizeof *cpus)};
    cb_environment environment = environment_of(document);
    cb_trust trust = cb_trust_machine(&machine, &environment);
    cb_trust_add_rows(&trust, document);
    json_t *doubts = json_array();
    for (size_t i = 0; i < trust.count; i++)
        json_array_append_new(doubts, json_pack("{s:s, s:b}", "text", trust.doubts[i].text,
                                                "serious", (int)trust.doubts[i].serious));
    return doubts;
}

static cb_status write_report(const cb_options *options, const cb_documents *documents,
                              cb_error *err)
{
    cb_output output;
    cb_report_input *inputs = calloc(documents->count, sizeof *inputs);
    if (!inputs)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu documents", documents->count);
    for (size_t i = 0; i < documents->count; i++)
        inputs[i] = (cb_report_input){.document = documents->item[i],
                                      .path = options->operands[i],
                                      .doubts = doubts_of(documents->item[i])};
    cb_status status = cb_output_open(options, err, &output);
    if (status == CB_OK) {
        status = cb_report_write(inputs, documents->count, output.stream, err);
        status = cb_output_close(&output, status, err);
    }
    for (size_t i = 0; i < documents->count; i++)
        json_decref(inputs[i].doubts);
    free(inputs);
    return status;
}

cb_status cb_cmd_report(const cb_options *options, cb_error *err)
{
    cb_documents documents;
    cb_status status = cb_documents_read(options, err, &documents);
    if (status == CB_OK)
        status = write_report(options, &documents, err);
    cb_documents_free(&documents);
    return status;
}
