#include "plots/figure_parts.h"

#include "plots/gnuplot.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* After Okabe and Ito, which the colour-blind tell apart; darkened so that thin text is legible.
 * Every curve has a dash and a shape of its own besides. The last is grey. */
static const char *const palette[] = {"#000000", "#0072B2", "#D55E00", "#007A5A",
                                      "#AA4499", "#A67500", "#332288", "#606060"};
enum { COLOURS = sizeof palette / sizeof *palette };

static const char *const dashes[] = {"1", "(14,6)", "(2,5)", "(14,5,2,5)", "(24,8)"};
enum { DASHES = sizeof dashes / sizeof *dashes };

const char *cb_figure_colour(int number)
{
    return palette[(size_t)number % COLOURS];
}

/* A single-quoted gnuplot text: the only special character in it is the quote. */
void cb_figure_put_text(FILE *gp, const char *text)
{
    fputc('\'', gp);
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            fputc('\'', gp);
        fputc((unsigned char)*c < ' ' ? ' ' : *c, gp);
    }
    fputc('\'', gp);
}

static void put_style(FILE *gp, cb_style style)
{
    fprintf(gp, "lc rgb '%s' lw %.1f dt %s", cb_figure_colour(style.colour), style.width,
            dashes[(size_t)style.dash % DASHES]);
    if (style.shape)
        fprintf(gp, " pt %d ps 0.8", style.shape);
}

static void put_axis(FILE *gp, const char *name, const cb_axis *axis)
{
    if (axis->logarithmic)
        fprintf(gp, "set logscale %s\n", name);
    fprintf(gp, "set %srange [%.10g:%.10g]\n", name, axis->low, axis->high);
    fprintf(gp, "set %stics scale 0.6 font ',%d' (", name, TICK_SIZE);
    for (size_t i = 0; i < axis->tick_count; i++) {
        if (i)
            fprintf(gp, ", ");
        cb_figure_put_text(gp, axis->tick[i].text.text);
        fprintf(gp, " %.10g", axis->tick[i].at);
    }
    fprintf(gp, ")\n");
}

static double screen_x(double px)
{
    return px / CANVAS_WIDTH;
}

static double screen_y(double py)
{
    return py / CANVAS_HEIGHT;
}

static void put_label(FILE *gp, const char *text, double x, double y, const char *align, int size,
                      const char *rgb)
{
    fprintf(gp, "set label ");
    cb_figure_put_text(gp, text);
    fprintf(gp, " at screen %.5f, screen %.5f %s font ',%d' tc rgb '%s' front", screen_x(x),
            screen_y(y), align, size, rgb);
}

/* A piece of the curve before its name in the list. */
static void put_sample(FILE *gp, const cb_label *l)
{
    cb_style line = l->style;
    line.shape = 0;
    if (!line.no_line) {
        fprintf(gp, "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead ",
                screen_x(l->x - 44), screen_y(l->y), screen_x(l->x - 8), screen_y(l->y));
        put_style(gp, line);
        fprintf(gp, " front\n");
    }
    if (l->style.shape)
        fprintf(gp,
                "set label '' at screen %.5f, screen %.5f point pt %d ps 0.8 lc rgb '%s' front\n",
                screen_x(l->x - 26), screen_y(l->y), l->style.shape, cb_figure_colour(l->colour));
}

static void put_labels(FILE *gp, const cb_figure *f)
{
    for (size_t i = 0; i < f->label_count; i++) {
        const cb_label *l = &f->labels[i];
        put_label(gp, l->text, l->x, l->y,
                  l->align < 0.25   ? "left"
                  : l->align > 0.75 ? "right"
                                    : "center",
                  LABEL_SIZE, cb_figure_colour(l->colour));
        if (fabs(l->angle) > 1e-6)
            fprintf(gp, " rotate by %.2f", l->angle * 180 / 3.14159265358979);
        fprintf(gp, "\n");
        if (l->sample)
            put_sample(gp, l);
    }
}

static double mark_row(bool dashed)
{
    return FRAME_TOP_MARKED + (dashed ? 10 : 27);
}

