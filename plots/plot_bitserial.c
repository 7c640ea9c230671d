/* Bit-serial products, after Figures 4 to 8 of the cache-boundness paper: rate and required
 * bandwidth of square products against N, speed-up over float32, required bandwidth and rate of
 * layers; and what the paper asks for: what packing costs, and how often packed data is read. */
#include "plots/bitserial_series.h"

#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *stem, *title, *about, *y_title;
    const char *unit; /* NULL: bare numbers */
    cb_bits_figure_of *figure;
    bool rivals;     /* f32 and int8 beside it */
    bool with_level; /* the line of the L1 */
} picture;

static const picture of_products[] = {
    {"rate", "Rate", "2 operations a multiply-accumulate, whatever the bits; packing included",
     "rate, all threads", "OP/s", cb_bits_rate, true, false},
    {"required", "Required bandwidth", "to read one weight for each multiply-accumulate",
     "required bandwidth, all threads", "B/s", cb_bits_required, false, true},
    {"packing", "What packing costs", "time to pack the activations in parts of the product's",
     "share of time", NULL, cb_bits_packing_share, false, false},
    {"loads", "Reads of packed data", "bytes of packed operands that the kernels load",
     "bytes a multiply-accumulate", NULL, cb_bits_loads, false, false},
};

static const picture of_layers[] = {
    {"speedup", "Speed-up over float32", "the best float32 convolution of the layer is 1",
     "speed-up", NULL, cb_bits_speed_up, true, false},
    {"required", "Required bandwidth", "to read one weight for each multiply-accumulate",
     "required bandwidth, all threads", "B/s", cb_bits_required, false, true},
    {"rate", "Rate", "2 operations a multiply-accumulate, whatever the bits; packing included",
     "rate, all threads", "OP/s", cb_bits_rate, true, false},
    {"packing", "What packing costs", "time to pack the activations in parts of the layer's",
     "share of time", NULL, cb_bits_packing_share, false, false},
};

/* ---- axes ---- */

static const cb_rate *first_level(const cb_bits_view *view)
{
    return cb_levels_rate(view->context->levels, "read", 0, view->threads, CB_FORM_BEST);
}

/* Numbers without a unit: 1, 2, 5 in each decade. */
static void plain_ticks(cb_axis *axis)
{
    static const double steps[] = {1, 2, 5};
    for (int decade = -9; decade <= 9; decade++)
        for (int i = 0; i < 3; i++) {
            char text[32];
            snprintf(text, sizeof text, "%.10g", steps[i] * pow(10, decade));
            cb_axis_tick(axis, steps[i] * pow(10, decade), text);
        }
}

static cb_axis y_axis(const cb_bits_view *view, const picture *p, const cb_bits_curves *c)
{
    const cb_rate *level = p->with_level ? first_level(view) : NULL;
    double high = level ? fmax(c->y_high, level->bytes_per_s) : c->y_high;
    double low = level ? fmin(c->y_low, level->bytes_per_s) : c->y_low;
    cb_axis y = {.low = low / 1.4, .high = high * 1.4, .logarithmic = true};
    snprintf(y.title, sizeof y.title, "%s", p->y_title);
    if (p->unit)
        cb_axis_ticks_si(&y, p->unit);
    else
        plain_ticks(&y);
    return y;
}

/* "resnet18:C2" is C2 where all are of one network. */
static const char *short_name(const cb_bits_view *view, size_t place)
{
    const char *colon = strchr(view->place[place], ':');
    size_t length = colon ? (size_t)(colon - view->place[place]) + 1 : 0;
    for (size_t i = 0; i < view->place_count && length; i++)
        if (strncmp(view->place[i], view->place[place], length) != 0)
            length = 0;
    return view->place[place] + length;
}

/* Room for the list of names stands to the right of the last layer or size. */
static cb_axis layer_axis(const cb_bits_view *view)
{
    double count = (double)view->place_count;
    cb_axis x = {.low = 0.5, .high = 0.5 + fmax(count * 1.22, count + 1)};
    size_t step = (view->place_count + 23) / 24;
    snprintf(x.title, sizeof x.title, "layer");
    for (size_t i = 0; i < view->place_count; i += step)
        cb_axis_tick(&x, (double)i + 1, short_name(view, i));
    return x;
}

static void size_ticks(const cb_bits_curves *c, cb_axis *x)
{
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->curve[i].count; k++) {
            double n = c->curve[i].x[k];
            bool is_free = true;
            for (size_t j = 0; j < x->tick_count; j++)
                is_free = is_free && fabs(log(x->tick[j].at / n)) > log(x->high / x->low) / 19;
            char text[32];
            snprintf(text, sizeof text, "%.0f", n);
            if (is_free)
                cb_axis_tick(x, n, text);
        }
}

static cb_axis size_axis(const cb_bits_curves *c)
{
    double span = fmax(c->x_high / c->x_low, 1.2) * 1.35 * 1.35;
    cb_axis x = {.low = c->x_low / 1.35, .logarithmic = true};
    x.high = x.low * pow(span, 1.22);
    snprintf(x.title, sizeof x.title, "N (matrices of N x N)");
    size_ticks(c, &x);
    return x;
}

