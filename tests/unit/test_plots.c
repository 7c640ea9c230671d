#include "plots/gnuplot.h"
#include "plots/layout.h"
#include "plots/plot.h"
#include "tests/unit/synthetic_document.h"
#include "tests/unit/temporary_folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
    char *path;
} folder;

static folder new_folder(void)
{
    void *path;
    assert_int_equal(make_root(&path), 0);
    return (folder){path};
}

static void remove_folder(const folder *f)
{
    void *path = f->path;
    assert_int_equal(remove_root(&path), 0);
}

static int exists(const folder *f, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    return access(path, R_OK) == 0;
}

static int gnuplot_is_here(void)
{
    char complaint[100];
    cb_error err;
    folder f = new_folder();
    char path[100];
    snprintf(path, sizeof path, "%s/x.gp", f.path);
    FILE *script = fopen(path, "w");
    assert_non_null(script);
    fclose(script);
    cb_status status = cb_gnuplot_run(f.path, "x.gp", &err, complaint, sizeof complaint);
    remove_folder(&f);
    return status == CB_OK;
}

/* Squared matrices of several implementations, of which one stands where list and names get long.
 */
static void add_gemm(json_t *d, const char *variant, int threads, int n, double ops_per_s)
{
    json_t *row = synthetic_row("gemm", "gemm_f32_8x12__neon", "f32", "neon", threads,
                                json_pack("{s:i, s:i, s:i}", "m", n, "n", n, "k", n));
    json_object_set_new(row, "variant", json_string(variant));
    cb_row_set_work(row, 2.0 * n * n * n, 12.0 * n * n);
    cb_row_set_number(row, "ops_per_s", ops_per_s, NULL);
    json_object_set_new(row, "tile", json_pack("{s:i, s:i, s:i}", "mr", 8, "nr", 12, "kr", 1));
    json_object_set_new(
        row, "blocking",
        json_pack("{s:i, s:i, s:i, s:s}", "mc", 96, "kc", 256, "nc", 1020, "order", "jpi"));
    json_object_set_new(row, "packing", json_pack("{s:b, s:b}", "a", 1, "b", 1));
    synthetic_add(d, row);
}

static json_t *full_document(const char *name)
{
    static const char *const patterns[] = {"read",  "write", "copy",  "triad",
                                           "mix21", "rmw",   "update"};
    synthetic_machine m = {.level = {{32768, 4, 0, 0, 2e-9, 24e9},
                                     {1048576, 16, 0, 0, 14e-9, 9e9},
                                     {0, 0, 0, 0, 150e-9, 5e9}},
                           .noise = 0.01};
    json_t *d = synthetic_document(name);
    synthetic_cache(d, 1, 32768, 1);
    synthetic_cache(d, 2, 1048576, 4);
    synthetic_sweep(d, &m, 16777216, 1);
    for (size_t p = 0; p < 6; p++)
        for (int threads = 1; threads <= 4; threads *= 2)
            for (double block = 4096; block <= 67108864; block *= 4)
                synthetic_bandwidth(d, "some__neon", patterns[p], block, p ? 128 : 64, threads,
                                    block < 20000 ? 20e9 * threads : 4e9);
    for (int threads = 1; threads <= 4; threads *= 2) {
        synthetic_peak(d, "fma_f32_thr__neon", "f32", "neon", threads, 12e9 * threads);
        synthetic_peak(d, "fma_f32_thr__scalar", "f32", "scalar", threads, 3e9 * threads);
        synthetic_peak(d, "it's_s8__dotprod", "s8", "dotprod", threads, 48e9 * threads);
    }
    json_t *row = synthetic_row("gemm", "gemm_f32_8x12__neon", "f32", "neon", 4, NULL);
    json_object_set_new(row, "variant", json_string("tuned"));
    cb_row_set_work(row, 2.7e8, 3.1e6);
    cb_row_set_number(row, "ops_per_s", 20e9, NULL);
    synthetic_add(d, row);
    for (int n = 32; n <= 1024; n *= 2)
        for (int i = 0; i < 10; i++) {
            char variant[40];
            snprintf(variant, sizeof variant, "implementation '%d'", i);
            add_gemm(d, variant, 4, n, 1e9 * (i + 1) * n / (n + 100.0));
        }
    return d;
}

static cb_status plot(const json_t *document, const folder *f, cb_plot_report *report,
                      cb_error *err)
{
    const json_t *documents[] = {document};
    return cb_plot_all(documents, 1, f->path, err, report);
}

