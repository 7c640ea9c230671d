/* im2col and a matrix product, the textbook's way, on bounded panels: each thread copies the
 * patches of some pixels into a matrix of its own, which stays in its second-level cache, and
 * multiplies it. Two variants: our matrix product, and OpenBLAS's. */
#include "bench/conv/lower.h"
#include "bench/conv/variants.h"
#include "bench/gemm/peer.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_conv_problem problem;
    size_t k, og, pixels;
    size_t panel; /* pixels in a panel */
    cb_conv_transpose_fn *transpose, *pick2;
    float *panels;  /* one for each thread, k x panel or panel x k */
    float *weights; /* groups x (og x k), NHWC: (k x og) */

    cb_gemm_plan plan, rest_plan; /* whole panels, and an image's last one */
    cb_gemm **gemms, **rests;     /* one of each for each thread */
    cb_gemm_packed **packed;      /* one for each group */
    cb_cblas_sgemm *sgemm;        /* NULL: our own */
} im2col;

static const char *const openblas_names[] = {"libopenblas.so.0", "libopenblas.so", NULL};
static cb_peer_library openblas = {.names = openblas_names};

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "a matrix product for each group of fewer than four channels";
    return NULL;
}

static void hold_openblas(void)
{
    if (cb_peer_held_to_avx2())
        cb_peer_default("OPENBLAS_CORETYPE", "Haswell");
}

static const char *refuses_openblas(const cb_conv_problem *problem)
{
    const char *missing;
    cb_peer_hold_to(problem->isa);
    missing = cb_peer_open(&openblas, hold_openblas);
    return missing ? missing : refuses(problem);
}

static bool is_nchw(const im2col *m)
{
    return m->problem.layout == CB_CONV_NCHW;
}

static void im2col_free(void *work)
{
    im2col *m = work;
    if (!m)
        return;
    for (int t = 0; m->gemms && t < m->problem.threads; t++)
        cb_gemm_free(m->gemms[t]);
    for (int t = 0; m->rests && t < m->problem.threads; t++)
        cb_gemm_free(m->rests[t]);
    for (size_t g = 0; m->packed && g < m->problem.layer.groups; g++)
        cb_gemm_packed_free(m->packed[g]);
    free(m->gemms);
    free(m->rests);
    free(m->packed);
    cb_conv_buffer_free(m->panels);
    cb_conv_buffer_free(m->weights);
    free(m);
}

/* Half of the second-level cache, whole vectors of pixels, and a panel for each thread at least. */
static void plan_panel(im2col *m)
{
    enum { STEP = 48 };
    size_t room = cb_conv_cache_bytes(&m->problem, 2, 256 << 10) / 2;
    size_t fit = room / (m->k * sizeof(float)) / STEP * STEP;
    size_t share = (m->pixels + (size_t)m->problem.threads - 1) / (size_t)m->problem.threads;
    m->panel = fit < STEP ? STEP : fit;
    m->panel = m->panel < share ? m->panel : share;
}

static cb_status prepare_weights(im2col *m, const float *weights, cb_error *err)
{
    const cb_layer *l = &m->problem.layer;
    m->weights = cb_conv_buffer(cb_layer_weight_elems(l) * sizeof(float));
    m->panels = cb_conv_buffer((size_t)m->problem.threads * m->k * m->panel * sizeof(float));
    if (!m->weights || !m->panels)
        return cb_fail(err, CB_NO_MEMORY, "no memory for weights and panels");
    for (size_t g = 0; g < l->groups; g++)
        cb_conv_lower_weights(l, weights, g, !is_nchw(m), m->weights + g * m->og * m->k);
    return CB_OK;
}

static cb_status make_plan(const im2col *m, size_t pixels, cb_error *err, cb_gemm_plan *plan)
{
    cb_gemm_problem gemm = {.dtype = "f32",
                            .m = is_nchw(m) ? m->og : pixels,
                            .n = is_nchw(m) ? pixels : m->og,
                            .k = m->k,
                            .threads = 1,
                            .a = is_nchw(m) ? CB_GEMM_PACKED : CB_GEMM_MATRIX,
                            .b = is_nchw(m) ? CB_GEMM_MATRIX : CB_GEMM_PACKED};
    cb_gemm_target target = {
        .machine = m->problem.machine, .isa = m->problem.isa, .cpu = m->problem.cpu};
    return cb_gemm_plan_make(&gemm, &target, err, plan);
}