static bool has_mark(const cb_figure *f, bool dashed)
{
    for (size_t i = 0; i < f->mark_count; i++)
        if (f->marks[i].dashed == dashed)
            return true;
    return false;
}

static void put_marks(FILE *gp, const cb_figure *f)
{
    for (size_t i = 0; i < f->mark_count; i++) {
        const cb_mark *m = &f->marks[i];
        fprintf(gp,
                "set arrow from %.10g, graph 0 to %.10g, graph 1 nohead back lc rgb '%s' "
                "lw 1.5 dt %s\n",
                m->x, m->x, palette[COLOURS - 1], dashes[m->dashed ? 1 : 0]);
        put_label(gp, m->text, cb_figure_px(f, m->x), mark_row(m->dashed), "center", LABEL_SIZE,
                  "#404040");
        fprintf(gp, "\n");
    }
    for (int dashed = 0; dashed < 2; dashed++) {
        if (!has_mark(f, dashed))
            continue;
        put_label(gp, dashed ? "stated" : "measured", FRAME_LEFT - 10, mark_row(dashed), "right",
                  LABEL_SIZE, "#404040");
        fprintf(gp, "\n");
    }
}

static void put_data(FILE *dat, const cb_figure *f)
{
    fprintf(dat, "# %s\n# %s\n# x: %s\n# y: %s (base units: B/s, operations/s, s)\n", f->title,
            f->subtitle, f->x.title, f->y.title);
    for (size_t c = 0; c < f->curve_count; c++) {
        fprintf(dat, "%s# %s\n", c ? "\n\n" : "", f->curves[c].name);
        for (size_t i = 0; i < f->curves[c].count; i++)
            fprintf(dat, "%.10g %.10g\n", f->curves[c].x[i], f->curves[c].y[i]);
    }
}

static void put_plot(FILE *gp, const cb_figure *f)
{
    for (size_t c = 0; c < f->curve_count; c++) {
        const cb_style style = f->curves[c].style;
        const char *with = style.no_line ? "points" : style.shape ? "linespoints" : "lines";
        fprintf(gp, "%s", c ? ", \\\n     " : "plot ");
        if (c == 0)
            cb_figure_put_text(gp, f->stem);
        else
            fprintf(gp, "''");
        if (c == 0)
            fprintf(gp, ".'.dat'");
        fprintf(gp, " index %zu with %s ", c, with);
        if (style.no_line)
            fprintf(gp, "pt %d ps 0.8 lc rgb '%s'", style.shape, cb_figure_colour(style.colour));
        else
            put_style(gp, style);
    }
    fprintf(gp, "\n");
}

static void put_script(FILE *gp, const cb_figure *f)
{
    fprintf(gp, "# Draw: gnuplot %s.gp (in this folder). Made by cachebound.\n", f->stem);
    fprintf(gp, "set encoding utf8\nunset key\nset border lw 1\nset tics nomirror out\n");
    fprintf(gp, "set grid xtics ytics lc rgb '#dddddd' lt 1 lw 0.6 dt 1\n");
    fprintf(gp,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
            "set bmargin at screen %.5f\nset tmargin at screen %.5f\n",
            screen_x(FRAME_LEFT), screen_x(FRAME_RIGHT), screen_y(FRAME_BOTTOM), screen_y(f->top));
    put_axis(gp, "x", &f->x);
    put_axis(gp, "y", &f->y);
    put_label(gp, f->x.title, (FRAME_LEFT + FRAME_RIGHT) / 2.0, 18, "center", TICK_SIZE, "#000000");
    fprintf(gp, "\n");
    put_label(gp, f->y.title, 14, (FRAME_BOTTOM + f->top) / 2, "center", TICK_SIZE, "#000000");
    fprintf(gp, " rotate by 90\n");
    put_label(gp, f->title, FRAME_LEFT, CANVAS_HEIGHT - 24, "left", TITLE_SIZE, "#000000");
    fprintf(gp, "\n");
    put_label(gp, f->subtitle, FRAME_LEFT, CANVAS_HEIGHT - 50, "left", LABEL_SIZE, "#404040");
    fprintf(gp, "\n");
    put_marks(gp, f);
    put_labels(gp, f);
    fprintf(gp,
            "set terminal svg noenhanced size %d,%d font 'sans-serif,%d' background '#ffffff' "
            "dashlength 0.5\n",
            CANVAS_WIDTH, CANVAS_HEIGHT, LABEL_SIZE);
    fprintf(gp, "set output ");
    cb_figure_put_text(gp, f->stem);
    fprintf(gp, ".'.svg'\n");
    put_plot(gp, f);
    /* Twice the pixels; cairo's font sizes are points of 4/3 pixels. */
    fprintf(gp,
            "set terminal pngcairo noenhanced size %d,%d font 'sans,%d' fontscale 1.5 "
            "linewidth 2 pointscale 2.6 background '#ffffff' dashlength 1\n",
            2 * CANVAS_WIDTH, 2 * CANVAS_HEIGHT, LABEL_SIZE);
    fprintf(gp, "set output ");
    cb_figure_put_text(gp, f->stem);
    fprintf(gp, ".'.png'\nreplot\nunset output\n");
}