static void every_plot_is_written(void **state)
{
    (void)state;
    static const char *const stems[] = {"roofline_f32",
                                        "roofline_s8",
                                        "bandwidth_1_thread",
                                        "bandwidth_4_threads",
                                        "latency",
                                        "scaling_bandwidth",
                                        "scaling_peak",
                                        "gemm_time_f32_4_threads",
                                        "gemm_rate_f32_4_threads",
                                        "roofline_levels_f32_4_threads"};
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *d = full_document("it's \"a\" board $(x) `y` \\z");
    int drawn = gnuplot_is_here();
    if (plot(d, &f, &report, &err) != CB_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        static const char *const endings[] = {".dat", ".gp", ".svg", ".png"};
        for (int e = 0; e < (drawn ? 4 : 2); e++) {
            char name[100];
            snprintf(name, sizeof name, "%s%s", stems[i], endings[e]);
            if (!exists(&f, name))
                fail_msg("%s is missing", name);
        }
    }
    /* gnuplot must have nothing to complain about: each complaint would be a note. */
    if (report.note_count)
        fail_msg("%s", report.notes[0]);
    assert_int_equal(report.gnuplot_missing, !drawn);
    assert_int_equal(report.file_count, report.plots * (drawn ? 4 : 2));
    cb_plot_report_free(&report);
    json_decref(d);
    remove_folder(&f);
}

static void without_gnuplot_scripts_are_left(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *d = full_document("board");
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    setenv("PATH", "/nowhere", 1);
    cb_status status = plot(d, &f, &report, &err);
    setenv("PATH", path, 1);
    assert_int_equal(status, CB_OK);
    assert_true(report.gnuplot_missing);
    assert_true(exists(&f, "roofline_f32.gp") && exists(&f, "roofline_f32.dat"));
    assert_false(exists(&f, "roofline_f32.png"));
    free(path);
    cb_plot_report_free(&report);
    json_decref(d);
    remove_folder(&f);
}

static void nothing_to_draw_is_noted(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *d = synthetic_document("empty");
    assert_int_equal(plot(d, &f, &report, &err), CB_OK);
    assert_int_equal(report.plots, 0);
    assert_int_equal(report.note_count, 4);
    cb_plot_report_free(&report);

    synthetic_bandwidth(d, "one__neon", "read", 4096, 128, 1, 1e9); /* a single block */
    synthetic_bandwidth(d, "zero__neon", "read", 8192, 128, 1, 0);
    synthetic_peak(d, "skipped", "f32", "neon", 1, 0);
    assert_int_equal(plot(d, &f, &report, &err), CB_OK);
    assert_int_equal(report.plots, 1);
    cb_plot_report_free(&report);
    json_decref(d);
    remove_folder(&f);
}

