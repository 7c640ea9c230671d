/* Every convolution kernel that this processor can run equals its twin, within what float32 sums
 * allow: odd sizes, operands that end right before pages that nobody may touch, and nothing written
 * beside the result. */
#include "bench/conv/kernel.h"

#include "tests/kernels/kernel_rows.h"

#include <math.h>
#include <string.h>

static uint32_t random_state = 7;

static void fill(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(next_random(&random_state) % 2001) / 1000 - 1;
}

/* `count` floats that end where the guarded memory ends. */
static float *at_end(const guarded *memory, size_t count)
{
    return (float *)(void *)(memory->data + memory->bytes) - count;
}

static void assert_near(float got, double expected, double bound, const char *name)
{
    if (!(fabs((double)got - expected) <= bound))
        fail_msg("%s: %g, expected %g within %g", name, (double)got, expected, bound);
}

/* ---- direct ---- */

enum { TAPS = 3, MOST_GROUPS = 16 };

/* Tiles of `run` channels at each of three taps, pixels next to each other or a stride apart. */
static void check_direct(const cb_conv_kernel *k, size_t run, size_t pixel, size_t accumulate)
{
    size_t channels = (size_t)k->channels, groups = (size_t)k->groups, pixels = (size_t)k->pixels;
    size_t group = pixels * pixel + 5, taps_at = 2 * groups * group;
    size_t in_elems = taps_at * (TAPS - 1) + (groups - 1) * group + (pixels - 1) * pixel + run;
    size_t w_elems = TAPS * run * channels, out_elems = groups * pixels * channels;
    guarded in = guarded_new(in_elems * 4), w = guarded_new(w_elems * 4);
    guarded out = guarded_new(out_elems * 4), twin = guarded_new(out_elems * 4);
    const ptrdiff_t taps[TAPS] = {0, (ptrdiff_t)(4 * taps_at), (ptrdiff_t)(8 * taps_at)};
    ptrdiff_t places[MOST_GROUPS], out_places[MOST_GROUPS];
    for (size_t g = 0; g < groups; g++) { /* in no order */
        places[g] = (ptrdiff_t)((g + 2) % groups * group * 4);
        out_places[g] = (ptrdiff_t)((g + 2) % groups * pixels * (size_t)k->lanes * 4);
    }
    cb_conv_tile tile = {.input = at_end(&in, in_elems),
                         .weights = at_end(&w, w_elems),
                         .output = at_end(&out, out_elems),
                         .taps = taps,
                         .tap_count = TAPS,
                         .run = run,
                         .pixel_bytes = pixel * 4,
                         .group_bytes = group * 4,
                         .out_pixel_bytes = (size_t)k->lanes * 4,
                         .out_group_bytes = pixels * (size_t)k->lanes * 4,
                         .out_vector_bytes = groups * pixels * (size_t)k->lanes * 4,
                         .accumulate = accumulate,
                         .places = places,
                         .out_places = out_places,
                         .next = places};
    fill(at_end(&in, in_elems), in_elems);
    fill(at_end(&w, w_elems), w_elems);
    fill(at_end(&out, out_elems), out_elems);
    memcpy(at_end(&twin, out_elems), tile.output, out_elems * 4);
    if (!accumulate) /* what was there must not matter, not even when it is no number */
        memset(tile.output, 0xff, out_elems * 4);
    k->run.DIRECT(&tile);
    float *got = tile.output;
    tile.output = at_end(&twin, out_elems);
    direct_f32__scalar(&tile, k);
    for (size_t i = 0; i < out_elems; i++)
        assert_near(got[i], (double)tile.output[i], (double)(TAPS * run + 2) * 0x1p-23 * 4,
                    k->name);
    guarded_free(&in);
    guarded_free(&w);
    guarded_free(&out);
    guarded_free(&twin);
}

static void direct_equals_twin(const cb_conv_kernel *k)
{
    static const size_t runs[] = {1, 2, 3, 4, 5, 7, 8, 16, 33};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        for (size_t accumulate = 0; accumulate < 2; accumulate++) {
            check_direct(k, runs[i], runs[i], accumulate);
            check_direct(k, runs[i], 2 * runs[i] + 1, accumulate);
        }
}

