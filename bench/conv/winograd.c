/* Winograd convolution, F(2 x 2, 3 x 3) and F(4 x 4, 3 x 3), for stride 1: 4 / 2.25 times fewer
 * multiplications, after Lavin and Gray (2016).
 *
 * The image lies in blocks of channels with its padding. A block of tiles is transformed into
 * alpha^2 matrices (tiles x input channels), each is multiplied with its matrix of transformed
 * weights, and the products (tiles x output channels) are transformed back; blocks are so large
 * that both sets of matrices stay in the second-level cache. The products are those of direct
 * convolution's kernels: a matrix is an image of 1 x 1 layers, and the weights that come next,
 * which are many, are fetched meanwhile. */
#include "bench/conv/blocked.h"
#include "bench/conv/tiles.h"
#include "bench/conv/variants.h"

#include <stdlib.h>

enum { BLOCK = 16 };

typedef struct {
    cb_conv_problem problem;
    size_t m, alpha, matrices;
    const cb_conv_kernel *input_transform, *output_transform, *transposer;
    cb_conv_barrier barrier;

    cb_conv_plain plain_in, plain_out;
    cb_conv_blocked in, out; /* of one image */
    size_t tile_columns, tiles, tiles_in_block;
    size_t in_channels, out_channels; /* whole blocks of them */
    float *in_data, *out_data;
    float *transformed, *products; /* [matrix][tile][channel] */

    cb_conv_tiles rows; /* of a matrix */
    size_t row_groups;  /* in a block of tiles */
    float *weights;     /* [matrix][block of outputs][input channel][output channel] */
    size_t weights_elems;
} winograd;

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->kh != 3 || l->kw != 3)
        return "its transforms are for kernels of 3 x 3";
    if (l->stride != 1 || l->dilation != 1)
        return "its transforms are for stride 1 without dilation";
    if (l->groups != 1)
        return "its matrices join all channels, and groups part them";
    return NULL;
}

/* ---- geometry ---- */

static size_t round_up(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

static size_t block_bytes(const winograd *w, size_t tiles)
{
    return w->matrices * tiles * (w->in_channels + w->out_channels) * sizeof(float);
}

/* Blocks of equal size, of whole groups of rows, of which both sets of matrices fit into the
 * second-level cache. */
static void plan_blocks(winograd *w)
{
    size_t room = cb_conv_cache_bytes(&w->problem, 2, 256 << 10);
    size_t blocks = (block_bytes(w, w->tiles) + room - 1) / room;
    blocks = blocks > w->tiles ? w->tiles : blocks;
    w->tiles_in_block = round_up((w->tiles + blocks - 1) / blocks, (size_t)w->rows.kernel->pixels);
}

static void plan_shapes(winograd *w)
{
    const cb_layer *l = &w->problem.layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l);
    size_t rows = round_up(out_h, w->m), columns = round_up(out_w, w->m);
    w->in_channels = round_up(l->cin, BLOCK);
    w->out_channels = round_up(round_up(l->cout, BLOCK), (size_t)w->rows.kernel->channels);
    w->tile_columns = columns / w->m;
    w->tiles = w->tile_columns * (rows / w->m);
    w->plain_in = (cb_conv_plain){w->problem.layout, l->cin, l->h, l->w};
    w->plain_out = (cb_conv_plain){w->problem.layout, l->cout, out_h, out_w};
    w->in = (cb_conv_blocked){l->cin, BLOCK, rows + 2, columns + 2};
    w->out = (cb_conv_blocked){l->cout, BLOCK, rows, columns};
    plan_blocks(w);
}

static bool is_for(const cb_conv_kernel *kernel, const void *arg)
{
    const winograd *w = arg;
    return (size_t)kernel->pixels == w->m;
}

static void choose_kernels(winograd *w)
{
    cb_isa_set isa = w->problem.isa;
    w->input_transform =
        cb_conv_kernel_best(CB_CONV_WINOGRAD_INPUT, isa, CB_GEMM_ANY_CORE, is_for, w);
    w->output_transform =
        cb_conv_kernel_best(CB_CONV_WINOGRAD_OUTPUT, isa, CB_GEMM_ANY_CORE, is_for, w);
    w->transposer = cb_conv_kernel_best(CB_CONV_TRANSPOSE, isa, CB_GEMM_ANY_CORE, NULL, NULL);
    cb_conv_tiles_choose(&w->problem, 1000, w->problem.layer.cout, &w->rows);
}