static char *read_text(const folder *f, const char *name)
{
    char path[400], *text = calloc(1, 65536);
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

/* The data of Figure 1: N, and the seconds of 2 N^3 operations; the line of the peak beside it. */
static void gemm_times_are_those_of_the_rows(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *d = synthetic_document("board");
    synthetic_peak(d, "fma_f32_thr__neon", "f32", "neon", 1, 8e9);
    add_gemm(d, "tuned", 1, 100, 4e9); /* one size, no bandwidth */
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    setenv("PATH", "/nowhere", 1);
    assert_int_equal(plot(d, &f, &report, &err), CB_OK);
    setenv("PATH", path, 1);
    char *text = read_text(&f, "gemm_time_f32_1_thread.dat");
    assert_non_null(strstr(text, "# tuned\n100 0.0005\n"));
    assert_non_null(strstr(text, "# compute\n"));
    free(text);
    text = read_text(&f, "gemm_rate_f32_1_thread.dat");
    assert_non_null(strstr(text, "# tuned\n100 4000000000\n"));
    free(text);
    free(path);
    cb_plot_report_free(&report);
    json_decref(d);
    remove_folder(&f);
}

static void emulated_is_refused(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *d = full_document("board");
    json_object_set_new(json_object_get(json_object_get(d, "context"), "environment"), "emulated",
                        json_true());
    assert_int_equal(plot(d, &f, &report, &err), CB_UNSUPPORTED);
    assert_non_null(strstr(err.text, "emulator"));
    assert_int_equal(report.file_count, 0);
    cb_plot_report_free(&report);
    json_decref(d);
    remove_folder(&f);
}

static void machines_are_kept_apart(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    folder f = new_folder();
    json_t *a = full_document("../Pi 4"), *b = full_document("Pi 3"), *c = full_document("Pi 3");
    const json_t *documents[] = {a, b, c};
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    setenv("PATH", "/nowhere", 1); /* the names are enough */
    assert_int_equal(cb_plot_all(documents, 3, f.path, &err, &report), CB_OK);
    setenv("PATH", path, 1);
    assert_true(exists(&f, "Pi-3_roofline_f32.gp"));
    assert_true(exists(&f, "Pi-4_roofline_f32.gp"));
    free(path);
    cb_plot_report_free(&report);
    json_decref(a);
    json_decref(b);
    json_decref(c);
    remove_folder(&f);
}

static void bad_folders_are_errors(void **state)
{
    (void)state;
    cb_plot_report report;
    cb_error err = {""};
    json_t *d = full_document("board");
    const json_t *documents[] = {d};
    assert_int_equal(cb_plot_all(documents, 1, "/dev/null/plots", &err, &report), CB_IO);
    assert_non_null(strstr(err.text, "/dev/null"));
    cb_plot_report_free(&report);
    assert_int_equal(cb_plot_all(documents, 0, "/tmp", &err, &report), CB_USAGE);
    cb_plot_report_free(&report);
    json_decref(d);
}

static void failing_scripts_are_errors(void **state)
{
    (void)state;
    char complaint[100], path[100];
    cb_error err = {""};
    folder f = new_folder();
    if (!gnuplot_is_here()) {
        remove_folder(&f);
        skip();
    }
    snprintf(path, sizeof path, "%s/bad.gp", f.path);
    FILE *script = fopen(path, "w");
    assert_non_null(script);
    fputs("plot nothing sensible\n", script);
    fclose(script);
    assert_int_equal(cb_gnuplot_run(f.path, "bad.gp", &err, complaint, sizeof complaint),
                     CB_FAILED);
    assert_non_null(strstr(err.text, "bad.gp"));
    remove_folder(&f);
}

static void slugs(void **state)
{
    (void)state;
    char slug[16];
    cb_plot_slug("Raspberry Pi 4 Model B", slug, sizeof slug);
    assert_string_equal(slug, "Raspberry-Pi-4");
    cb_plot_slug("../../etc", slug, sizeof slug);
    assert_string_equal(slug, "etc");
    cb_plot_slug("", slug, sizeof slug);
    assert_string_equal(slug, "x");
}

static void outlines_touch_or_not(void **state)
{
    (void)state;
    cb_outline box = cb_outline_box(0, 0, 10, 4, 0, 0.5);
    cb_outline through = cb_outline_line(-20, -20, 20, 20);
    cb_outline beside = cb_outline_line(-20, 3, 20, 3);
    cb_outline turned = cb_outline_box(0, 8, 10, 4, 1.5707963, 0.5); /* stands upright */
    cb_outline lying = cb_outline_box(0, 8, 10, 4, 0, 0.5);
    assert_true(cb_outline_touch(&box, &through));
    assert_false(cb_outline_touch(&box, &beside));
    assert_false(cb_outline_touch(&box, &turned));
    assert_false(cb_outline_touch(&box, &lying));
    assert_true(cb_outline_touch(&turned, &lying));
    cb_layout layout = {.width = 100, .height = 100, .left = -50, .bottom = -50};
    assert_int_equal(cb_layout_take(&layout, &beside), CB_OK);
    assert_true(cb_layout_fits(&layout, &box));
    assert_false(cb_layout_fits(&layout, &turned));
    cb_outline outside = cb_outline_box(49, 0, 10, 4, 0, 0);
    assert_false(cb_layout_fits(&layout, &outside));
    cb_layout_free(&layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plot_is_written),
        cmocka_unit_test(without_gnuplot_scripts_are_left),
        cmocka_unit_test(nothing_to_draw_is_noted),
        cmocka_unit_test(gemm_times_are_those_of_the_rows),
        cmocka_unit_test(emulated_is_refused),
        cmocka_unit_test(machines_are_kept_apart),
        cmocka_unit_test(bad_folders_are_errors),
        cmocka_unit_test(failing_scripts_are_errors),
        cmocka_unit_test(slugs),
        cmocka_unit_test(outlines_touch_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
