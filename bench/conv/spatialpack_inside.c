/* Direct convolution: which pixels of a padded image are read where they lie. spatialpack.h. */
#include "bench/conv/spatialpack.h"

#include <stdlib.h>

/* Output positions along one side whose taps all lie inside: [first, end). */
typedef struct {
    size_t first, end;
} span;

static span positions_inside(const cb_layer *l, size_t size, size_t kernel, size_t out)
{
    size_t reach = (kernel - 1) * l->dilation;
    span s = {(l->pad + l->stride - 1) / l->stride, 0};
    if (size + l->pad > reach)
        s.end = (size + l->pad - reach - 1) / l->stride + 1;
    s.end = s.end < out ? s.end : out;
    s.first = s.first < s.end ? s.first : s.end;
    return s;
}

/* Groups of pixels of a row that are inside. */
static span groups_inside(const cb_conv_strips *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t pixels = (size_t)s->tiles.kernel->pixels;
    span columns = positions_inside(l, l->w, l->kw, s->out_w);
    span groups = {(columns.first + pixels - 1) / pixels, columns.end / pixels};
    groups.first = groups.first < groups.end ? groups.first : groups.end;
    return groups;
}

/* Worth it where most of the output is inside and pixels are whole: of many channels a tile reads a
 * part of each pixel at a time, which is closer together in the copy. Results must go where they
 * belong at once, as groups are not computed in their order. */
static bool is_worth(const cb_conv_strips *s, span groups, span rows)
{
    const cb_layer *l = &s->problem.layer;
    size_t inside = (groups.end - groups.first) * (rows.end - rows.first);
    return s->problem.layout == CB_CONV_NHWC && !s->reads_plain && s->writes_plain && l->kh > 1 &&
           l->kw > 1 && l->groups == 1 && s->slabs == 1 && 2 * inside > s->pieces * s->out_h;
}

static void plan_taps(const cb_conv_strips *s, cb_conv_inside *in)
{
    const cb_layer *l = &s->problem.layer;
    size_t pixel = l->cin * sizeof(float), kw = s->taps_in_slab / l->kh;
    for (size_t ky = 0; ky < l->kh; ky++)
        for (size_t kx = 0; kx < kw; kx++)
            in->taps[ky * kw + kx] = (ptrdiff_t)((ky * l->w + kx) * l->dilation * pixel);
}

/* Places of row y of a strip, of what is inside and of what is beside it. */
static void plan_row(const cb_conv_strips *s, cb_conv_inside *in, span groups, size_t y)
{
    const cb_layer *l = &s->problem.layer;
    ptrdiff_t row = (ptrdiff_t)(y * l->stride) - (ptrdiff_t)l->pad;
    size_t at = y * in->groups, side = y * in->side_groups;
    for (size_t g = 0; g < s->pieces; g++) {
        size_t i = y * s->pieces + g;
        if (g < groups.first || g >= groups.end) {
            in->sides.places[side] = s->tiles.places[i];
            in->sides.out_places[side++] = s->tiles.out_places[i];
            continue;
        }
        size_t x = g * (size_t)s->tiles.kernel->pixels * l->stride - l->pad;
        in->tiles.places[at] =
            (row * (ptrdiff_t)l->w + (ptrdiff_t)x) * (ptrdiff_t)(l->cin * sizeof(float));
        in->tiles.out_places[at++] = s->tiles.out_places[i];
    }
}

static bool allocate(const cb_conv_strips *s, cb_conv_inside *in)
{
    size_t places = s->strip_rows * s->pieces;
    ptrdiff_t **tables[] = {&in->tiles.places, &in->tiles.out_places, &in->sides.places,
                            &in->sides.out_places};
    in->taps = calloc(s->taps_in_slab, sizeof *in->taps);
    bool ok = in->taps != NULL;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        *tables[i] = calloc(places, sizeof **tables[i]);
        ok = ok && *tables[i];
    }
    return ok;
}

void cb_conv_inside_free(cb_conv_inside *inside)
{
    free(inside->taps);
    free(inside->tiles.places);
    free(inside->tiles.out_places);
    free(inside->sides.places);
    free(inside->sides.out_places);
}

bool cb_conv_inside_plan(cb_conv_strips *s)
{
    const cb_layer *l = &s->problem.layer;
    cb_conv_inside *in = &s->inside;
    size_t pixels = (size_t)s->tiles.kernel->pixels, reach = (l->kw - 1) * l->dilation;
    span groups = groups_inside(s), rows = positions_inside(l, l->h, l->kh, s->out_h);
    if (!is_worth(s, groups, rows))
        return true;
    in->is_used = true;
    in->tiles = in->sides = (cb_conv_tiles){.kernel = s->tiles.kernel, .rest = s->tiles.rest};
    if (!allocate(s, in))
        return false;
    in->groups = groups.end - groups.first;
    in->side_groups = s->pieces - in->groups;
    in->row_first = rows.first;
    in->row_end = rows.end;
    in->left = groups.first ? (groups.first * pixels - 1) * l->stride + reach + 1 : 0;
    in->right = groups.end * pixels * l->stride;
    plan_taps(s, in);
    for (size_t y = 0; y < s->strip_rows; y++)
        plan_row(s, in, groups, y);
    return true;
}
