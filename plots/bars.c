#include "plots/bars.h"

#include "plots/figure_parts.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum {
    HEIGHT = 640,
    LEFT = 124,
    RIGHT = 24,
    TOP = 110, /* title, subtitle, key */
    LEAST_WIDTH = 960,
    MOST_WIDTH = 3000,
    BAR = 7, /* pixels */
    GROUP_GAP = 10,
    LETTER = 7,
    MOST_LETTERS = 34,
    OUTLINE = 7 /* grey of the palette */
};

/* Patterns that differ without colour: full, lines, empty, lines the other way, crosses, ... */
static const int patterns[CB_BARS_SERIES] = {3, 4, 0, 5, 1, 7, 2, 6};
static const int colours[CB_BARS_SERIES] = {1, 2, 0, 3, 4, 5, 6, 0};

/* How large the picture is, in pixels. */
typedef struct {
    double width, bottom;
} canvas;

static canvas canvas_of(const cb_bars *b)
{
    size_t letters = 0;
    for (size_t i = 0; i < b->category_count; i++) {
        size_t length = strlen(b->categories[i]);
        letters = length > letters ? length : letters;
    }
    letters = letters > MOST_LETTERS ? MOST_LETTERS : letters;
    double width =
        LEFT + RIGHT + (double)b->category_count * ((double)b->series_count * BAR + GROUP_GAP);
    width = fmax(LEAST_WIDTH, fmin(MOST_WIDTH, width));
    return (canvas){width, 30 + (double)letters * LETTER};
}

static bool limits(const cb_bars *b, cb_axis *y)
{
    double low = INFINITY, high = b->line;
    for (size_t i = 0; i < b->series_count * b->category_count; i++)
        if (b->values[i] > 0) {
            low = fmin(low, b->values[i]);
            high = fmax(high, b->values[i]);
        }
    if (!isfinite(low))
        return false;
    *y = (cb_axis){.low = b->linear ? 0 : pow(10, floor(log10(low) - 0.1)),
                   .high = b->linear ? high * 1.08 : high * 1.5,
                   .logarithmic = !b->linear};
    if (b->linear)
        cb_axis_ticks_linear(y, b->unit);
    else if (b->bytes)
        cb_axis_ticks_bytes(y);
    else
        cb_axis_ticks_si(y, b->unit);
    return true;
}

static double bar_width(const cb_bars *b)
{
    return 0.8 / (double)b->series_count;
}

static void put_data(const cb_bars *b, FILE *dat)
{
    fprintf(dat, "# %s\n# %s\n# category, place, %s (%s)\n", b->title, b->subtitle, b->y_title,
            *b->unit ? b->unit : "a count");
    for (size_t s = 0; s < b->series_count; s++) {
        fprintf(dat, "%s# %s\n", s ? "\n\n" : "", b->series[s]);
        for (size_t c = 0; c < b->category_count; c++) {
            double at = (double)c + ((double)s - (double)(b->series_count - 1) / 2) * bar_width(b);
            double value = b->values[s * b->category_count + c];
            fprintf(dat, "\"%s\" %.6g ", b->categories[c], at);
            fprintf(dat, value > 0 ? "%.10g\n" : "-\n", value);
        }
    }
}

static void put_label(FILE *gp, const canvas *size, const char *text, double x, double y, int font,
                      const char *more)
{
    fputs("set label ", gp);
    cb_figure_put_text(gp, text);
    fprintf(gp, " at screen %.5f, screen %.5f font ',%d' %s\n", x / size->width, y / HEIGHT, font,
            more);
}

static void put_ticks(const cb_bars *b, const cb_axis *y, FILE *gp)
{
    if (y->logarithmic)
        fputs("set logscale y\n", gp);
    fprintf(gp, "set yrange [%.10g:%.10g]\nset xrange [-0.7:%.2f]\nset ytics (", y->low, y->high,
            (double)b->category_count - 0.3);
    for (size_t i = 0; i < y->tick_count; i++) {
        fputs(i ? ", " : "", gp);
        cb_figure_put_text(gp, y->tick[i].text.text);
        fprintf(gp, " %.10g", y->tick[i].at);
    }
    fputs(")\nset xtics rotate by 90 right scale 0.3 (", gp);
    for (size_t c = 0; c < b->category_count; c++) {
        char name[MOST_LETTERS + 4];
        size_t length = strlen(b->categories[c]);
        bool cut = length > MOST_LETTERS;
        snprintf(name, sizeof name, "%s%s", cut ? ".." : "",
                 b->categories[c] + (cut ? length - MOST_LETTERS + 2 : 0));
        fputs(c ? ", " : "", gp);
        cb_figure_put_text(gp, name);
        fprintf(gp, " %zu", c);
    }
    fputs(")\n", gp);
}

