/* Documents: making, checking and reading them. Writing is in test_results_write.c. */
#include "results/locate.h"
#include "results/results.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DOCUMENTS    CB_TESTS_DIR "/documents/"

/* ---- help ---- */

static json_t *load(const char *path)
{
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    return root;
}

static json_t *child(json_t *of, const char *key)
{
    return json_is_array(of) ? json_array_get(of, (size_t)atoi(key)) : json_object_get(of, key);
}

/* Does what one element of bad.json says: {"at": "results/0/threads", "set": 0 | "remove": true}.
 */
static void apply(json_t *document, const json_t *patch)
{
    char path[128];
    snprintf(path, sizeof path, "%s", json_string_value(json_object_get(patch, "at")));
    char *last = strrchr(path, '/'), *save = NULL;
    json_t *parent = document;
    const char *key = last ? last + 1 : path;
    if (last)
        *last = 0;
    for (char *k = last ? strtok_r(path, "/", &save) : NULL; k; k = strtok_r(NULL, "/", &save))
        parent = child(parent, k);
    assert_non_null(parent);
    if (json_object_get(patch, "remove"))
        assert_int_equal(json_object_del(parent, key), 0);
    else if (json_is_array(parent))
        json_array_set(parent, (size_t)atoi(key), json_object_get(patch, "set"));
    else
        json_object_set(parent, key, json_object_get(patch, "set"));
}

static cb_machine a_machine(void)
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

static json_t *a_document(void)
{
    static char *const argv[] = {"cachebound", "peak", "--output", "\xff\xfe.json"};
    cb_machine machine = a_machine();
    json_t *document = cb_results_new(&machine, COUNT(argv), argv);
    assert_non_null(document);
    return document;
}

static json_t *a_row(void)
{
    static const double samples[] = {2e-6, 1.23456789012e-6, 3e-6};
    const cb_row_key key = {.family = "peak",
                            .kernel = "fmla_f32_12__neon",
                            .dtype = "f32",
                            .isa = "neon",
                            .core_kind = "Cortex-A72",
                            .threads = 2};
    json_t *row = cb_row_new(&key, json_pack("{s:i}", "n", 32));
    cb_summary summary = cb_summarize(samples, COUNT(samples));
    cb_row_set_time(row, &summary, samples, COUNT(samples));
    cb_row_set_work(row, 96000, 0);
    cb_row_set_number(row, "ops_per_s", 4.8e10, NULL);
    cb_row_set_number(row, "bytes_per_s", 0, "this kernel moves no data");
    cb_row_set_check(row, "scalar", 0, true);
    return row;
}

/* ---- the schema ---- */

static void good_document_is_read(void **state)
{
    (void)state;
    cb_error err = {""};
    json_t *document = NULL;
    assert_int_equal(cb_results_read(DOCUMENTS "good.json", &err, &document), CB_OK);
    assert_int_equal(cb_results_count(document), 5);
    assert_false(cb_results_emulated(document));
    assert_null(cb_results_row(document, 5));
    json_decref(document);
}

static void what_the_schema_does_not_name_is_allowed(void **state)
{
    (void)state;
    json_t *patches = load(DOCUMENTS "still-good.json"), *patch;
    size_t i;
    json_array_foreach(patches, i, patch)
    {
        json_t *document = load(DOCUMENTS "good.json");
        cb_error err = {""};
        apply(document, patch);
        if (cb_results_check(document, "doc", &err) != CB_OK)
            fail_msg("%s: %s", json_string_value(json_object_get(patch, "what")), err.text);
        json_decref(document);
    }
    json_decref(patches);
}

/* "place" has to stand as a whole path, so that results[1] is not found in results[10]. */
static bool names_place(const char *message, const char *place)
{
    char expected[160];
    snprintf(expected, sizeof expected, "doc: %s: ", place);
    return strncmp(message, expected, strlen(expected)) == 0;
}

static void bad_documents_are_refused_at_their_place(void **state)
{
    (void)state;
    json_t *patches = load(DOCUMENTS "bad.json"), *patch;
    size_t i;
    assert_true(json_array_size(patches) > 80);
    json_array_foreach(patches, i, patch)
    {
        json_t *document = load(DOCUMENTS "good.json");
        const char *what = json_string_value(json_object_get(patch, "what"));
        const char *place = json_string_value(json_object_get(patch, "place"));
        cb_error err = {""};
        apply(document, patch);
        if (cb_results_check(document, "doc", &err) != CB_PARSE)
            fail_msg("%s: was accepted", what);
        if (!names_place(err.text, place))
            fail_msg("%s: expected a message about %s, got: %s", what, place, err.text);
        json_decref(document);
    }
    json_decref(patches);
}