/* Groups that overlap are both whole: all is loaded before any of it is stored. */
static void overlapping_groups_agree(const cb_conv_kernel *k)
{
    static float in[32], w[64], out[33 * 64], once[33 * 64];
    static const ptrdiff_t tap = 0;
    size_t pixels = (size_t)k->pixels, channels = (size_t)k->channels;
    ptrdiff_t places[MOST_GROUPS], out_places[MOST_GROUPS];
    for (size_t g = 0; g < (size_t)k->groups; g++) {
        places[g] = (ptrdiff_t)(g / 2 * 4);
        out_places[g] = (ptrdiff_t)(g / 2 * channels * 4);
    }
    fill(in, 32);
    fill(w, 64);
    fill(out, 33 * 64);
    memcpy(once, out, sizeof out);
    cb_conv_tile tile = {.input = in,
                         .weights = w,
                         .output = out,
                         .taps = &tap,
                         .tap_count = 1,
                         .run = 1,
                         .pixel_bytes = 4,
                         .group_bytes = 4,
                         .out_pixel_bytes = channels * 4,
                         .out_group_bytes = channels * 4,
                         .out_vector_bytes = (size_t)k->lanes * 4,
                         .accumulate = 1,
                         .places = places,
                         .out_places = out_places,
                         .next = places};
    size_t reached = k->groups > 2 ? ((size_t)k->groups + 1) / 2 : pixels + (size_t)k->groups - 1;
    k->run.DIRECT(&tile);
    for (size_t p = 0; p < reached; p++)
        for (size_t o = 0; o < channels; o++)
            assert_near(out[p * channels + o],
                        (double)once[p * channels + o] + (double)in[p] * (double)w[o], 1e-6,
                        k->name);
}

/* ---- transpose ---- */

static cb_conv_transpose_fn *transpose_of(const cb_conv_kernel *k)
{
    return k->kind == CB_CONV_PICK2        ? k->run.PICK2
           : k->kind == CB_CONV_TRANSPOSE2 ? k->run.TRANSPOSE2
                                           : k->run.TRANSPOSE;
}

/* Columns one or two apart; PICK2 keeps rows and columns. */
static void check_transpose(const cb_conv_kernel *k, size_t rows, size_t columns)
{
    size_t step = k->kind == CB_CONV_TRANSPOSE ? 1 : 2;
    bool keeps = k->kind == CB_CONV_PICK2;
    size_t from_stride = step * columns + 3, to_stride = (keeps ? columns : rows) + 2;
    size_t from_elems = (rows - 1) * from_stride + step * (columns - 1) + 1;
    size_t to_elems = keeps ? (rows - 1) * to_stride + columns : (columns - 1) * to_stride + rows;
    guarded from = guarded_new(from_elems * 4), to = guarded_new(to_elems * 4);
    float *in = at_end(&from, from_elems), *out = at_end(&to, to_elems);
    fill(in, from_elems);
    for (size_t i = 0; i < to_elems; i++)
        out[i] = 9;
    transpose_of(k)(in, from_stride, out, to_stride, rows, columns);
    for (size_t i = 0; i < to_elems; i++) {
        size_t row = keeps ? i / to_stride : i % to_stride;
        size_t column = keeps ? i % to_stride : i / to_stride;
        float expected = row < rows && column < columns ? in[row * from_stride + step * column] : 9;
        assert_memory_equal(&out[i], &expected, sizeof expected);
    }
    guarded_free(&from);
    guarded_free(&to);
}

static void transpose_equals_its_definition(const cb_conv_kernel *k)
{
    static const size_t sizes[] = {1, 2, 3, 7, 8, 15, 16, 17, 33, 56};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (size_t i = 0; i < SIZES; i++)
        for (size_t j = 0; j < SIZES; j++)
            check_transpose(k, sizes[i], sizes[j]);
}

/* ---- depthwise ---- */