static cb_status pack_groups(im2col *m, cb_error *err)
{
    cb_status status = CB_OK;
    m->packed = calloc(m->problem.layer.groups, sizeof *m->packed);
    if (!m->packed)
        return cb_fail(err, CB_NO_MEMORY, "no memory for packed weights");
    for (size_t g = 0; g < m->problem.layer.groups && status == CB_OK; g++) {
        cb_gemm_operand w =
            cb_gemm_matrix(m->weights + g * m->og * m->k, is_nchw(m) ? m->k : m->og, false);
        status = is_nchw(m) ? cb_gemm_pack_a(&m->plan, &w, err, &m->packed[g])
                            : cb_gemm_pack_b(&m->plan, &w, err, &m->packed[g]);
    }
    return status;
}

/* The last panel's product keeps the kernel and the blocks of k that the weights were packed for.
 */
static cb_status make_gemms(im2col *m, cb_error *err)
{
    size_t threads = (size_t)m->problem.threads;
    cb_status status = make_plan(m, m->panel, err, &m->plan);
    m->rest_plan = m->plan;
    size_t rest = m->pixels % m->panel;
    if (is_nchw(m))
        m->rest_plan.n = rest;
    else
        m->rest_plan.m = rest;
    m->gemms = calloc(threads, sizeof(cb_gemm *));
    m->rests = calloc(threads, sizeof(cb_gemm *));
    if (status == CB_OK && (!m->gemms || !m->rests))
        status = cb_fail(err, CB_NO_MEMORY, "no memory for matrix products");
    for (size_t t = 0; t < threads && status == CB_OK; t++) {
        status = cb_gemm_new(&m->plan, err, &m->gemms[t]);
        if (status == CB_OK && rest)
            status = cb_gemm_new(&m->rest_plan, err, &m->rests[t]);
    }
    return status ? status : pack_groups(m, err);
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, bool is_peer,
                         cb_error *err, void **work)
{
    im2col *m = calloc(1, sizeof *m);
    if (!m)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    m->problem = *problem;
    m->k = cb_conv_lower_k(&problem->layer);
    m->og = problem->layer.cout / problem->layer.groups;
    m->pixels = cb_conv_lower_pixels(&problem->layer);
    m->transpose =
        cb_conv_kernel_best(CB_CONV_TRANSPOSE, problem->isa, CB_GEMM_ANY_CORE, NULL, NULL)
            ->run.TRANSPOSE;
    m->pick2 =
        cb_conv_kernel_best(CB_CONV_PICK2, problem->isa, CB_GEMM_ANY_CORE, NULL, NULL)->run.PICK2;
    plan_panel(m);
    cb_status status = prepare_weights(m, weights, err);
    if (is_peer)
        m->sgemm = (cb_cblas_sgemm *)cb_peer_find(&openblas, "cblas_sgemm");
    else
        status = status ? status : make_gemms(m, err);
    if (status == CB_OK && is_peer && !m->sgemm)
        status = cb_fail(err, CB_UNSUPPORTED, "this OpenBLAS has no cblas_sgemm");
    if (status != CB_OK) {
        im2col_free(m);
        return status;
    }
    *work = m;
    return CB_OK;
}

static cb_status prepare_own(const cb_conv_problem *problem, const float *weights, cb_error *err,
                             void **work)
{
    return prepare(problem, weights, false, err, work);
}

/* Each of our threads multiplies alone: the library's own threads stay asleep. */
static cb_status prepare_openblas(const cb_conv_problem *problem, const float *weights,
                                  cb_error *err, void **work)
{
    cb_status status = cb_peer_check_isa(problem->isa, err);
    void (*set_threads)(int) = (void (*)(int))cb_peer_find(&openblas, "openblas_set_num_threads");
    if (status != CB_OK)
        return status;
    if (set_threads)
        set_threads(1);
    return prepare(problem, weights, true, err, work);
}

/* ---- running ---- */

/* One panel: its matrix, and where its pixels are in the output. */
typedef struct {
    const float *matrix;
    size_t ld, group, count;
    float *output;
    int thread;
} panel;

static void multiply_own(const im2col *m, const panel *p)
{
    cb_gemm_operand weights = cb_gemm_packed_operand(m->packed[p->group]);
    cb_gemm_operand pixels = cb_gemm_matrix(p->matrix, p->ld, false);
    cb_gemm_args args = {.a = is_nchw(m) ? weights : pixels,
                         .b = is_nchw(m) ? pixels : weights,
                         .c = p->output,
                         .c_ld = is_nchw(m) ? m->pixels : m->problem.layer.cout,
                         .alpha = 1};
    cb_gemm_call_one(p->count == m->panel ? m->gemms[p->thread] : m->rests[p->thread], &args);
}

