/* Where labels go so that none covers another or a line: convex outlines in pixels. */
#ifndef CB_PLOTS_LAYOUT_H
#define CB_PLOTS_LAYOUT_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Corners of a convex outline in order: 2 for a line, 4 for a (rotated) box. */
typedef struct {
    double x[4], y[4];
    int corners;
} cb_outline;

typedef struct {
    cb_outline *taken;
    size_t count, capacity;
    double width, height; /* of the area that labels must stay in */
    double left, bottom;
} cb_layout;

void cb_layout_free(cb_layout *layout);

cb_outline cb_outline_line(double x0, double y0, double x1, double y1);

/* A box of `width` x `height` whose reading direction is turned by `angle` (radians). (x, y) is the
 * middle of its left side (align 0), its centre (align 0.5) or the middle of its right side (1). */
cb_outline cb_outline_box(double x, double y, double width, double height, double angle,
                          double align);

bool cb_outline_touch(const cb_outline *a, const cb_outline *b);

/* Whether the outline is inside the area and touches nothing that is taken. */
bool cb_layout_fits(const cb_layout *layout, const cb_outline *outline);

cb_status cb_layout_take(cb_layout *layout, const cb_outline *outline);

#endif
