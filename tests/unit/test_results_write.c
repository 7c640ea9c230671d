/* Writing documents: the three formats. Files are in test_results_files.c. */
#include "tests/unit/result_documents.h"

#include <errno.h>
#include <stdlib.h>

/* ---- help ---- */

static json_t *row_of(json_t *document, size_t index)
{
    return json_array_get(json_object_get(document, "results"), index);
}

/* What a format makes of a document; the caller frees. */
static char *written(const json_t *document, cb_format format)
{
    char *text = NULL;
    size_t length = 0;
    cb_error err = {""};
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(cb_results_write(document, format, out, &err), CB_OK);
    fclose(out);
    assert_int_equal(strlen(text), length);
    return text;
}

/* ---- JSON ---- */

static void json_round_trip_is_exact(void **state)
{
    (void)state;
    static const double values[] = {0.1,  1.0 / 3,       1e-9, 5e-324, 1.7976931348623157e308, 3.0,
                                    1e15, 123456789.125, 1e22, 0x1p53, 9007199254740993.0,     0.0};
    json_t *document = good(), *again = NULL, *list = json_array();
    cb_error err = {""};
    for (size_t i = 0; i < COUNT(values); i++)
        json_array_append_new(list, json_real(values[i]));
    json_object_set_new(row_of(document, 0), "reals", list);
    json_object_set_new(row_of(document, 0), "text",
                        json_string("\x01\x1f\t\n\"\\/ \xc3\xa9 \xf0\x9f\x8d\x93 \x7f"));
    json_object_set_new(row_of(document, 0), "\"key\"\n",
                        json_pack("{s:[], s:{}, s:[[], {}]}", "a", "b", "c"));
    char *text = written(document, CB_FORMAT_JSON);
    assert_int_equal(cb_results_parse(text, strlen(text), "doc", &err, &again), CB_OK);
    assert_true(json_equal(document, again));
    free(text);
    json_decref(document);
    json_decref(again);
}

static void json_is_laid_out_a_row_a_line(void **state)
{
    (void)state;
    json_t *document = good();
    char *text = written(document, CB_FORMAT_JSON);
    assert_string_equal(text, text_of_file(GOOD));
    free(text);
    json_decref(document);
}

static void short_numbers_stay_short(void **state)
{
    (void)state;
    json_t *document = good();
    json_object_set_new(row_of(document, 0), "ops_per_s", json_real(0.1));
    char *text = written(document, CB_FORMAT_JSON);
    assert_non_null(strstr(text, "\"ops_per_s\": 0.1,"));
    free(text);
    json_decref(document);
}

/* ---- CSV ---- */

/* The next cell of a record, unquoted, into `cell`; returns what ended it: ',', '\r' or 0. */
static char next_cell(const char **at, char *cell)
{
    const char *c = *at;
    if (*c == '"') {
        for (c++; *c && !(c[0] == '"' && c[1] != '"'); c++) {
            c += *c == '"';
            *cell++ = *c;
        }
        c += *c == '"';
    } else {
        while (*c && *c != ',' && *c != '\r')
            *cell++ = *c++;
    }
    *cell = 0;
    char end = *c;
    *at = end == '\r' ? c + 2 : end ? c + 1 : c;
    return end;
}

/* The cell of a named column in record `index` (0: the first row) of a CSV text. */
static const char *csv_cell(const char *text, const char *column, int index)
{
    static char cell[4096];
    int wanted = 0;
    const char *at = text;
    char end;
    for (; (end = next_cell(&at, cell)) != '\r' && strcmp(cell, column) != 0; wanted++)
        assert_int_equal(end, ',');
    if (strcmp(cell, column) != 0)
        return NULL;
    while (end != '\r')
        end = next_cell(&at, cell);
    for (int record = 0; record < index; record++)
        while (next_cell(&at, cell) != '\r')
            continue;
    for (int i = 0; i < wanted; i++)
        assert_int_equal(next_cell(&at, cell), ',');
    next_cell(&at, cell);
    return cell;
}

static void csv_has_a_record_a_row(void **state)
{
    (void)state;
    json_t *document = good();
    char *text = written(document, CB_FORMAT_CSV), cell[4096];
    const char *at = text;
    int records = 0, columns = 0, cells = 1;
    while (*at) {
        char end = next_cell(&at, cell);
        cells += end == ',';
        if (end != '\r')
            continue;
        columns = columns ? columns : cells;
        assert_int_equal(cells, columns);
        assert_true(at[-1] == '\n');
        records++;
        cells = 1;
    }
    assert_int_equal(records, 1 + 5);
    assert_int_equal(strncmp(text, "family,kernel,variant,dtype,isa,core_kind,threads,status,", 57),
                     0);
    free(text);
    json_decref(document);
}