static void check_depthwise(const cb_conv_kernel *k, size_t kernel, size_t stride, size_t pixels)
{
    size_t lanes = (size_t)k->lanes, columns = (pixels - 1) * stride + kernel;
    size_t in_elems = kernel * columns * lanes, w_elems = kernel * kernel * lanes;
    guarded in = guarded_new(in_elems * 4), w = guarded_new(w_elems * 4);
    guarded out = guarded_new(pixels * lanes * 4);
    cb_conv_depthwise_row row = {.input = at_end(&in, in_elems),
                                 .weights = at_end(&w, w_elems),
                                 .output = at_end(&out, pixels * lanes),
                                 .kh = kernel,
                                 .kw = kernel,
                                 .pixels = pixels,
                                 .row_bytes = columns * lanes * 4,
                                 .step_bytes = stride * lanes * 4,
                                 .tap_bytes = lanes * 4,
                                 .weight_row_bytes = kernel * lanes * 4,
                                 .out_pixel_bytes = lanes * 4};
    fill(at_end(&in, in_elems), in_elems);
    fill(at_end(&w, w_elems), w_elems);
    k->run.DEPTHWISE(&row);
    for (size_t i = 0; i < pixels * lanes; i++) {
        double sum = 0;
        for (size_t y = 0; y < kernel; y++)
            for (size_t x = 0; x < kernel; x++)
                sum +=
                    (double)row.input[(y * columns + i / lanes * stride + x) * lanes + i % lanes] *
                    (double)row.weights[(y * kernel + x) * lanes + i % lanes];
        assert_near(row.output[i], sum, (double)(kernel * kernel + 1) * 0x1p-23 * 4, k->name);
    }
    guarded_free(&in);
    guarded_free(&w);
    guarded_free(&out);
}

static void depthwise_equals_its_definition(const cb_conv_kernel *k)
{
    for (size_t kernel = 1; kernel <= 5; kernel++)
        for (size_t stride = 1; stride <= 3; stride++)
            for (size_t pixels = 1; pixels <= 9; pixels++)
                check_depthwise(k, kernel, stride, pixels);
}

/* A tile of one image, whose pixels' channels all end at pages that nobody may touch in turn. */
static void check_depthwise_tile(const cb_conv_kernel *k, size_t stride, size_t vectors)
{
    enum { ROWS = CB_CONV_DEPTHWISE_ROWS, COLUMNS = CB_CONV_DEPTHWISE_COLUMNS, MOST = 5 * 15 };
    size_t rows = (ROWS - 1) * stride + 3, columns = (COLUMNS - 1) * stride + 3;
    size_t lanes = (size_t)k->lanes, channels = vectors * lanes;
    guarded in = guarded_new(rows * columns * channels * 4), w = guarded_new(9 * channels * 4);
    guarded out = guarded_new(ROWS * COLUMNS * channels * 4);
    float *image = at_end(&in, rows * columns * channels);
    float *results = at_end(&out, ROWS * COLUMNS * channels), *to[ROWS * COLUMNS];
    const float *from[MOST];
    for (size_t i = 0; i < rows * columns; i++)
        from[i] = image + i * channels;
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        to[i] = results + i * channels;
    cb_conv_depthwise_tile tile = {from, to, at_end(&w, 9 * channels), vectors, stride};
    fill(image, rows * columns * channels);
    fill(at_end(&w, 9 * channels), 9 * channels);
    k->run.DEPTHWISE_TILE(&tile);
    for (size_t i = 0; i < ROWS * COLUMNS * channels; i++) {
        size_t c = i % channels, y = i / channels / COLUMNS, x = i / channels % COLUMNS;
        double sum = 0;
        for (size_t t = 0; t < 9; t++)
            sum += (double)from[(y * stride + t / 3) * columns + x * stride + t % 3][c] *
                   (double)tile.weights[(c / lanes * 9 + t) * lanes + c % lanes];
        assert_near(results[i], sum, 10 * 0x1p-23 * 4, k->name);
    }
    guarded_free(&in);
    guarded_free(&w);
    guarded_free(&out);
}

/* The definition of a strip, whose image is `image` with `above` rows over it outside. */
static double strip_pixel(const cb_conv_depthwise_strip *s, size_t y, size_t x, size_t c,
                          size_t lanes)
{
    double sum = 0;
    for (size_t t = 0; t < 9; t++) {
        size_t iy = y * s->stride + t / 3, ix = x * s->stride + t % 3 - s->pad;
        bool outside = (s->top && iy == 0) ||
                       (s->bottom && iy == (CB_CONV_STRIP_ROWS - 1) * s->stride + 2) ||
                       ix >= s->columns;
        if (!outside)
            sum += (double)s->input[(iy * s->row_bytes + ix * s->pixel_bytes) / 4 + c] *
                   (double)s->weights[(c / lanes * 9 + t) * lanes + c % lanes];
    }
    return sum;
}

