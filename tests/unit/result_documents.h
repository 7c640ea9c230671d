/* Documents that the tests of results/ begin with. */
#ifndef CB_TESTS_UNIT_RESULT_DOCUMENTS_H
#define CB_TESTS_UNIT_RESULT_DOCUMENTS_H

#include "results/results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DOCUMENTS    CB_TESTS_DIR "/documents/"
#define GOOD         DOCUMENTS "good.json"

static inline json_t *good(void)
{
    json_t *document = NULL;
    cb_error err = {""};
    if (cb_results_read(GOOD, &err, &document) != CB_OK)
        fail_msg("%s", err.text);
    return document;
}

static inline json_t *load(const char *path)
{
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    return root;
}

static inline char *text_of_file(const char *path)
{
    static char text[1 << 18];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = 0;
    fclose(in);
    return text;
}

static inline cb_machine a_machine(void)
{
    static cb_core_kind kinds[1] = {{.name = "Cortex-A72", .cores = 2, .max_hz = {.value = 1.5e9}}};
    static cb_cpu cpus[2] = {{.cpu = 0, .allowed = true}, {.cpu = 1, .core = 1, .allowed = true}};
    static cb_cache caches[1] = {
        {.level = 1, .type = 'd', .bytes = 32768, .line_bytes = 64, .shared_by = 1}};
    cb_machine machine = {.hostname = "pi.example",
                          .arch = "aarch64",
                          .cpu_model = "Cortex-A72",
                          .isa = cb_isa_bit(CB_ISA_SCALAR) | cb_isa_bit(CB_ISA_NEON),
                          .kinds = kinds,
                          .kind_count = 1,
                          .cpus = cpus,
                          .cpu_count = 2,
                          .caches = caches,
                          .cache_count = 1,
                          .ram_bytes = {.value = 4294967296.0},
                          .ram_available_bytes = {.reason = "no /proc/meminfo"}};
    machine.environment.load_1min.value = 0.5;
    machine.environment.boost.reason = "no such file";
    return machine;
}

static inline json_t *a_document(void)
{
    static char *const argv[] = {"cachebound", "peak", "--output", "\xff\xfe.json"};
    cb_machine machine = a_machine();
    json_t *document = cb_results_new(&machine, COUNT(argv), argv);
    assert_non_null(document);
    return document;
}

#endif