static void csv_cells_are_found_by_dotted_columns(void **state)
{
    (void)state;
    json_t *document = good();
    char *text = written(document, CB_FORMAT_CSV);
    assert_string_equal(csv_cell(text, "family", 0), "peak");
    assert_string_equal(csv_cell(text, "time_s.median", 0), "2e-06");
    assert_string_equal(csv_cell(text, "params.block_bytes", 1), "4096");
    assert_string_equal(csv_cell(text, "params.block_bytes", 0), "");
    assert_string_equal(csv_cell(text, "params.m", 4), "512");
    assert_string_equal(csv_cell(text, "params.non_temporal", 1), "false");
    assert_string_equal(csv_cell(text, "tile.nr", 4), "12");
    assert_string_equal(csv_cell(text, "reason", 2), "this machine has no AVX-512");
    assert_string_equal(csv_cell(text, "threads", 3), "");
    assert_null(csv_cell(text, "time_s.samples", 0));
    free(text);
    json_decref(document);
}

static void csv_quotes_what_needs_it(void **state)
{
    (void)state;
    json_t *document = good();
    const char *odd = "a,b \"c\"\r\nd";
    json_object_set_new(row_of(document, 2), "reason", json_string(odd));
    json_object_set_new(json_object_get(row_of(document, 2), "params"), "pad,ding",
                        json_pack("[i,i]", 1, 2));
    char *text = written(document, CB_FORMAT_CSV);
    assert_non_null(strstr(text, ",\"a,b \"\"c\"\"\r\nd\","));
    assert_non_null(strstr(text, ",\"params.pad,ding\","));
    assert_string_equal(csv_cell(text, "reason", 2), odd);
    assert_string_equal(csv_cell(text, "params.pad,ding", 2), "[1,2]");
    free(text);
    json_decref(document);
}

/* The columns do not depend on which row comes first, nor on the order of its keys. */
static void csv_columns_are_stable(void **state)
{
    (void)state;
    json_t *document = good(), *reversed = json_array();
    json_t *rows = json_object_get(document, "results");
    char *text = written(document, CB_FORMAT_CSV);
    for (size_t i = json_array_size(rows); i-- > 0;)
        json_array_append(reversed, json_array_get(rows, i));
    json_object_set_new(document, "results", reversed);
    char *other = written(document, CB_FORMAT_CSV);
    size_t header = strcspn(text, "\r");
    assert_int_equal(strcspn(other, "\r"), header);
    assert_memory_equal(text, other, header);
    free(text);
    free(other);
    json_decref(document);
}

static void csv_without_rows_has_its_header(void **state)
{
    (void)state;
    json_t *document = good();
    json_object_set_new(document, "results", json_array());
    char *text = written(document, CB_FORMAT_CSV);
    assert_int_equal(strncmp(text, "family,kernel,", 14), 0);
    assert_string_equal(strchr(text, '\r'), "\r\n");
    free(text);
    json_decref(document);
}

/* ---- the table ---- */

