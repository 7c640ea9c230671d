#include "plots/layout.h"

#include <math.h>
#include <stdlib.h>

void cb_layout_free(cb_layout *layout)
{
    free(layout->taken);
    layout->taken = NULL;
    layout->count = layout->capacity = 0;
}

cb_outline cb_outline_line(double x0, double y0, double x1, double y1)
{
    return (cb_outline){{x0, x1}, {y0, y1}, 2};
}

cb_outline cb_outline_box(double x, double y, double width, double height, double angle,
                          double align)
{
    static const double across[] = {-0.5, -0.5, 0.5, 0.5};
    static const double along[] = {0, 1, 1, 0};
    cb_outline box = {.corners = 4};
    double c = cos(angle), s = sin(angle);
    for (int i = 0; i < 4; i++) {
        double u = (along[i] - align) * width, v = across[i] * height;
        box.x[i] = x + u * c - v * s;
        box.y[i] = y + u * s + v * c;
    }
    return box;
}

static void project(const cb_outline *o, double nx, double ny, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (int i = 0; i < o->corners; i++) {
        double d = o->x[i] * nx + o->y[i] * ny;
        *low = fmin(*low, d);
        *high = fmax(*high, d);
    }
}

/* Separating axis theorem, one outline's edges: true when one of their normals parts the two. */
static bool parted(const cb_outline *edges, const cb_outline *other)
{
    for (int i = 0; i < edges->corners; i++) {
        int next = (i + 1) % edges->corners;
        double nx = edges->y[i] - edges->y[next], ny = edges->x[next] - edges->x[i];
        double low, high, other_low, other_high;
        project(edges, nx, ny, &low, &high);
        project(other, nx, ny, &other_low, &other_high);
        if (high < other_low || other_high < low)
            return true;
    }
    return false;
}

bool cb_outline_touch(const cb_outline *a, const cb_outline *b)
{
    return !parted(a, b) && !parted(b, a);
}

bool cb_layout_fits(const cb_layout *layout, const cb_outline *outline)
{
    for (int i = 0; i < outline->corners; i++)
        if (outline->x[i] < layout->left || outline->x[i] > layout->left + layout->width ||
            outline->y[i] < layout->bottom || outline->y[i] > layout->bottom + layout->height)
            return false;
    for (size_t i = 0; i < layout->count; i++)
        if (cb_outline_touch(&layout->taken[i], outline))
            return false;
    return true;
}

cb_status cb_layout_take(cb_layout *layout, const cb_outline *outline)
{
    if (layout->count == layout->capacity) {
        size_t capacity = layout->capacity * 2 + 64;
        cb_outline *grown = realloc(layout->taken, capacity * sizeof *grown);
        if (!grown)
            return CB_NO_MEMORY;
        layout->taken = grown;
        layout->capacity = capacity;
    }
    layout->taken[layout->count++] = *outline;
    return CB_OK;
}