/* ---- schema.json says the same ---- */

/* The part of schema.json that is about the place `path` ("context/machine/cores/0"). */
static json_t *schema_at(json_t *schema, const char *path)
{
    char copy[128], *save = NULL;
    json_t *at = schema;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok_r(copy, "/", &save); key; key = strtok_r(NULL, "/", &save)) {
        json_t *items = json_object_get(at, "items");
        at = items ? items : json_object_get(json_object_get(at, "properties"), key);
        const char *ref = json_string_value(json_object_get(at, "$ref"));
        if (ref) /* "#/$defs/row" */
            at = json_object_get(json_object_get(schema, "$defs"), strrchr(ref, '/') + 1);
        assert_non_null(at);
    }
    return at;
}

static bool is_required(const json_t *shape, const char *key)
{
    const json_t *list = json_object_get(shape, "required"), *name;
    size_t i;
    json_array_foreach(list, i, name)
    {
        if (strcmp(json_string_value(name), key) == 0)
            return true;
    }
    return false;
}

/* Whether the check in C misses `key` of `at`, a part of `document`. */
static bool is_missed(const json_t *document, json_t *at, const char *key)
{
    cb_error err;
    json_t *value = json_incref(json_object_get(at, key));
    json_object_del(at, key);
    bool missed = cb_results_check(document, "doc", &err) != CB_OK;
    json_object_set_new(at, key, value);
    return missed;
}

/* Keys that only some rows have to have. */
static bool is_conditional(const char *path, const char *key)
{
    static const char *const keys[] = {"time_s", "ops_per_s", "origin", "source", "tool"};
    bool conditional = false;
    for (size_t i = 0; i < COUNT(keys); i++)
        conditional = conditional || strcmp(keys[i], key) == 0;
    return conditional && strncmp(path, "results/", 8) == 0;
}

/* Takes each key of the document away in turn: the check in C and schema.json have to agree on
 * whether it may be missing. */
static void compare_required(json_t *schema, const json_t *document, json_t *at, const char *path,
                             size_t *compared)
{
    char below[256];
    json_t *shape = schema_at(schema, path), *unused;
    const char *key;
    json_object_foreach(json_object_get(shape, "properties"), key, unused)
    {
        json_t *value = json_object_get(at, key);
        if (!value)
            continue;
        bool missed = is_missed(document, at, key);
        if (missed != is_required(shape, key) && !is_conditional(path, key))
            fail_msg("%s/%s: required by %s alone", path, key, missed ? "check.c" : "schema.json");
        ++*compared;
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "/" : "", key);
        if (json_is_object(value))
            compare_required(schema, document, value, below, compared);
        for (size_t i = 0; json_is_object(json_array_get(value, i)); i++) {
            snprintf(below, sizeof below, "%s%s%s/%zu", path, *path ? "/" : "", key, i);
            compare_required(schema, document, json_array_get(value, i), below, compared);
        }
    }
    (void)unused;
}

static void schema_json_requires_the_same_keys(void **state)
{
    (void)state;
    json_t *schema = load(CB_TESTS_DIR "/../results/schema.json");
    json_t *document = load(DOCUMENTS "good.json");
    size_t compared = 0;
    compare_required(schema, document, document, "", &compared);
    assert_true(compared > 100);
    json_decref(document);
    json_decref(schema);
}

/* ---- docs/SCHEMA.md ---- */

static char *text_of_file(const char *path)
{
    static char text[1 << 16];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = 0;
    fclose(in);
    return text;
}

