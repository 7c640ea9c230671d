#include "plots/figure_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TEXT_HEIGHT = 15,
                    GAP = 12.5; /* pixels: of a line; from a line to its label's middle */

double cb_text_width(const char *text, double size)
{
    double letters = 0;
    for (const char *c = text; *c; c++)
        letters += ((unsigned char)*c & 0xc0) != 0x80; /* UTF-8: count first bytes */
    return letters * size * 0.58;
}

static cb_label *add(cb_figure *f, cb_label **array, size_t *count, const char *text,
                     cb_style style)
{
    cb_label *grown = cb_figure_grow(f, *array, count, sizeof *grown);
    if (!grown)
        return NULL;
    *array = grown;
    cb_label *label = &grown[*count - 1];
    snprintf(label->text, sizeof label->text, "%s", text);
    label->style = style;
    label->colour = style.colour;
    return label;
}

static void list(cb_figure *f, const char *text, cb_style style)
{
    add(f, &f->listed, &f->listed_count, text, style);
}

/* Puts the label there if there is room. */
static bool try_at(cb_figure *f, const char *text, cb_style style, double x, double y, double angle,
                   double align)
{
    double width = cb_text_width(text, LABEL_SIZE);
    cb_outline box = cb_outline_box(x, y, width, TEXT_HEIGHT, angle, align);
    if (!cb_layout_fits(&f->layout, &box))
        return false;
    cb_label *label = add(f, &f->labels, &f->label_count, text, style);
    if (!label)
        return true;
    label->x = x;
    label->y = y;
    label->angle = angle;
    label->align = align;
    if (cb_layout_take(&f->layout, &box))
        f->no_memory = true;
    return true;
}

void cb_figure_label_along(cb_figure *figure, const char *text, double x0, double y0, double x1,
                           double y1, cb_style style)
{
    double ax = cb_figure_px(figure, x0), ay = cb_figure_py(figure, y0);
    double bx = cb_figure_px(figure, x1), by = cb_figure_py(figure, y1);
    double angle = atan2(by - ay, bx - ax), length = hypot(bx - ax, by - ay);
    double nx = -sin(angle), ny = cos(angle);
    double room = length - cb_text_width(text, LABEL_SIZE);
    /* Above the line wherever there is room, so that one learns where to look; near the line's
     * start first, because labels that begin beside each other are read together. */
    for (int side = 1; side >= -1; side -= 2)
        for (double t = 4; t <= room; t += 6) {
            double x = ax + (bx - ax) * t / length + nx * GAP * side;
            double y = ay + (by - ay) * t / length + ny * GAP * side;
            if (try_at(figure, text, style, x, y, angle, 0))
                return;
        }
    list(figure, text, style);
}

void cb_figure_label_at(cb_figure *figure, const char *text, double x, double y, cb_style style,
                        bool needed)
{
    static const struct {
        double dx, dy, align;
    } places[] = {{9, -11, 0},   {11, 0, 0},  {0, -17, 0.5}, {9, 11, 0},   {0, 17, 0.5},
                  {-9, -11, 1},  {-11, 0, 1}, {-9, 11, 1},   {16, -25, 0}, {-16, -25, 1},
                  {0, -32, 0.5}, {16, 25, 0}, {-16, 25, 1}};
    double px = cb_figure_px(figure, x), py = cb_figure_py(figure, y);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (try_at(figure, text, style, px + places[i].dx, py + places[i].dy, 0, places[i].align))
            return;
    if (needed)
        list(figure, text, style);
}

void cb_figure_label_curve(cb_figure *figure, const char *text, const double *x, const double *y,
                           size_t count, cb_style style)
{
    for (size_t i = 0; i < count; i++) {
        double px = cb_figure_px(figure, x[i]), py = cb_figure_py(figure, y[i]);
        if (try_at(figure, text, style, px, py + GAP + 2, 0, 0) ||
            try_at(figure, text, style, px, py - GAP - 2, 0, 0) ||
            try_at(figure, text, style, px + 10, py, 0, 0))
            return;
    }
    list(figure, text, style);
}

void cb_figure_list_label(cb_figure *figure, const char *text, cb_style style)
{
    list(figure, text, style);
}

static double list_width(const cb_figure *f)
{
    double widest = 0;
    for (size_t i = 0; i < f->listed_count; i++)
        widest = fmax(widest, cb_text_width(f->listed[i].text, LABEL_SIZE));
    return widest + 52;
}

/* The first corner, then any place on a coarse raster, where the whole list covers nothing; the
 * bottom right corner when there is none. */
static void find_corner(const cb_figure *f, double width, double height, double *x, double *y)
{
    double left = FRAME_LEFT + 8, right = FRAME_RIGHT - 8 - width;
    double low = FRAME_BOTTOM + 8 + height / 2, high = f->top - 8 - height / 2;
    *x = right;
    *y = low;
    for (double row = low; row <= high; row += 12)
        for (double column = right; column >= left; column -= 12) {
            cb_outline box = cb_outline_box(column, row, width, height, 0, 0);
            if (!cb_layout_fits(&f->layout, &box))
                continue;
            *x = column;
            *y = row;
            return;
        }
}

void cb_figure_list(cb_figure *figure)
{
    double x, y, width = list_width(figure);
    double height = (double)figure->listed_count * (TEXT_HEIGHT + 2);
    if (!figure->listed_count)
        return;
    find_corner(figure, width, height, &x, &y);
    y += height / 2 - TEXT_HEIGHT / 2;
    for (size_t i = 0; i < figure->listed_count; i++) {
        cb_label *label = add(figure, &figure->labels, &figure->label_count, figure->listed[i].text,
                              figure->listed[i].style);
        if (!label)
            return;
        label->sample = true;
        label->x = x + 48;
        label->y = y - (double)i * (TEXT_HEIGHT + 2);
    }
    figure->listed_count = 0;
}