static void multiply_openblas(const im2col *m, const panel *p)
{
    enum { ROW_MAJOR = 101, AS_IT_IS = 111 };
    const float *weights = m->weights + p->group * m->og * m->k;
    int og = (int)m->og, k = (int)m->k, count = (int)p->count, ld = (int)p->ld;
    if (is_nchw(m))
        m->sgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, og, count, k, 1, weights, k, p->matrix, ld, 0,
                 p->output, (int)m->pixels);
    else
        m->sgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, count, og, k, 1, p->matrix, ld, weights, og, 0,
                 p->output, (int)m->problem.layer.cout);
}

/* Copies the patches of pixels [first, first + count) into the thread's matrix. */
static const float *fill_panel(const im2col *m, const cb_conv_lowering *lowering, size_t first,
                               size_t count, int thread)
{
    float *to = m->panels + (size_t)thread * m->k * m->panel;
    cb_gemm_panel columns = {
        .first = first, .count = count, .k_count = m->k, .width = count, .kr = 1};
    if (is_nchw(m))
        cb_conv_lower_columns(lowering, &columns, to);
    else
        cb_conv_lower_matrix(lowering, first, count, to);
    return to;
}

static void run_panel(const im2col *m, const float *input, float *output, size_t unit, int thread)
{
    const cb_layer *l = &m->problem.layer;
    size_t panels = (m->pixels + m->panel - 1) / m->panel, first = unit % panels * m->panel;
    size_t group = unit / panels % l->groups, image = unit / panels / l->groups;
    size_t left = m->pixels - first, count = left < m->panel ? left : m->panel;
    cb_conv_lowering lowering = {.problem = &m->problem,
                                 .transpose = m->transpose,
                                 .pick2 = m->pick2,
                                 .input = input + cb_conv_lower_input_at(&m->problem, image, group),
                                 .out_w = cb_layer_out_w(l)};
    panel p = {.ld = is_nchw(m) ? count : m->k,
               .group = group,
               .count = count,
               .output = output + cb_conv_lower_output_at(&m->problem, image, group) +
                         first * (is_nchw(m) ? 1 : l->cout),
               .thread = thread};
    if (cb_conv_lower_is_plain(l)) {
        p.matrix = lowering.input + first * (is_nchw(m) ? 1 : l->cin);
        p.ld = is_nchw(m) ? l->h * l->w : l->cin;
    } else {
        p.matrix = fill_panel(m, &lowering, first, count, thread);
    }
    if (m->sgemm)
        multiply_openblas(m, &p);
    else
        multiply_own(m, &p);
}

static void run(void *work, const float *input, float *output, int thread)
{
    const im2col *m = work;
    const cb_layer *l = &m->problem.layer;
    size_t panels = (m->pixels + m->panel - 1) / m->panel;
    cb_conv_share share =
        cb_conv_share_of(l->batch * l->groups * panels, m->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        run_panel(m, input, output, i, thread);
}

static void info(const void *work, cb_conv_info *out)
{
    const im2col *m = work;
    size_t panels = (size_t)m->problem.threads * m->k * m->panel * sizeof(float);
    *out =
        (cb_conv_info){.kernel = m->sgemm ? "openblas" : m->plan.kernel->name,
                       .isa = m->sgemm ? "-" : cb_isa_name(m->plan.kernel->isa),
                       .weights_bytes = cb_layer_weight_elems(&m->problem.layer) * sizeof(float),
                       .workspace_bytes = cb_conv_lower_is_plain(&m->problem.layer) ? 0 : panels};
}

static void describe(const void *work, json_t *row)
{
    const im2col *m = work;
    if (!m->sgemm)
        cb_gemm_plan_describe(&m->plan, row);
    json_object_set_new(row, "panel_pixels", json_integer((json_int_t)m->panel));
}

const cb_conv_variant cb_conv_im2col = {
    .name = "im2col",
    .what = "patches copied into bounded panels, our matrix product",
    .refuses = refuses,
    .prepare = prepare_own,
    .free = im2col_free,
    .info = info,
    .run = run,
    .describe = describe,
};

const cb_conv_variant cb_conv_im2col_openblas = {
    .name = "im2col-openblas",
    .what = "patches copied into bounded panels, OpenBLAS's matrix product",
    .refuses = refuses_openblas,
    .prepare = prepare_openblas,
    .free = im2col_free,
    .info = info,
    .run = run,
    .describe = describe,
    .is_peer = true,
};
