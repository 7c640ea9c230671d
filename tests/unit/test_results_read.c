/* Where documents are read from: files, the newest one, the boards that ship with cachebound. */
#include "results/locate.h"
#include "tests/unit/result_documents.h"
#include "tests/unit/temporary_folder.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

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

/* ---- without samples ---- */

static const json_t *samples_of(const json_t *document)
{
    return json_object_get(json_object_get(cb_results_row(document, 0), "time_s"), "samples");
}

static void put_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* A document whose first row's texts and params hold what looks like a list of samples. */
static void put_tricky(const char *path)
{
    json_t *document = good();
    json_t *row = (json_t *)cb_results_row(document, 0);
    json_object_set_new(row, "note", json_string("\"samples\": [1, 2]"));
    json_object_set_new(json_object_get(row, "params"), "samples",
                        json_pack("[s, i]", "not numbers alone", 3));
    assert_int_equal(json_dump_file(document, path, JSON_INDENT(1)), 0);
    json_decref(document);
}

static void summaries_are_the_document_without_its_samples(void **state)
{
    char path[256];
    json_t *whole, *summaries;
    cb_error err = {""};
    snprintf(path, sizeof path, "%s/tricky.json", (const char *)*state);
    put_tricky(path);
    assert_int_equal(cb_results_read(path, &err, &whole), CB_OK);
    assert_int_equal(cb_results_read_summaries(path, &err, &summaries), CB_OK);
    assert_true(json_array_size(samples_of(whole)) > 0);
    assert_int_equal(json_array_size(samples_of(summaries)), 0);
    for (size_t i = 0; i < cb_results_count(whole); i++) {
        json_t *time = json_object_get(cb_results_row(whole, i), "time_s");
        if (time)
            json_object_set_new(time, "samples", json_array());
    }
    assert_true(json_equal(whole, summaries));
    json_decref(whole);
    json_decref(summaries);
}

static void damage_is_named_where_it_is_in_the_file(void **state)
{
    static const char damaged[] = "{\"samples\": [\n1,\n2\n],\n\"schema\": }";
    char path[256];
    json_t *document;
    cb_error whole = {""}, summaries = {""};
    snprintf(path, sizeof path, "%s/damaged.json", (const char *)*state);
    put_text(path, damaged);
    assert_int_equal(cb_results_read(path, &whole, &document), CB_PARSE);
    assert_int_equal(cb_results_read_summaries(path, &summaries, &document), CB_PARSE);
    assert_non_null(strstr(whole.text, "damaged.json:5:"));
    assert_string_equal(whole.text, summaries.text);
    put_text(path, "{\"samples\": [1, 2");
    assert_int_equal(cb_results_read_summaries(path, &summaries, &document), CB_PARSE);
    assert_int_equal(cb_results_read_summaries("/nowhere/x.json", &summaries, &document), CB_IO);
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
    assert_int_equal(rows, 117 + 2 + 3 + 2 + 2); /* four lines hold several figures */
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
        cmocka_unit_test_setup_teardown(latest_is_the_newest_of_all_hosts, make_root, remove_root),
        cmocka_unit_test(default_path_is_host_and_time),
        cmocka_unit_test_setup_teardown(unreadable_files_are_named, make_root, remove_root),
        cmocka_unit_test_setup_teardown(pipes_are_read_to_their_end, make_root, remove_root),
        cmocka_unit_test_setup_teardown(summaries_are_the_document_without_its_samples, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(damage_is_named_where_it_is_in_the_file, make_root,
                                        remove_root),
        cmocka_unit_test(published_boards_are_documents),
        cmocka_unit_test(published_figures_are_converted_exactly),
        cmocka_unit_test(unknown_references_list_what_there_is),
        cmocka_unit_test_setup_teardown(own_data_folder_comes_first, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