static void documented_example_is_a_document(void **state)
{
    (void)state;
    static const char fence[] = "```json\n";
    const char *text = strstr(text_of_file(CB_TESTS_DIR "/../docs/SCHEMA.md"), fence);
    assert_non_null(text);
    text += sizeof fence - 1;
    const char *end = strstr(text, "\n```");
    assert_non_null(end);
    json_t *document = NULL;
    cb_error err = {""};
    if (cb_results_parse(text, (size_t)(end - text), "SCHEMA.md", &err, &document) != CB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(cb_results_count(document), 1);
    assert_true(cb_row_number(cb_results_row(document, 0), "ops_per_s", 0) > 0);
    json_decref(document);
}

/* As `key`, or as the end of a heading such as `context.key`. */
static bool is_explained(const char *text, const char *key)
{
    char alone[64], inside[64];
    snprintf(alone, sizeof alone, "`%s`", key);
    snprintf(inside, sizeof inside, ".%s`", key);
    return strstr(text, alone) || strstr(text, inside);
}

static void find_keys(const json_t *schema, const char *text)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(schema, "properties"), key, value)
    {
        if (!is_explained(text, key))
            fail_msg("docs/SCHEMA.md does not explain `%s`", key);
        find_keys(value, text);
        find_keys(json_object_get(value, "items"), text);
    }
}

static void every_key_is_documented(void **state)
{
    (void)state;
    const char *text = text_of_file(CB_TESTS_DIR "/../docs/SCHEMA.md");
    json_t *schema = load(CB_TESTS_DIR "/../results/schema.json"), *part;
    const char *name;
    find_keys(schema, text);
    json_object_foreach(json_object_get(schema, "$defs"), name, part) find_keys(part, text);
    json_decref(schema);
}

/* ---- text that is no document ---- */

static void refuse(const char *text, size_t length, const char *part)
{
    cb_error err = {""};
    json_t *document = (json_t *)&err; /* must be left as it is */
    if (cb_results_parse(text, length, "doc", &err, &document) != CB_PARSE)
        fail_msg("accepted: %.60s", text);
    assert_ptr_equal(document, &err);
    if (strncmp(err.text, "doc:", 4) != 0 || !strstr(err.text, part))
        fail_msg("expected '%s' in: %s", part, err.text);
}

static void refuse_text(const char *text, const char *part)
{
    refuse(text, strlen(text), part);
}

static void text_that_is_no_json(void **state)
{
    (void)state;
    refuse_text("", "is empty");
    refuse_text("\n", "not valid JSON");
    refuse_text("{", "doc:1:1");
    refuse_text("{\"schema\": NaN}", "not valid JSON");
    refuse_text("{\"schema\": Infinity}", "not valid JSON");
    refuse_text("{\"schema\": -Infinity}", "not valid JSON");
    refuse_text("{\"a\": 1e999}", "not valid JSON");
    refuse_text("{\"a\": 123456789012345678901234567890}", "not valid JSON");
    refuse_text("{\"a\": 1, \"a\": 2}", "duplicate");
    refuse_text("{\"a\": \"\\u0000\"}", "not valid JSON");
    refuse_text("{\"a\": \"\xff\"}", "not valid JSON");
    refuse_text("{} {}", "not valid JSON");
    refuse_text("\x1b[31m", "not valid JSON");
    refuse("\0\0\0", 3, "not valid JSON");
}

static void json_that_is_no_document(void **state)
{
    (void)state;
    refuse_text("[]", "expected an object, found a list");
    refuse_text("[1, 2]", "expected an object");
    refuse_text("{}", "schema: expected a text, found no such key");
    refuse_text("{\"schema\": \"cachebound/results/7\"}", "\"cachebound/results/7\"");
    refuse_text("{\"schema\": \"cachebound/results/7\"}", "use the cachebound that wrote it");
    refuse_text("{\"schema\": \"something else\"}", "no results document");
}

static void deep_nesting_is_refused_not_followed(void **state)
{
    (void)state;
    enum { DEPTH = 1000000 };
    char *text = malloc(DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    refuse(text, DEPTH, "depth");
    free(text);
}

/* Every beginning of a document is refused: nothing cut off passes for a whole one. */
static void cut_off_documents_are_refused(void **state)
{
    (void)state;
    json_t *document = load(DOCUMENTS "good.json");
    char *text = json_dumps(document, JSON_COMPACT);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i += 7)
        refuse(text, i, "");
    free(text);
    json_decref(document);
}

/* ---- making documents ---- */