/* Rows that are outside lie where nobody may touch them. */
static void check_depthwise_strip(const cb_conv_kernel *k, size_t w, size_t stride, size_t pad,
                                  size_t right_pad, size_t outside)
{
    enum { ROWS = CB_CONV_STRIP_ROWS };
    size_t lanes = (size_t)k->lanes, vectors = 1 + w % 2, channels = vectors * lanes;
    cb_conv_depthwise_strip s = {.vectors = vectors, .columns = w, .stride = stride, .pad = pad};
    if (w + pad + right_pad < 3)
        return;
    s.out_columns = (w + pad + right_pad - 3) / stride + 1;
    s.ends = (s.out_columns - 1) * stride + 2 < w + pad;
    s.top = outside & 1;
    s.bottom = outside >> 1;
    s.pixel_bytes = channels * 4;
    s.row_bytes = w * s.pixel_bytes;
    s.out_row_bytes = s.out_columns * s.pixel_bytes;
    size_t rows = (ROWS - 1) * stride + 3 - s.top - s.bottom;
    guarded in = guarded_new(rows * w * channels * 4), weights = guarded_new(9 * channels * 4);
    guarded out = guarded_new(ROWS * s.out_row_bytes);
    float *image = at_end(&in, rows * w * channels);
    float *results = at_end(&out, ROWS * s.out_columns * channels);
    fill(image, rows * w * channels);
    fill(at_end(&weights, 9 * channels), 9 * channels);
    s.input = image - s.top * w * channels;
    s.weights = at_end(&weights, 9 * channels);
    s.output = results;
    s.next = w % 3 ? NULL : image;
    s.next_out = w % 3 ? NULL : results;
    k->run.DEPTHWISE_STRIP(&s);
    for (size_t i = 0; i < ROWS * s.out_columns * channels; i++) {
        size_t c = i % channels, x = i / channels % s.out_columns;
        assert_near(results[i], strip_pixel(&s, i / channels / s.out_columns, x, c, lanes),
                    10 * 0x1p-23 * 4, k->name);
    }
    guarded_free(&in);
    guarded_free(&weights);
    guarded_free(&out);
}

static double plane_pixel(const cb_conv_depthwise_plane *p, size_t y, size_t x)
{
    double sum = 0;
    for (size_t t = 0; t < 9; t++) {
        ptrdiff_t iy = (ptrdiff_t)(y * p->stride + t / 3) - (ptrdiff_t)p->pad;
        ptrdiff_t ix = (ptrdiff_t)(x * p->stride + t % 3) - (ptrdiff_t)p->pad;
        if (iy >= 0 && ix >= 0 && iy < (ptrdiff_t)p->h && ix < (ptrdiff_t)p->w)
            sum += (double)p->input[iy * (ptrdiff_t)p->w + ix] * (double)p->weights[t];
    }
    return sum;
}

static void check_depthwise_plane(const cb_conv_kernel *k, size_t h, size_t w, size_t stride,
                                  size_t pad)
{
    if (h + 2 * pad < 3 || w + 2 * pad < 3)
        return;
    cb_conv_depthwise_plane plane = {
        .planes = 1 + h % 2, .h = h, .w = w, .stride = stride, .pad = pad};
    plane.out_h = (h + 2 * pad - 3) / stride + 1;
    plane.out_w = (w + 2 * pad - 3) / stride + 1;
    const size_t in_elems = plane.planes * h * w, out_plane = plane.out_h * plane.out_w;
    guarded in = guarded_new(in_elems * 4), weights = guarded_new(plane.planes * 9 * 4);
    guarded out = guarded_new(plane.planes * out_plane * 4);
    plane.input = at_end(&in, in_elems);
    plane.weights = at_end(&weights, plane.planes * 9);
    plane.output = at_end(&out, plane.planes * out_plane);
    fill(at_end(&in, in_elems), in_elems);
    fill(at_end(&weights, plane.planes * 9), plane.planes * 9);
    k->run.DEPTHWISE_PLANE(&plane);
    for (; plane.planes; plane.planes--) {
        for (size_t i = 0; i < out_plane; i++)
            assert_near(plane.output[i], plane_pixel(&plane, i / plane.out_w, i % plane.out_w),
                        10 * 0x1p-23 * 4, k->name);
        plane.input += h * w;
        plane.weights += 9;
        plane.output += out_plane;
    }
    guarded_free(&in);
    guarded_free(&weights);
    guarded_free(&out);
}