static size_t characters(const char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static void assert_lines_fit(const char *text)
{
    while (*text) {
        size_t bytes = strcspn(text, "\n");
        if (characters(text, bytes) > 100)
            fail_msg("%zu columns: %.*s", characters(text, bytes), (int)bytes, text);
        assert_true(bytes == 0 || text[bytes - 1] != '\r');
        text += bytes + (text[bytes] == '\n');
    }
}

/* The line that holds `part`. */
static const char *line_with(const char *text, const char *part)
{
    static char line[512];
    const char *at = strstr(text, part);
    if (!at)
        fail_msg("'%s' is not in:\n%s", part, text);
    while (at > text && at[-1] != '\n')
        at--;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    return line;
}

static void table_shows_what_matters(void **state)
{
    (void)state;
    json_t *document = good();
    char *text = written(document, CB_FORMAT_TABLE);
    assert_lines_fit(text);
    assert_string_equal(line_with(text, "testhost"),
                        "testhost, A board, Cortex-A72, Debian GNU/Linux 12 (bookworm)");
    const char *line = line_with(text, "fmla_f32_12__neon");
    assert_non_null(strstr(line, "48.00 GFLOP/s"));
    assert_non_null(strstr(line, "1.500 GHz"));
    assert_non_null(strstr(line, "0.50 %"));
    line = line_with(text, "read_ldrx_u16__a64");
    assert_non_null(strstr(line, "4 KiB"));
    assert_non_null(strstr(line, "11.70 GB/s"));
    assert_non_null(strstr(line_with(text, "sdot_s8"), "153.5 GOP/s"));
    line = line_with(text, "gemm_f32_8x12__neon");
    assert_non_null(strstr(line, "512  512  512"));
    assert_non_null(strstr(line, "40.00 GFLOP/s"));
    assert_null(strstr(text, "latency")); /* no row has one */
    assert_null(strstr(text, "EMULATED"));
    free(text);
    json_decref(document);
}

static void table_gives_the_reason_of_what_was_skipped(void **state)
{
    (void)state;
    static const char reason[] = "this machine has no AVX-512, and the reason is so long that one "
                                 "line of the terminal cannot "
                                 "hold it, so that it has to go on below, up to its last word";
    json_t *document = good();
    char *text = written(document, CB_FORMAT_TABLE);
    assert_non_null(
        strstr(line_with(text, "read_zmm_u16__avx512"), "skipped: this machine has no AVX-512"));
    free(text);
    json_object_set_new(row_of(document, 2), "reason", json_string(reason));
    text = written(document, CB_FORMAT_TABLE);
    assert_lines_fit(text);
    for (const char *word = reason; *word; word += strspn(word, " ")) {
        char copy[32];
        snprintf(copy, sizeof copy, "%.*s", (int)strcspn(word, " "), word);
        assert_non_null(strstr(text, copy));
        word += strcspn(word, " ");
    }
    free(text);
    json_decref(document);
}

static void table_warns_before_a_figure_is_quoted(void **state)
{
    (void)state;
    json_t *document = good();
    json_t *context = json_object_get(document, "context");
    json_object_set_new(json_object_get(context, "environment"), "emulated", json_true());
    json_object_set_new(row_of(document, 0), "clock_drifted", json_true());
    cb_row_set_check(row_of(document, 0), "scalar", 0.25, false);
    char *text = written(document, CB_FORMAT_TABLE);
    assert_non_null(strstr(text, "EMULATED"));
    assert_non_null(strstr(text, "! wrong result: differs from its oracle by 0.25"));
    const char *line = line_with(text, "fmla_f32_12__neon");
    assert_string_equal(line + strlen(line) - 2, " *");
    assert_non_null(strstr(text, "\n * the clock moved"));
    free(text);
    json_decref(document);
}

/* Core kinds are a column only where they differ. */
static void table_names_cores_that_differ(void **state)
{
    (void)state;
    json_t *document = good();
    json_object_set_new(row_of(document, 3), "core_kind", json_string("Cortex-A53"));
    char *text = written(document, CB_FORMAT_TABLE);
    assert_non_null(strstr(line_with(text, "sdot_s8"), "Cortex-A53"));
    assert_non_null(strstr(line_with(text, "fmla_f32"), "Cortex-A72"));
    assert_null(strstr(line_with(text, "gemm_f32"), "Cortex-A72")); /* one kind in its table */
    free(text);
    json_decref(document);
}

static void table_holds_its_width_against_long_texts(void **state)
{
    (void)state;
    static const char *const keys[] = {"kernel", "variant", "dtype", "core_kind", "tool"};
    char longest[600];
    for (size_t i = 0; i < sizeof longest - 1; i += 2)
        memcpy(longest + i, "\xc3\xa9", 2);
    longest[sizeof longest - 2] = 0;
    longest[0] = longest[1] = 'K';
    json_t *document = good();
    for (size_t r = 0; r < cb_results_count(document); r++) {
        for (size_t i = 0; i < COUNT(keys); i++)
            json_object_set_new(row_of(document, r), keys[i], json_string(longest));
        json_object_set_new(json_object_get(row_of(document, r), "params"), "pattern",
                            json_string(longest));
    }
    json_object_set_new(row_of(document, 0), "kernel", json_string("\x1b[31mred"));
    json_object_set_new(row_of(document, 2), "reason", json_string(longest));
    json_object_set_new(json_object_get(json_object_get(document, "context"), "machine"), "name",
                        json_string(longest));
    char *text = written(document, CB_FORMAT_TABLE);
    assert_lines_fit(text);
    assert_non_null(strstr(text, "K"));
    assert_null(strchr(text, '\x1b')); /* and no escape sequence reaches the terminal */
    json_t *valid = json_string(text); /* no character is cut in two */
    assert_non_null(valid);
    json_decref(valid);
    free(text);
    json_decref(document);
}

/* Everything that a table can hold at once, and numbers that no machine gives. */
static void table_holds_its_width_against_wild_numbers(void **state)
{
    (void)state;
    static const char *const keys[] = {"ops_per_s",       "bytes_per_s", "ops_per_cycle",
                                       "bytes_per_cycle", "latency_s",   "clock_hz",
                                       "latency_cycles"};
    json_t *document = good();
    for (size_t r = 0; r < cb_results_count(document); r++) {
        for (size_t i = 0; i < COUNT(keys); i++)
            json_object_set_new(row_of(document, r), keys[i], json_real(1.7976931348623157e308));
        json_t *params = json_object_get(row_of(document, r), "params");
        json_object_set_new(params, "block_bytes", json_integer(INT64_MAX));
        json_object_set_new(params, "n", json_integer(INT64_MAX));
        json_object_set_new(params, "level", json_string("a level"));
        json_object_set_new(row_of(document, r), "theoretical",
                            json_pack("{s:f}", "ops_per_cycle", 1e300));
        json_object_set_new(row_of(document, r), "threads", json_integer(INT64_MAX));
        json_object_set_new(row_of(document, r), "tool", json_string("a tool, one of many"));
        json_object_set_new(row_of(document, r), "core_kind",
                            json_string(r % 2 ? "Cortex-A72" : "Cortex-A53"));
    }
    json_object_set_new(json_object_get(row_of(document, 0), "time_s"), "mad", json_real(1e300));
    json_object_set_new(json_object_get(row_of(document, 1), "time_s"), "mad", json_real(1e300));
    char *text = written(document, CB_FORMAT_TABLE);
    assert_lines_fit(text);
    assert_non_null(strstr(text, "1.798e+308 B/s"));
    free(text);
    json_decref(document);
}

static void published_tables_fit(void **state)
{
    (void)state;
    static const char *const names[] = {"reference:pi3", "reference:pi4", "reference:pi5"};
    for (size_t i = 0; i < COUNT(names); i++) {
        json_t *document = NULL;
        cb_error err = {""};
        assert_int_equal(cb_results_read(names[i], &err, &document), CB_OK);
        char *text = written(document, CB_FORMAT_TABLE);
        assert_lines_fit(text);
        assert_non_null(strstr(text, "Published figures"));
        free(text);
        json_decref(document);
    }
}

/* ---- streams and formats ---- */

static void formats_have_names(void **state)
{
    (void)state;
    cb_error err = {""};
    cb_format format;
    assert_int_equal(cb_format_from_name("csv", &err, &format), CB_OK);
    assert_int_equal(format, CB_FORMAT_CSV);
    assert_int_equal(cb_format_from_name("xml", &err, &format), CB_USAGE);
    assert_non_null(strstr(err.text, "table, json, csv"));
}

static void full_stream_is_reported(void **state)
{
    (void)state;
    static const cb_format formats[] = {CB_FORMAT_JSON, CB_FORMAT_CSV, CB_FORMAT_TABLE};
    json_t *document = good();
    for (size_t i = 0; i < COUNT(formats); i++) {
        cb_error err = {""};
        FILE *out = fopen("/dev/full", "w");
        assert_non_null(out);
        assert_int_equal(cb_results_write(document, formats[i], out, &err), CB_IO);
        assert_non_null(strstr(err.text, strerror(ENOSPC)));
        fclose(out);
    }
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_round_trip_is_exact),
        cmocka_unit_test(json_is_laid_out_a_row_a_line),
        cmocka_unit_test(short_numbers_stay_short),
        cmocka_unit_test(csv_has_a_record_a_row),
        cmocka_unit_test(csv_cells_are_found_by_dotted_columns),
        cmocka_unit_test(csv_quotes_what_needs_it),
        cmocka_unit_test(csv_columns_are_stable),
        cmocka_unit_test(csv_without_rows_has_its_header),
        cmocka_unit_test(table_shows_what_matters),
        cmocka_unit_test(table_gives_the_reason_of_what_was_skipped),
        cmocka_unit_test(table_warns_before_a_figure_is_quoted),
        cmocka_unit_test(table_names_cores_that_differ),
        cmocka_unit_test(table_holds_its_width_against_long_texts),
        cmocka_unit_test(table_holds_its_width_against_wild_numbers),
        cmocka_unit_test(published_tables_fit),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(full_stream_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