/* ---- a picture ---- */

static cb_style curve_style(const cb_bits_view *view, const cb_bits_curves *c, size_t i)
{
    cb_style style = cb_plot_style(i);
    style.no_line = view->layers && view->place_count == 1;
    if (strcmp(c->curve[i].name, "f32") == 0 || strcmp(c->curve[i].name, "int8") == 0) {
        style.colour = 0;
        style.dash = c->curve[i].name[0] == 'f' ? 0 : 1;
        style.shape = c->curve[i].name[0] == 'f' ? 2 : 1;
        style.width = 2.4;
    }
    return style;
}

static void draw_level(const cb_bits_view *view, cb_figure *f, const cb_axis *x)
{
    const cb_rate *level = first_level(view);
    if (!level)
        return;
    char text[CB_TEXT_BYTES];
    double at[2] = {x->low, x->high}, rate[2] = {level->bytes_per_s, level->bytes_per_s};
    cb_style style = {.colour = 0, .dash = 1, .width = 2};
    snprintf(text, sizeof text, "%s read %s", view->context->levels->level[0].name,
             cb_format_si(level->bytes_per_s, "B/s").text);
    cb_figure_curve(f, "level", at, rate, 2, style);
    cb_figure_label_along(f, text, at[0], rate[0], at[1], rate[1], style);
}

static cb_figure *start(const cb_bits_view *view, const picture *p, const cb_axis *x,
                        const cb_axis *y)
{
    char stem[192], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    const char *s = view->threads == 1 ? "" : "s";
    snprintf(stem, sizeof stem, "%sbitserial_%s_%s_%s_%d_thread%s", view->context->prefix,
             view->layers ? "conv" : "gemm", p->stem, view->encoding, view->threads, s);
    snprintf(title, sizeof title, "%s, bit-serial %s, %s, %d thread%s: %s", p->title,
             view->layers ? "layers" : "products", view->encoding, view->threads, s,
             view->context->machine);
    snprintf(subtitle, sizeof subtitle, "%s; weights x activations; %s", view->context->origin,
             p->about);
    return cb_figure_new(stem, title, subtitle, x, y);
}

static cb_status draw(const cb_bits_view *view, const picture *p, cb_bits_curves *c)
{
    *c = (cb_bits_curves){.count = 0};
    cb_bits_collect(view, p->figure, c);
    if (!c->count)
        return CB_OK;
    if (p->rivals) {
        cb_bits_collect_rival(view, "f32", p->figure, c);
        cb_bits_collect_rival(view, "int8", p->figure, c);
    }
    cb_axis x = view->layers ? layer_axis(view) : size_axis(c), y = y_axis(view, p, c);
    cb_figure *f = start(view, p, &x, &y);
    if (!f)
        return cb_fail(view->context->err, CB_NO_MEMORY, "no memory for a plot of bit widths");
    for (size_t i = 0; i < c->count; i++)
        cb_figure_curve(f, c->curve[i].name, c->curve[i].x, c->curve[i].y, c->curve[i].count,
                        curve_style(view, c, i));
    for (size_t i = 0; i < c->count; i++)
        cb_figure_list_label(f, c->curve[i].name, curve_style(view, c, i));
    if (p->with_level)
        draw_level(view, f, &x);
    cb_status status =
        cb_figure_write(f, view->context->directory, view->context->err, view->context->report);
    cb_figure_free(f);
    return status;
}

static cb_status draw_view(const cb_bits_view *view, cb_bits_curves *c)
{
    const picture *pictures = view->layers ? of_layers : of_products;
    size_t count = view->layers ? sizeof of_layers / sizeof *of_layers
                                : sizeof of_products / sizeof *of_products;
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++)
        status = draw(view, &pictures[i], c);
    return status;
}

/* ---- all encodings and thread counts ---- */

/* The view that the row opens: no row before it is in it. */
static bool opens(const cb_plot_context *context, size_t index, cb_bits_view *view)
{
    const json_t *row = cb_results_row(context->document, index);
    const char *encoding = cb_row_text(row, "params.encoding");
    if (!encoding || !cb_row_is(row, "family", "bitserial"))
        return false;
    *view = (cb_bits_view){.context = context,
                           .encoding = encoding,
                           .threads = cb_row_threads(row),
                           .layers = cb_row_is(row, "params.op", "conv")};
    if (!cb_bits_in_view(view, row))
        return false;
    for (size_t i = 0; i < index; i++)
        if (cb_bits_in_view(view, cb_results_row(context->document, i)))
            return false;
    cb_bits_find_places(view);
    return true;
}

cb_status cb_plot_bitserial(const cb_plot_context *context)
{
    cb_bits_view view;
    cb_status status = CB_OK;
    cb_bits_curves *curves = malloc(sizeof *curves);
    if (!curves)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the plots of bit widths");
    for (size_t i = 0; i < cb_results_count(context->document) && status == CB_OK; i++)
        if (opens(context, i, &view))
            status = draw_view(&view, curves);
    free(curves);
    return status;
}