static cb_status write_file(const cb_figure *f, const char *directory, const char *ending,
                            void (*put)(FILE *, const cb_figure *), cb_error *err,
                            cb_plot_report *report)
{
    char name[CB_TEXT_BYTES + 8], path[4096];
    snprintf(name, sizeof name, "%s%s", f->stem, ending);
    if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
        return cb_fail(err, CB_IO, "%.80s...: the path is too long", directory);
    FILE *file = fopen(path, "w");
    if (!file)
        return cb_fail(err, CB_IO, "%s: cannot be written: %s; choose another folder with --output",
                       path, strerror(errno));
    put(file, f);
    bool failed = ferror(file);
    if (fclose(file) != 0 || failed)
        return cb_fail(err, CB_IO, "%s: writing failed: %s; is the disk full?", path,
                       strerror(errno));
    return cb_report_file(report, directory, name);
}

cb_status cb_figure_draw(const char *stem, const char *directory, cb_error *err,
                         cb_plot_report *report)
{
    char script[CB_TEXT_BYTES + 8], complaint[400];
    if (report->gnuplot_missing)
        return CB_OK;
    snprintf(script, sizeof script, "%s.gp", stem);
    cb_status status = cb_gnuplot_run(directory, script, err, complaint, sizeof complaint);
    if (status == CB_UNSUPPORTED) {
        report->gnuplot_missing = true;
        return CB_OK;
    }
    if (status == CB_OK && complaint[0])
        status = cb_report_note(report, "%s: gnuplot says: %s", script, complaint);
    static const char *const endings[] = {".svg", ".png"};
    for (size_t i = 0; i < 2 && status == CB_OK; i++) {
        char name[CB_TEXT_BYTES + 8];
        snprintf(name, sizeof name, "%s%s", stem, endings[i]);
        status = cb_report_file(report, directory, name);
    }
    return status;
}

cb_status cb_figure_write(cb_figure *figure, const char *directory, cb_error *err,
                          cb_plot_report *report)
{
    cb_figure_list(figure);
    if (figure->no_memory)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the plot %s", figure->stem);
    cb_status status = write_file(figure, directory, ".dat", put_data, err, report);
    if (!status)
        status = write_file(figure, directory, ".gp", put_script, err, report);
    if (status)
        return status;
    report->plots++;
    return cb_figure_draw(figure->stem, directory, err, report);
}

static cb_status append(char ***list, size_t *count, const char *text)
{
    char **grown = realloc(*list, (*count + 1) * sizeof *grown);
    if (!grown)
        return CB_NO_MEMORY;
    *list = grown;
    grown[*count] = strdup(text);
    if (!grown[*count])
        return CB_NO_MEMORY;
    ++*count;
    return CB_OK;
}

cb_status cb_report_file(cb_plot_report *report, const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return append(&report->files, &report->file_count, path);
}

cb_status cb_report_note(cb_plot_report *report, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return append(&report->notes, &report->note_count, text);
}
