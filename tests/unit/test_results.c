/* Documents: making and checking them. Reading is in test_results_read.c, writing in
 * test_results_write.c. */
#include "tests/unit/result_documents.h"

#include <math.h>
#include <stdlib.h>

/* ---- help ---- */

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
