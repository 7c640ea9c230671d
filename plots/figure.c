#include "plots/figure_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void set_top(cb_figure *f, double top)
{
    f->top = top;
    f->layout.height = top - FRAME_BOTTOM - 8;
}

cb_figure *cb_figure_new(const char *stem, const char *title, const char *subtitle,
                         const cb_axis *x, const cb_axis *y)
{
    cb_figure *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    snprintf(f->stem, sizeof f->stem, "%s", stem);
    snprintf(f->title, sizeof f->title, "%s", title);
    snprintf(f->subtitle, sizeof f->subtitle, "%s", subtitle);
    f->x = *x;
    f->y = *y;
    f->layout.left = FRAME_LEFT + 4;
    f->layout.bottom = FRAME_BOTTOM + 4;
    f->layout.width = FRAME_RIGHT - FRAME_LEFT - 8;
    set_top(f, FRAME_TOP);
    return f;
}

void cb_figure_free(cb_figure *figure)
{
    if (!figure)
        return;
    for (size_t i = 0; i < figure->curve_count; i++) {
        free(figure->curves[i].x);
        free(figure->curves[i].y);
    }
    free(figure->curves);
    free(figure->labels);
    free(figure->marks);
    free(figure->listed);
    cb_layout_free(&figure->layout);
    free(figure);
}

void *cb_figure_grow(cb_figure *figure, void *array, size_t *count, size_t size)
{
    void *grown = realloc(array, (*count + 1) * size);
    if (!grown) {
        figure->no_memory = true;
        return NULL;
    }
    memset((char *)grown + *count * size, 0, size);
    ++*count;
    return grown;
}

static double along(const cb_axis *axis, double value)
{
    if (axis->logarithmic)
        return log(value / axis->low) / log(axis->high / axis->low);
    return (value - axis->low) / (axis->high - axis->low);
}

double cb_figure_px(const cb_figure *figure, double x)
{
    return FRAME_LEFT + along(&figure->x, x) * (FRAME_RIGHT - FRAME_LEFT);
}

double cb_figure_py(const cb_figure *figure, double y)
{
    return FRAME_BOTTOM + along(&figure->y, y) * (figure->top - FRAME_BOTTOM);
}

void cb_axis_tick(cb_axis *axis, double at, const char *text)
{
    if (axis->tick_count == CB_TICKS_MAX || at < axis->low * 0.999 || at > axis->high * 1.001)
        return;
    axis->tick[axis->tick_count].at = at;
    snprintf(axis->tick[axis->tick_count].text.text, sizeof axis->tick->text.text, "%s", text);
    axis->tick_count++;
}

/* "20 GB/s", without the zeros that a measured figure would have. */
static cb_text plain_si(double value, const char *unit)
{
    static const char *const prefixes[] = {"p", "n", "u", "m", "", "k", "M", "G", "T", "P"};
    int group = (int)floor(log10(value * (1 + 1e-9)) / 3);
    group = group < -4 ? -4 : group > 5 ? 5 : group;
    cb_text text;
    snprintf(text.text, sizeof text.text, "%.4g %s%s", value / pow(1000, group),
             prefixes[group + 4], unit);
    return text;
}

/* 1, 2, 5 in each decade, or 1 alone where the axis is long. */
void cb_axis_ticks_si(cb_axis *axis, const char *unit)
{
    static const double steps[] = {1, 2, 5};
    bool dense = axis->high / axis->low < 2e3;
    for (int decade = (int)floor(log10(axis->low)); decade <= (int)ceil(log10(axis->high));
         decade++)
        for (int i = 0; i < (dense ? 3 : 1); i++) {
            double at = steps[i] * pow(10, decade);
            cb_axis_tick(axis, at, plain_si(at, unit).text);
        }
}

/* From 0 on in steps of 1, 2 or 5, at most ten. */
void cb_axis_ticks_linear(cb_axis *axis, const char *unit)
{
    double decade = pow(10, floor(log10(axis->high)) - 1), step = decade;
    for (int i = 0; axis->high / step > 10; i++)
        step = decade * (double[]){2, 5, 10, 20, 50}[i];
    for (int i = 0; i * step <= axis->high; i++)
        cb_axis_tick(axis, i * step, i ? plain_si(i * step, unit).text : "0");
}

void cb_axis_ticks_bytes(cb_axis *axis)
{
    int first = (int)ceil(log2(axis->low) - 1e-9), last = (int)floor(log2(axis->high) + 1e-9);
    int step = last - first > 20 ? 3 : last - first > 9 ? 2 : 1;
    for (int i = first; i <= last; i++)
        if ((i - 12) % step == 0)
            cb_axis_tick(axis, exp2(i), cb_format_bytes((uint64_t)exp2(i)).text);
}

void cb_axis_ticks_plain(cb_axis *axis)
{
    for (int i = -12; i <= 12; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.10g", pow(10, i));
        cb_axis_tick(axis, pow(10, i), text);
    }
}

static void take_line(cb_figure *f, double x0, double y0, double x1, double y1)
{
    cb_outline line = cb_outline_line(cb_figure_px(f, x0), cb_figure_py(f, y0), cb_figure_px(f, x1),
                                      cb_figure_py(f, y1));
    if (cb_layout_take(&f->layout, &line))
        f->no_memory = true;
}

static void take_point(cb_figure *f, double x, double y)
{
    cb_outline box = cb_outline_box(cb_figure_px(f, x), cb_figure_py(f, y), 8, 8, 0, 0.5);
    if (cb_layout_take(&f->layout, &box))
        f->no_memory = true;
}

void cb_figure_curve(cb_figure *figure, const char *name, const double *x, const double *y,
                     size_t count, cb_style style)
{
    cb_curve *curves = cb_figure_grow(figure, figure->curves, &figure->curve_count, sizeof *curves);
    if (!curves)
        return;
    figure->curves = curves;
    cb_curve *c = &curves[figure->curve_count - 1];
    c->x = malloc((count + 1) * sizeof *c->x);
    c->y = malloc((count + 1) * sizeof *c->y);
    if (!c->x || !c->y) {
        figure->no_memory = true;
        return;
    }
    snprintf(c->name, sizeof c->name, "%s", name);
    c->style = style;
    c->count = count;
    for (size_t i = 0; i < count; i++) {
        c->x[i] = x[i];
        c->y[i] = y[i];
        if (style.shape)
            take_point(figure, x[i], y[i]);
        if (i && !style.no_line)
            take_line(figure, x[i - 1], y[i - 1], x[i], y[i]);
    }
}

void cb_figure_mark(cb_figure *figure, double x, const char *text, bool dashed)
{
    if (x < figure->x.low || x > figure->x.high)
        return;
    set_top(figure, FRAME_TOP_MARKED);
    cb_mark *marks = cb_figure_grow(figure, figure->marks, &figure->mark_count, sizeof *marks);
    if (!marks)
        return;
    figure->marks = marks;
    cb_mark *mark = &marks[figure->mark_count - 1];
    *mark = (cb_mark){.x = x, .dashed = dashed};
    snprintf(mark->text, sizeof mark->text, "%s", text);
    take_line(figure, x, figure->y.low, x, figure->y.high);
}