static void put_plot(const cb_bars *b, FILE *gp)
{
    for (size_t s = 0; s < b->series_count; s++) {
        fputs(s ? ", \\\n     ''" : "plot ", gp);
        if (s == 0) {
            cb_figure_put_text(gp, b->stem);
            fputs(".'.dat'", gp);
        }
        fprintf(gp,
                " index %zu using 2:3:(%.5f) with boxes fs pattern %d border lc rgb '%s' "
                "lc rgb '%s' title ",
                s, bar_width(b), patterns[s], cb_figure_colour(colours[s]),
                cb_figure_colour(colours[s]));
        cb_figure_put_text(gp, b->series[s]);
    }
    if (b->line > 0) {
        fprintf(gp, ", \\\n     %.10g with lines lw 1.5 dt (14,6) lc rgb '%s' title ", b->line,
                cb_figure_colour(OUTLINE));
        cb_figure_put_text(gp, b->line_name);
    }
    fputs("\n", gp);
}

static void put_terminals(const cb_bars *b, const canvas *size, FILE *gp)
{
    fprintf(gp,
            "set terminal svg noenhanced size %.0f,%d font 'sans-serif,%d' background '#ffffff'\n"
            "set output ",
            size->width, HEIGHT, LABEL_SIZE);
    cb_figure_put_text(gp, b->stem);
    fputs(".'.svg'\n", gp);
    put_plot(b, gp);
    fprintf(gp,
            "set terminal pngcairo noenhanced size %.0f,%d font 'sans,%d' fontscale 1.5 "
            "linewidth 2 background '#ffffff'\nset output ",
            2 * size->width, 2 * HEIGHT, LABEL_SIZE);
    cb_figure_put_text(gp, b->stem);
    fputs(".'.png'\nreplot\nunset output\n", gp);
}

static void put_script(const cb_bars *b, const cb_axis *y, FILE *gp)
{
    canvas size = canvas_of(b);
    fprintf(gp, "# Draw: gnuplot %s.gp (in this folder). Made by cachebound.\n", b->stem);
    fprintf(gp, "set encoding utf8\nset datafile missing '-'\nset border 3\nset tics nomirror out\n"
                "set grid ytics lc rgb '#dddddd' lt 1 lw 0.6\n");
    fprintf(gp,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset bmargin at screen %.5f\n"
            "set tmargin at screen %.5f\n",
            LEFT / size.width, 1 - RIGHT / size.width, size.bottom / HEIGHT,
            1 - (double)TOP / HEIGHT);
    fprintf(gp, "set key at screen %.5f, screen %.5f right center horizontal maxrows 2 samplen 2\n",
            1 - RIGHT / size.width, 1 - 84.0 / HEIGHT);
    put_ticks(b, y, gp);
    put_label(gp, &size, b->title, LEFT, HEIGHT - 24, TITLE_SIZE, "left");
    put_label(gp, &size, b->subtitle, LEFT, HEIGHT - 50, LABEL_SIZE, "left tc rgb '#404040'");
    put_label(gp, &size, b->y_title, 16, (size.bottom + HEIGHT - TOP) / 2, TICK_SIZE,
              "center rotate by 90");
    put_terminals(b, &size, gp);
}

static cb_status open_file(const cb_bars *b, const char *directory, const char *ending, FILE **file,
                           cb_error *err)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s%s", directory, b->stem, ending) >= sizeof path)
        return cb_fail(err, CB_IO, "%.80s...: the path is too long", directory);
    *file = fopen(path, "w");
    return *file ? CB_OK : cb_fail(err, CB_IO, "%s: cannot be written: %s", path, strerror(errno));
}

static cb_status close_file(const cb_bars *b, const char *directory, const char *ending, FILE *file,
                            cb_error *err, cb_plot_report *report)
{
    char name[CB_TEXT_BYTES];
    bool failed = ferror(file);
    snprintf(name, sizeof name, "%.150s%s", b->stem, ending);
    if (fclose(file) != 0 || failed)
        return cb_fail(err, CB_IO, "%.200s/%s: writing failed: %s; is the disk full?", directory,
                       name, strerror(errno));
    return cb_report_file(report, directory, name);
}

cb_status cb_bars_write(const cb_bars *b, const char *directory, cb_error *err,
                        cb_plot_report *report)
{
    cb_axis y;
    FILE *file;
    if (!limits(b, &y))
        return cb_report_note(report, "%s: nothing above 0 to draw", b->stem);
    cb_status status = open_file(b, directory, ".dat", &file, err);
    if (status != CB_OK)
        return status;
    put_data(b, file);
    status = close_file(b, directory, ".dat", file, err, report);
    if (status == CB_OK)
        status = open_file(b, directory, ".gp", &file, err);
    if (status != CB_OK)
        return status;
    put_script(b, &y, file);
    status = close_file(b, directory, ".gp", file, err, report);
    if (status != CB_OK)
        return status;
    report->plots++;
    return cb_figure_draw(b->stem, directory, err, report);
}