static void new_document_is_whole(void **state)
{
    (void)state;
    cb_error err = {""};
    json_t *document = a_document();
    const json_t *context = json_object_get(document, "context");
    if (cb_results_check(document, "doc", &err) != CB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(cb_results_count(document), 0);
    assert_string_equal(cb_row_text(context, "machine.name"), "pi.example");
    assert_non_null(cb_row_text(context, "tool.version"));
    assert_non_null(cb_row_text(context, "libraries.hwloc"));
    assert_non_null(cb_row_text(context, "libraries.jansson"));
    const json_t *argv = json_object_get(json_object_get(context, "tool"), "argv");
    assert_int_equal(json_array_size(argv), 4); /* what is not UTF-8 is there too */
    assert_string_equal(json_string_value(json_array_get(argv, 3)), "??.json");
    assert_non_null(cb_row_text(context, "environment.clock_hz_before_reason"));
    json_decref(document);
}

static void finish_writes_the_end(void **state)
{
    (void)state;
    json_t *document = a_document();
    cb_environment after = {.load_1min = {.value = 1.5},
                            .temperature_celsius = {.reason = "no sensor"}};
    cb_results_finish(document, &after, 1.5e9, NAN);
    const json_t *context = json_object_get(document, "context");
    assert_true(cb_row_number(context, "environment.clock_hz_before", 0) == 1.5e9);
    assert_null(cb_row_text(context, "environment.clock_hz_before_reason"));
    assert_true(cb_row_number(context, "environment.clock_hz_after", -1) == -1);
    assert_non_null(cb_row_text(context, "environment.clock_hz_after_reason"));
    assert_true(cb_row_number(context, "environment.load_1min", 0) == 0.5);
    assert_true(cb_row_number(context, "environment.load_1min_after", 0) == 1.5);
    assert_string_equal(cb_row_text(context, "environment.temperature_celsius_after_reason"),
                        "no sensor");
    cb_error err;
    assert_int_equal(cb_results_check(document, "doc", &err), CB_OK);
    json_decref(document);
}

static void rows_have_the_documented_order_of_keys(void **state)
{
    (void)state;
    static const char *const order[] = {
        "family", "kernel", "variant", "dtype",     "isa",         "core_kind",          "threads",
        "params", "work",   "time_s",  "ops_per_s", "bytes_per_s", "bytes_per_s_reason", "anything",
        "check",  "status", "reason"};
    json_t *document = a_document(), *row = a_row(), *value;
    const char *key;
    cb_error err;
    size_t i = 0;
    json_object_set_new(row, "anything", json_true());
    json_incref(row);
    assert_int_equal(cb_results_append(document, row, &err), CB_OK);
    assert_ptr_equal(cb_results_row(document, 0), row);
    json_object_foreach(row, key, value)
    {
        assert_true(i < COUNT(order));
        assert_string_equal(key, order[i++]);
    }
    assert_int_equal(i, COUNT(order));
    json_decref(row);
    json_decref(document);
}

static void samples_keep_seven_digits(void **state)
{
    (void)state;
    json_t *row = a_row();
    const json_t *samples = json_object_get(json_object_get(row, "time_s"), "samples");
    assert_int_equal(json_array_size(samples), 3);
    assert_true(json_number_value(json_array_get(samples, 0)) == 2e-6);
    assert_true(json_number_value(json_array_get(samples, 1)) == 1.234568e-6);
    assert_true(cb_row_number(row, "time_s.min", 0) == 1.23456789012e-6);
    json_decref(row);
}

static void bad_rows_are_not_appended(void **state)
{
    (void)state;
    json_t *document = a_document(), *row = a_row();
    cb_error err = {""};
    json_object_del(row, "time_s");
    assert_int_equal(cb_results_append(document, row, &err), CB_PARSE);
    assert_non_null(strstr(err.text, "results[0].time_s"));
    assert_int_equal(cb_results_append(document, NULL, &err), CB_NO_MEMORY);
    cb_row_key nameless = {.family = "peak", .threads = 1};
    assert_int_equal(cb_results_append(document, cb_row_new(&nameless, NULL), &err), CB_PARSE);
    assert_non_null(strstr(err.text, "results[0].kernel"));
    assert_int_equal(cb_results_count(document), 0);
    json_decref(document);
}

static void numbers_are_finite_or_null_with_a_reason(void **state)
{
    (void)state;
    json_t *row = json_object();
    cb_row_set_number(row, "a", 2.5, NULL);
    cb_row_set_number(row, "b", 4e9, NULL);
    cb_row_set_number(row, "c", NAN, NULL);
    cb_row_set_number(row, "d", INFINITY, NULL);
    cb_row_set_number(row, "e", 1, "not measured");
    assert_true(json_is_real(json_object_get(row, "a")));
    assert_true(json_is_integer(json_object_get(row, "b")));
    assert_true(json_is_null(json_object_get(row, "c")));
    assert_non_null(cb_row_text(row, "c_reason"));
    assert_true(json_is_null(json_object_get(row, "d")));
    assert_string_equal(cb_row_text(row, "e_reason"), "not measured");
    cb_row_set_number(row, "e", 1, NULL); /* now known: no reason stays behind */
    assert_null(cb_row_text(row, "e_reason"));
    json_decref(row);
}

static void rows_without_figures_keep_their_reason(void **state)
{
    (void)state;
    json_t *document = a_document(), *row = a_row();
    cb_error err;
    cb_row_set_status(row, "failed", "differs from its oracle");
    assert_null(json_object_get(row, "time_s"));
    assert_null(json_object_get(row, "ops_per_s"));
    assert_int_equal(cb_results_append(document, row, &err), CB_OK);
    assert_string_equal(cb_row_text(cb_results_row(document, 0), "reason"),
                        "differs from its oracle");
    json_decref(document);
}

static void accessors_never_fail(void **state)
{
    (void)state;
    json_t *row = a_row();
    assert_string_equal(cb_row_text(row, "kernel"), "fmla_f32_12__neon");
    assert_true(cb_row_number(row, "params.n", 0) == 32);
    assert_null(cb_row_text(row, "params.n"));
    assert_null(cb_row_text(row, "variant"));
    assert_null(cb_row_text(row, "kernel.x.y"));
    assert_null(cb_row_text(row, ""));
    assert_null(cb_row_text(row, "."));
    assert_null(cb_row_text(NULL, "kernel"));
    assert_true(cb_row_number(row, "kernel", -7) == -7);
    assert_true(cb_row_number(row, "bytes_per_s", -7) == -7);
    assert_true(cb_row_number(NULL, "threads", -7) == -7);
    char longest[4000];
    memset(longest, 'k', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_null(cb_row_text(row, longest));
    json_decref(row);
}

/* ---- files ---- */

static int make_root(void **state)
{
    char *root = strdup("/tmp/cachebound-test-XXXXXX");
    *state = mkdtemp(root);
    return *state ? 0 : -1;
}

static int remove_root(void **state)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    int failed = system(command);
    free(*state);
    return failed;
}

static void put_file(const char *root, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    mkdir(path, 0777);
    *slash = '/';
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("{}", out);
    fclose(out);
}

static void latest_is_the_newest_of_all_hosts(void **state)
{
    const char *root = *state;
    char path[512], expected[512];
    cb_error err = {""};
    setenv("CACHEBOUND_RESULTS", root, 1);
    assert_int_equal(cb_locate("latest", &err, path, sizeof path), CB_IO);
    assert_non_null(strstr(err.text, root));
    assert_non_null(strstr(err.text, "cachebound characterize"));
    put_file(root, "a/20240501T103000.123Z.json");
    put_file(root, "b/20240501T103000.124Z.json");
    put_file(root, "b/20240430T103000.124Z.json");
    put_file(root, "b/20240601T103000.000Z.csv");
    put_file(root, "b/zzz.json");
    put_file(root, "b/.20240701T103000.000Z.json.1-0.tmp");
    assert_int_equal(cb_locate("latest", &err, path, sizeof path), CB_OK);
    snprintf(expected, sizeof expected, "%s/b/20240501T103000.124Z.json", root);
    assert_string_equal(path, expected);
    unsetenv("CACHEBOUND_RESULTS");
}

static void default_path_is_host_and_time(void **state)
{
    (void)state;
    json_t *document = load(DOCUMENTS "good.json");
    json_t *context = json_object_get(document, "context");
    json_t *machine = json_object_get(context, "machine");
    char path[512];
    cb_error err = {""};
    unsetenv("CACHEBOUND_RESULTS");
    assert_int_equal(cb_results_default_path(document, &err, path, sizeof path), CB_OK);
    assert_string_equal(path, "results/testhost/20240501T103000.123Z.json");
    json_object_set_new(machine, "name", json_string("../we ird/\xc3\xa9.x"));
    setenv("CACHEBOUND_RESULTS", "/elsewhere", 1);
    assert_int_equal(cb_results_default_path(document, &err, path, sizeof path), CB_OK);
    assert_string_equal(path, "/elsewhere/-.-we-ird---.x/20240501T103000.123Z.json");
    unsetenv("CACHEBOUND_RESULTS");
    assert_int_equal(cb_results_default_path(document, &err, path, 10), CB_IO);
    json_object_set_new(json_object_get(context, "environment"), "started", json_null());
    assert_int_equal(cb_results_default_path(document, &err, path, sizeof path), CB_PARSE);
    json_decref(document);
    document = a_document(); /* and what a new document says of its start is understood */
    assert_int_equal(cb_results_default_path(document, &err, path, sizeof path), CB_OK);
    json_decref(document);
}

static void unreadable_files_are_named(void **state)
{
    const char *root = *state;
    char path[256];
    json_t *document;
    cb_error err = {""};
    assert_int_equal(cb_results_read("/nowhere/x.json", &err, &document), CB_IO);
    assert_non_null(strstr(err.text, "/nowhere/x.json: no such file"));
    assert_int_equal(cb_results_read(root, &err, &document), CB_IO);
    assert_non_null(strstr(err.text, "is a folder"));
    snprintf(path, sizeof path, "%s/large.json", root);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(ftruncate(fd, ((off_t)512 << 20) + 1), 0);
    close(fd);
    assert_int_equal(cb_results_read(path, &err, &document), CB_IO);
    assert_non_null(strstr(err.text, "512 MiB"));
}

static void pipes_are_read_to_their_end(void **state)
{
    char path[256], command[512];
    cb_error err = {""};
    json_t *document = NULL;
    snprintf(path, sizeof path, "%s/pipe", (char *)*state);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(command, sizeof command, "cat '" DOCUMENTS "good.json' > '%s' &", path);
    assert_int_equal(system(command), 0);
    assert_int_equal(cb_results_read(path, &err, &document), CB_OK);
    assert_int_equal(cb_results_count(document), 5);
    json_decref(document);
}

/* ---- published boards ---- */

static void read_reference(const char *name, json_t **document)
{
    char reference[64];
    cb_error err = {""};
    snprintf(reference, sizeof reference, "reference:%s", name);
    if (cb_results_read(reference, &err, document) != CB_OK)
        fail_msg("%s", err.text);
}

/* Each figure of a published row is a number or says why it is none. */
static void check_published_row(const json_t *row)
{
    static const char *const keys[] = {"ops_per_s", "bytes_per_s", "clock_hz",
                                       "threads",   "isa",         "params.block_bytes"};
    char reason[64];
    assert_string_equal(cb_row_text(row, "origin"), "published");
    assert_non_null(cb_row_text(row, "source"));
    assert_null(strstr(cb_row_text(row, "source"), "idem"));
    assert_null(strstr(cb_row_text(row, "tool"), "idem"));
    for (size_t i = 0; i < COUNT(keys); i++) {
        bool in_params = strncmp(keys[i], "params.", 7) == 0;
        bool known = cb_row_number(row, keys[i], -1) >= 0 || cb_row_text(row, keys[i]);
        snprintf(reason, sizeof reason, "%s_reason", keys[i]);
        bool has_key = !in_params || cb_row_text(row, "params.pattern");
        if (has_key)
            assert_true(known != (cb_row_text(row, reason) != NULL));
    }
}

static void published_boards_are_documents(void **state)
{
    (void)state;
    static const char *const names[] = {"pi3",           "pi4",        "pi5",
                                        "rk3399-little", "rk3399-big", "lx2160a"};
    size_t rows = 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        json_t *document = NULL;
        read_reference(names[i], &document);
        assert_non_null(cb_row_text(json_object_get(document, "context"), "source"));
        for (size_t r = 0; r < cb_results_count(document); r++)
            check_published_row(cb_results_row(document, r));
        rows += cb_results_count(document);
        json_decref(document);
    }
    assert_int_equal(rows, 61 + 2 + 3 + 2 + 2); /* four lines hold several figures */
}