/* ---- weights ---- */

/* Rows of G, m = 2 and m = 4. */
static const double g2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
static const double g4[6][3] = {{1.0 / 4, 0, 0},
                                {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                {0, 0, 1}};

/* Element (y, x) of G g G^T. */
static double transformed_weight(const winograd *w, const float g[9], size_t y, size_t x)
{
    const double(*rows)[3] = w->m == 2 ? g2 : g4;
    double sum = 0;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            sum += rows[y][i] * (double)g[3 * i + j] * rows[x][j];
    return sum;
}

/* What is not there stays zero. */
static void pack_matrix(const winograd *w, const float *weights, size_t matrix, float *to)
{
    const cb_layer *l = &w->problem.layer;
    size_t width = (size_t)w->rows.kernel->channels;
    for (size_t o = 0; o < l->cout; o++)
        for (size_t c = 0; c < l->cin; c++)
            to[(o / width * w->in_channels + c) * width + o % width] = (float)transformed_weight(
                w, weights + (o * l->cin + c) * 9, matrix / w->alpha, matrix % w->alpha);
}

/* ---- preparing ---- */

static void winograd_free(void *work)
{
    winograd *w = work;
    if (!w)
        return;
    free(w->rows.places);
    free(w->rows.out_places);
    cb_conv_buffer_free(w->weights);
    cb_conv_buffer_free(w->in_data);
    cb_conv_buffer_free(w->out_data);
    cb_conv_buffer_free(w->transformed);
    cb_conv_buffer_free(w->products);
    free(w);
}

static bool allocate(winograd *w)
{
    size_t pixels = (size_t)w->rows.kernel->pixels;
    size_t rows = w->matrices * w->tiles_in_block;
    w->row_groups = w->tiles_in_block / pixels;
    w->weights_elems = w->matrices * w->in_channels * w->out_channels;
    w->weights = cb_conv_buffer(w->weights_elems * sizeof(float));
    w->rows.places = calloc(w->row_groups, sizeof *w->rows.places);
    w->rows.out_places = calloc(w->row_groups, sizeof *w->rows.out_places);
    w->in_data = cb_conv_buffer(cb_conv_blocked_elems(&w->in) * sizeof(float));
    w->out_data = cb_conv_buffer(cb_conv_blocked_elems(&w->out) * sizeof(float));
    w->transformed = cb_conv_buffer(rows * w->in_channels * sizeof(float));
    w->products = cb_conv_buffer(rows * w->out_channels * sizeof(float));
    return w->weights && w->rows.places && w->rows.out_places && w->in_data && w->out_data &&
           w->transformed && w->products;
}

static void fill_places(winograd *w)
{
    size_t pixels = (size_t)w->rows.kernel->pixels;
    for (size_t i = 0; i < w->row_groups; i++) {
        w->rows.places[i] = (ptrdiff_t)(i * pixels * w->in_channels * sizeof(float));
        w->rows.out_places[i] = (ptrdiff_t)(i * pixels * w->out_channels * sizeof(float));
    }
}

static cb_status prepare(const cb_conv_problem *problem, size_t m, const float *weights,
                         cb_error *err, void **work)
{
    winograd *w = calloc(1, sizeof *w);
    if (!w)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    w->problem = *problem;
    w->m = m;
    w->alpha = m + 2;
    w->matrices = w->alpha * w->alpha;
    w->barrier.threads = (unsigned)problem->threads;
    choose_kernels(w);
    plan_shapes(w);
    if (!allocate(w)) {
        winograd_free(w);
        return cb_fail(err, CB_NO_MEMORY, "no memory for transformed activations and weights");
    }
    fill_places(w);
    for (size_t i = 0; i < w->matrices; i++)
        pack_matrix(w, weights, i, w->weights + i * (w->weights_elems / w->matrices));
    *work = w;
    return CB_OK;
}

static cb_status prepare_2x2(const cb_conv_problem *problem, const float *weights, cb_error *err,
                             void **work)
{
    return prepare(problem, 2, weights, err, work);
}

static cb_status prepare_4x4(const cb_conv_problem *problem, const float *weights, cb_error *err,
                             void **work)
{
    return prepare(problem, 4, weights, err, work);
}

/* ---- running ---- */

static void block_input(const winograd *w, const float *data, int thread)
{
    size_t h = w->problem.layer.h, units = cb_conv_blocks(&w->in) * h;
    cb_conv_share share = cb_conv_share_of(units, w->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        cb_conv_pack_row(w->transposer->run.TRANSPOSE, &w->plain_in, data, &w->in, w->in_data,
                         i / h, i % h, w->problem.layer.pad);
}

static void unblock_output(const winograd *w, float *data, int thread)
{
    size_t rows = w->plain_out.rows, height = cb_conv_unpack_height(&w->out, &w->plain_out);
    size_t strips = (rows + height - 1) / height;
    cb_conv_share share =
        cb_conv_share_of(cb_conv_blocks(&w->out) * strips, w->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++) {
        size_t y = i % strips * height, left = rows - y;
        cb_conv_unpack_rows(w->transposer->run.TRANSPOSE, &w->out, w->out_data, &w->plain_out, data,
                            i / strips, y, left < height ? left : height);
    }
}

/* The top left pixel of a tile in a blocked image; tiles are m apart in both. */
static size_t pixel_of(const winograd *w, const cb_conv_blocked *image, size_t block, size_t tile)
{
    size_t y = tile / w->tile_columns * w->m, x = tile % w->tile_columns * w->m;
    return ((block * image->rows + y) * image->columns + x) * BLOCK;
}

static void transform_input(const winograd *w, size_t first, size_t count, int thread)
{
    size_t lanes = (size_t)w->input_transform->lanes, blocks = w->in_channels / BLOCK;
    size_t matrix = w->tiles_in_block * w->in_channels;
    cb_conv_winograd_tile tile = {.from_row_bytes = w->in.columns * BLOCK * sizeof(float),
                                  .from_pixel_bytes = BLOCK * sizeof(float),
                                  .to_pixel_bytes = matrix * sizeof(float)};
    cb_conv_share share = cb_conv_share_of(count * blocks, w->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        for (size_t c = 0; c < BLOCK; c += lanes) {
            tile.from = w->in_data + pixel_of(w, &w->in, i % blocks, first + i / blocks) + c;
            tile.to = w->transformed + i / blocks * w->in_channels + i % blocks * BLOCK + c;
            w->input_transform->run.WINOGRAD_INPUT(&tile);
        }
}

/* Only blocks that the image has: the products are padded to a tile's channels. */
static void transform_output(const winograd *w, size_t first, size_t count, int thread)
{
    size_t lanes = (size_t)w->output_transform->lanes, blocks = cb_conv_blocks(&w->out);
    size_t matrix = w->tiles_in_block * w->out_channels;
    cb_conv_winograd_tile tile = {.from_pixel_bytes = matrix * sizeof(float),
                                  .to_row_bytes = w->out.columns * BLOCK * sizeof(float),
                                  .to_pixel_bytes = BLOCK * sizeof(float)};
    cb_conv_share share = cb_conv_share_of(count * blocks, w->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        for (size_t c = 0; c < BLOCK; c += lanes) {
            tile.from = w->products + i / blocks * w->out_channels + i % blocks * BLOCK + c;
            tile.to = w->out_data + pixel_of(w, &w->out, i % blocks, first + i / blocks) + c;
            w->output_transform->run.WINOGRAD_OUTPUT(&tile);
        }
}

/* One matrix, one block of output channels. */
static void multiply_block(const winograd *w, size_t unit, size_t next, size_t groups)
{
    size_t width = (size_t)w->rows.kernel->channels, blocks = w->out_channels / width;
    size_t matrix = unit / blocks * w->tiles_in_block, block = unit % blocks;
    const ptrdiff_t tap = 0;
    cb_conv_tile tile = {.input = w->transformed + matrix * w->in_channels,
                         .weights = w->weights + unit * w->in_channels * width,
                         .output = w->products + matrix * w->out_channels + block * width,
                         .taps = &tap,
                         .tap_count = 1,
                         .run = w->in_channels,
                         .pixel_bytes = w->in_channels * sizeof(float),
                         .out_pixel_bytes = w->out_channels * sizeof(float),
                         .out_vector_bytes = (size_t)w->rows.kernel->lanes * sizeof(float)};
    cb_conv_fetch fetch = {w->weights + next * w->in_channels * width,
                           w->in_channels * width * sizeof(float)};
    cb_conv_tiles_run(&w->rows, &tile, 0, groups, &fetch);
}

/* Whole groups of rows, also where the last block has fewer tiles: nobody reads what is left. */
static void multiply(const winograd *w, size_t count, int thread)
{
    size_t pixels = (size_t)w->rows.kernel->pixels;
    size_t units = w->weights_elems / w->in_channels / (size_t)w->rows.kernel->channels;
    cb_conv_share share = cb_conv_share_of(units, w->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        multiply_block(w, i, i + 1 < share.end ? i + 1 : share.first,
                       (count + pixels - 1) / pixels);
}

static void convolve(winograd *w, int thread)
{
    for (size_t first = 0; first < w->tiles; first += w->tiles_in_block) {
        size_t left = w->tiles - first;
        size_t count = left < w->tiles_in_block ? left : w->tiles_in_block;
        transform_input(w, first, count, thread);
        cb_conv_wait(&w->barrier);
        multiply(w, count, thread);
        cb_conv_wait(&w->barrier);
        transform_output(w, first, count, thread);
        cb_conv_wait(&w->barrier);
    }
}

static void run_phases(winograd *w, const float *input, float *output, int thread, bool computes)
{
    const cb_layer *l = &w->problem.layer;
    size_t in = l->cin * l->h * l->w, out = l->cout * w->plain_out.rows * w->plain_out.columns;
    for (size_t i = 0; i < l->batch; i++) {
        block_input(w, input + i * in, thread);
        cb_conv_wait(&w->barrier);
        if (computes)
            convolve(w, thread);
        unblock_output(w, output + i * out, thread);
        cb_conv_wait(&w->barrier);
    }
}

static void run(void *work, const float *input, float *output, int thread)
{
    run_phases(work, input, output, thread, true);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    run_phases(work, input, output, thread, false);
}

static void info(const void *work, cb_conv_info *out)
{
    const winograd *w = work;
    size_t elems = cb_conv_blocked_elems(&w->in) + cb_conv_blocked_elems(&w->out);
    *out =
        (cb_conv_info){.kernel = w->rows.kernel->name,
                       .isa = cb_isa_name(w->rows.kernel->isa),
                       .weights_bytes = w->weights_elems * sizeof(float),
                       .workspace_bytes = elems * sizeof(float) + block_bytes(w, w->tiles_in_block),
                       .changes_layout = true,
                       .transform_growth = w->m == 2 ? 24 : 200};
}

static void describe(const void *work, json_t *row)
{
    const winograd *w = work;
    const cb_conv_kernel *kernel = w->rows.kernel;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr", kernel->groups * kernel->pixels, "nr",
                                  kernel->channels, "kr", 1));
    json_object_set_new(row, "blocking",
                        json_pack("{s:I, s:I}", "kc", (json_int_t)w->in_channels, "tiles",
                                  (json_int_t)w->tiles_in_block));
}

const cb_conv_variant cb_conv_winograd_2x2 = {
    .name = "winograd2",
    .what = "Winograd F(2x2, 3x3): transforms and batched matrix products",
    .refuses = refuses,
    .prepare = prepare_2x2,
    .free = winograd_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};

const cb_conv_variant cb_conv_winograd_4x4 = {
    .name = "winograd4",
    .what = "Winograd F(4x4, 3x3): transforms and batched matrix products",
    .refuses = refuses,
    .prepare = prepare_4x4,
    .free = winograd_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};