static void depthwise_3x3_equals_its_definition(const cb_conv_kernel *k)
{
    static const size_t sizes[] = {1, 2, 3, 7, 8, 14, 15, 16, 17, 18, 31, 33, 34};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (size_t stride = 1; stride <= 2; stride++)
        for (size_t i = 0; i < SIZES; i++) {
            if (k->kind == CB_CONV_DEPTHWISE_TILE)
                check_depthwise_tile(k, stride, i + 1);
            for (size_t j = 0; j < 16 && k->kind == CB_CONV_DEPTHWISE_STRIP; j++)
                check_depthwise_strip(k, sizes[i], stride, j % 2, j / 2 % 2, j / 4);
            for (size_t j = 0; j < 2 * SIZES && k->kind == CB_CONV_DEPTHWISE_PLANE; j++)
                check_depthwise_plane(k, sizes[i], sizes[j / 2], stride, j % 2);
        }
}

/* ---- Winograd ---- */

/* B^T and A^T of Lavin and Gray, by the number of outputs. */
static const double bt2[6][6] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
static const double bt4[6][6] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0},
                                 {0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};
static const double at2[6][6] = {{1, 1, 1, 0}, {0, 1, -1, -1}};
static const double at4[6][6] = {
    {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};

static void transform_equals_its_matrices(const cb_conv_kernel *k)
{
    bool is_input = k->kind == CB_CONV_WINOGRAD_INPUT;
    size_t m = (size_t)k->pixels, alpha = m + 2, lanes = (size_t)k->lanes,
           to = is_input ? alpha : m;
    const double(*matrix)[6] = is_input ? (m == 2 ? bt2 : bt4) : (m == 2 ? at2 : at4);
    float in[36 * 16], out[36 * 16];
    fill(in, 36 * 16);
    cb_conv_winograd_tile tile = {.from = in,
                                  .to = out,
                                  .from_row_bytes = alpha * lanes * 4,
                                  .from_pixel_bytes = lanes * 4,
                                  .to_row_bytes = to * lanes * 4,
                                  .to_pixel_bytes = lanes * 4};
    if (is_input)
        k->run.WINOGRAD_INPUT(&tile);
    else
        k->run.WINOGRAD_OUTPUT(&tile);
    for (size_t i = 0; i < to * to * lanes; i++) {
        size_t c = i % lanes, x = i / lanes % to, y = i / lanes / to;
        double sum = 0;
        for (size_t j = 0; j < alpha * alpha; j++)
            sum += matrix[y][j / alpha] * (double)in[j * lanes + c] * matrix[x][j % alpha];
        assert_near(out[i], sum, 400 * 0x1p-23, k->name);
    }
}

/* ---- */

static void kernel_equals_twin(void **state)
{
    const kernel_case *one = *state;
    const cb_conv_kernel *k = one->row;
    if (!may_run(one))
        return;
    if (k->kind == CB_CONV_DIRECT) {
        direct_equals_twin(k);
        overlapping_groups_agree(k);
    } else if (k->kind == CB_CONV_TRANSPOSE || k->kind == CB_CONV_TRANSPOSE2 ||
               k->kind == CB_CONV_PICK2) {
        transpose_equals_its_definition(k);
    } else if (k->kind == CB_CONV_DEPTHWISE) {
        depthwise_equals_its_definition(k);
    } else if (k->kind == CB_CONV_DEPTHWISE_TILE || k->kind == CB_CONV_DEPTHWISE_STRIP ||
               k->kind == CB_CONV_DEPTHWISE_PLANE) {
        depthwise_3x3_equals_its_definition(k);
    } else {
        transform_equals_its_matrices(k);
    }
}

int main(void)
{
    kernel_case cases[64];
    if (cb_conv_kernel_count > sizeof cases / sizeof *cases)
        return 1;
    for (size_t i = 0; i < cb_conv_kernel_count; i++)
        cases[i] =
            (kernel_case){cb_conv_kernels[i].name, cb_conv_kernels[i].isa, &cb_conv_kernels[i]};
    return run_rows("conv kernels", cases, cb_conv_kernel_count, kernel_equals_twin);
}