static double bandwidth_of(const json_t *document, const char *pattern, const char *level,
                           const char *tool)
{
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        const char *its_level = cb_row_text(row, "params.level");
        if (its_level && strcmp(its_level, level) == 0 &&
            strcmp(cb_row_text(row, "params.pattern"), pattern) == 0 &&
            strcmp(cb_row_text(row, "tool"), tool) == 0)
            return cb_row_number(row, "bytes_per_s", -1);
    }
    return -1;
}

static void published_figures_are_converted_exactly(void **state)
{
    (void)state;
    json_t *pi3 = NULL, *pi4 = NULL;
    read_reference("pi3", &pi3);
    read_reference("pi4", &pi4);
    assert_true(bandwidth_of(pi3, "read", "L1", "ramspeed-smp") == 14363.0 * 1048576);
    assert_true(bandwidth_of(pi4, "write", "RAM", "ramspeed-smp") == 2984.0 * 1048576);
    assert_true(bandwidth_of(pi3, "write", "RAM", "tinymembench") == 1705e6);
    assert_true(bandwidth_of(pi3, "copy", "RAM", "tinymembench") == 2 * 1110.5e6);
    assert_true(bandwidth_of(pi4, "triad", "RAM", "STREAM gcc -O3") == 4844.1e6);
    json_decref(pi3);
    json_decref(pi4);
}

static void unknown_references_list_what_there_is(void **state)
{
    (void)state;
    static const char *const names[] = {"reference:", "reference:pi9", "reference:../schema",
                                        "reference:.", "reference:pi4.json"};
    json_t *document;
    for (size_t i = 0; i < COUNT(names); i++) {
        cb_error err = {""};
        assert_int_equal(cb_results_read(names[i], &err, &document), CB_USAGE);
        assert_non_null(strstr(err.text, "lx2160a, pi3, pi4, pi5, rk3399-big, rk3399-little"));
    }
}

static void own_data_folder_comes_first(void **state)
{
    const char *root = *state;
    char path[512], expected[512];
    cb_error err = {""};
    put_file(root, "reference/myboard.json");
    setenv("CACHEBOUND_DATA", root, 1);
    assert_int_equal(cb_locate("reference:myboard", &err, path, sizeof path), CB_OK);
    snprintf(expected, sizeof expected, "%s/reference/myboard.json", root);
    assert_string_equal(path, expected);
    assert_int_equal(cb_locate("reference:pi4", &err, path, sizeof path), CB_OK);
    assert_int_equal(cb_locate("reference:no", &err, path, sizeof path), CB_USAGE);
    assert_non_null(strstr(err.text, "lx2160a, myboard, pi3"));
    unsetenv("CACHEBOUND_DATA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_document_is_read),
        cmocka_unit_test(what_the_schema_does_not_name_is_allowed),
        cmocka_unit_test(bad_documents_are_refused_at_their_place),
        cmocka_unit_test(schema_json_requires_the_same_keys),
        cmocka_unit_test(documented_example_is_a_document),
        cmocka_unit_test(every_key_is_documented),
        cmocka_unit_test(text_that_is_no_json),
        cmocka_unit_test(json_that_is_no_document),
        cmocka_unit_test(deep_nesting_is_refused_not_followed),
        cmocka_unit_test(cut_off_documents_are_refused),
        cmocka_unit_test(new_document_is_whole),
        cmocka_unit_test(finish_writes_the_end),
        cmocka_unit_test(rows_have_the_documented_order_of_keys),
        cmocka_unit_test(samples_keep_seven_digits),
        cmocka_unit_test(bad_rows_are_not_appended),
        cmocka_unit_test(numbers_are_finite_or_null_with_a_reason),
        cmocka_unit_test(rows_without_figures_keep_their_reason),
        cmocka_unit_test(accessors_never_fail),
        cmocka_unit_test_setup_teardown(latest_is_the_newest_of_all_hosts, make_root, remove_root),
        cmocka_unit_test(default_path_is_host_and_time),
        cmocka_unit_test_setup_teardown(unreadable_files_are_named, make_root, remove_root),
        cmocka_unit_test_setup_teardown(pipes_are_read_to_their_end, make_root, remove_root),
        cmocka_unit_test(published_boards_are_documents),
        cmocka_unit_test(published_figures_are_converted_exactly),
        cmocka_unit_test(unknown_references_list_what_there_is),
        cmocka_unit_test_setup_teardown(own_data_folder_comes_first, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
