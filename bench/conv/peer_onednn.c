/* oneDNN as a peer: its direct and its Winograd convolution, in the layouts that it likes best,
 * with the reorders from and to ours inside the timed region, as ours have theirs. Needs the
 * headers of version 2 when it is built; the library is opened when it is asked for. */
#include "bench/conv/variants.h"
#include "bench/gemm/peer.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_include)
#if __has_include(<oneapi/dnnl/dnnl.h>)
#include <oneapi/dnnl/dnnl.h>
#if DNNL_VERSION_MAJOR == 2
#define HAS_ONEDNN 1
#endif
#endif
#endif

#ifdef HAS_ONEDNN

static const char *const names[] = {"libdnnl.so.2", NULL};
static cb_peer_library library = {.names = names};

/* The functions by their names, found once. */
#define DNNL_FUNCTIONS(X)                                                                          \
    X(engine_create, dnnl_engine_t *, dnnl_engine_kind_t, size_t)                                  \
    X(engine_destroy, dnnl_engine_t)                                                               \
    X(stream_create, dnnl_stream_t *, dnnl_engine_t, unsigned)                                     \
    X(stream_destroy, dnnl_stream_t)                                                               \
    X(stream_wait, dnnl_stream_t)                                                                  \
    X(memory_desc_init_by_tag, dnnl_memory_desc_t *, int, const dnnl_dims_t, dnnl_data_type_t,     \
      dnnl_format_tag_t)                                                                           \
    X(memory_create, dnnl_memory_t *, const dnnl_memory_desc_t *, dnnl_engine_t, void *)           \
    X(memory_set_data_handle, dnnl_memory_t, void *)                                               \
    X(memory_destroy, dnnl_memory_t)                                                               \
    X(dilated_convolution_forward_desc_init, dnnl_convolution_desc_t *, dnnl_prop_kind_t,          \
      dnnl_alg_kind_t, const dnnl_memory_desc_t *, const dnnl_memory_desc_t *,                     \
      const dnnl_memory_desc_t *, const dnnl_memory_desc_t *, const dnnl_dims_t,                   \
      const dnnl_dims_t, const dnnl_dims_t, const dnnl_dims_t)                                     \
    X(primitive_desc_create, dnnl_primitive_desc_t *, const_dnnl_op_desc_t,                        \
      const_dnnl_primitive_attr_t, dnnl_engine_t, const_dnnl_primitive_desc_t)                     \
    X(primitive_desc_destroy, dnnl_primitive_desc_t)                                               \
    X(reorder_primitive_desc_create, dnnl_primitive_desc_t *, const dnnl_memory_desc_t *,          \
      dnnl_engine_t, const dnnl_memory_desc_t *, dnnl_engine_t, const_dnnl_primitive_attr_t)       \
    X(primitive_create, dnnl_primitive_t *, const_dnnl_primitive_desc_t)                           \
    X(primitive_destroy, dnnl_primitive_t)                                                         \
    X(primitive_execute, const_dnnl_primitive_t, dnnl_stream_t, int, const dnnl_exec_arg_t *)

static struct {
#define MEMBER(name, ...) dnnl_status_t (*name)(__VA_ARGS__);
    DNNL_FUNCTIONS(MEMBER)
#undef MEMBER
    const dnnl_memory_desc_t *(*query_md)(const_dnnl_primitive_desc_t, dnnl_query_t, int);
    int (*md_equal)(const dnnl_memory_desc_t *, const dnnl_memory_desc_t *);
    size_t (*md_size)(const dnnl_memory_desc_t *);
} dnnl;

static bool find_functions(void)
{
    bool all = true;
#define FIND(name, ...)                                                                            \
    dnnl.name = (dnnl_status_t(*)(__VA_ARGS__))cb_peer_find(&library, "dnnl_" #name);              \
    all = all && dnnl.name;
    DNNL_FUNCTIONS(FIND)
#undef FIND
    dnnl.query_md =
        (const dnnl_memory_desc_t *(*)(const_dnnl_primitive_desc_t, dnnl_query_t, int))cb_peer_find(
            &library, "dnnl_primitive_desc_query_md");
    dnnl.md_equal = (int (*)(const dnnl_memory_desc_t *, const dnnl_memory_desc_t *))cb_peer_find(
        &library, "dnnl_memory_desc_equal");
    dnnl.md_size =
        (size_t(*)(const dnnl_memory_desc_t *))cb_peer_find(&library, "dnnl_memory_desc_get_size");
    return all && dnnl.query_md && dnnl.md_equal && dnnl.md_size;
}

/* One operand: ours as it lies, theirs as they like it, and the reorder between them. */
typedef struct {
    dnnl_memory_desc_t plain_md;
    dnnl_memory_t plain, theirs;
    dnnl_primitive_t reorder; /* NULL: both are one layout */
    size_t bytes;             /* of theirs, where it is another */
} operand;

typedef struct {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive;
    operand input, weights, output;
    double transform_growth;
} onednn;

static void hold(void)
{
    if (cb_peer_held_to_avx2())
        cb_peer_default("ONEDNN_MAX_CPU_ISA", "AVX2");
}

static const char *refuses(const cb_conv_problem *problem)
{
    cb_peer_hold_to(problem->isa);
    const char *missing = cb_peer_open(&library, hold);
    if (missing)
        return missing;
    if (problem->threads > 1)
        return "its threads would share their cores with ours; measure it with --threads 1";
    return find_functions() ? NULL : "this oneDNN lacks a function of version 2";
}

static const char *refuses_winograd(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->kh != 3 || l->kw != 3 || l->stride != 1 || l->dilation != 1 || l->groups != 1)
        return "Winograd's transforms are for 3 x 3, stride 1, one group";
    return refuses(problem);
}

static void operand_free(operand *o)
{
    if (o->plain)
        dnnl.memory_destroy(o->plain);
    if (o->reorder && o->theirs)
        dnnl.memory_destroy(o->theirs);
    if (o->reorder)
        dnnl.primitive_destroy(o->reorder);
}

static void onednn_free(void *work)
{
    onednn *d = work;
    if (!d)
        return;
    operand_free(&d->input);
    operand_free(&d->weights);
    operand_free(&d->output);
    if (d->primitive)
        dnnl.primitive_destroy(d->primitive);
    if (d->desc)
        dnnl.primitive_desc_destroy(d->desc);
    if (d->stream)
        dnnl.stream_destroy(d->stream);
    if (d->engine)
        dnnl.engine_destroy(d->engine);
    free(d);
}

/* The primitive for a layer, with layouts of the library's choice. */
static bool make_primitive(onednn *d, const cb_conv_problem *p, dnnl_alg_kind_t algorithm)
{
    const cb_layer *l = &p->layer;
    const dnnl_dim_t in[4] = {(dnnl_dim_t)l->batch, (dnnl_dim_t)l->cin, (dnnl_dim_t)l->h,
                              (dnnl_dim_t)l->w};
    const dnnl_dim_t out[4] = {(dnnl_dim_t)l->batch, (dnnl_dim_t)l->cout,
                               (dnnl_dim_t)cb_layer_out_h(l), (dnnl_dim_t)cb_layer_out_w(l)};
    const dnnl_dim_t w4[4] = {(dnnl_dim_t)l->cout, (dnnl_dim_t)l->cin, (dnnl_dim_t)l->kh,
                              (dnnl_dim_t)l->kw};
    const dnnl_dim_t w5[5] = {(dnnl_dim_t)l->groups, (dnnl_dim_t)(l->cout / l->groups),
                              (dnnl_dim_t)(l->cin / l->groups), (dnnl_dim_t)l->kh,
                              (dnnl_dim_t)l->kw};
    const dnnl_dim_t strides[2] = {(dnnl_dim_t)l->stride, (dnnl_dim_t)l->stride};
    const dnnl_dim_t dilates[2] = {(dnnl_dim_t)l->dilation - 1, (dnnl_dim_t)l->dilation - 1};
    const dnnl_dim_t pads[2] = {(dnnl_dim_t)l->pad, (dnnl_dim_t)l->pad};
    bool grouped = l->groups > 1;
    dnnl_format_tag_t plain = p->layout == CB_CONV_NCHW ? dnnl_nchw : dnnl_nhwc;
    dnnl_memory_desc_t any_in, any_w, any_out;
    dnnl_convolution_desc_t conv;
    return !dnnl.engine_create(&d->engine, dnnl_cpu, 0) &&
           !dnnl.stream_create(&d->stream, d->engine, dnnl_stream_default_flags) &&
           !dnnl.memory_desc_init_by_tag(&d->input.plain_md, 4, in, dnnl_f32, plain) &&
           !dnnl.memory_desc_init_by_tag(&d->output.plain_md, 4, out, dnnl_f32, plain) &&
           !dnnl.memory_desc_init_by_tag(&d->weights.plain_md, grouped ? 5 : 4, grouped ? w5 : w4,
                                         dnnl_f32, grouped ? dnnl_goihw : dnnl_oihw) &&
           !dnnl.memory_desc_init_by_tag(&any_in, 4, in, dnnl_f32, dnnl_format_tag_any) &&
           !dnnl.memory_desc_init_by_tag(&any_out, 4, out, dnnl_f32, dnnl_format_tag_any) &&
           !dnnl.memory_desc_init_by_tag(&any_w, grouped ? 5 : 4, grouped ? w5 : w4, dnnl_f32,
                                         dnnl_format_tag_any) &&
           !dnnl.dilated_convolution_forward_desc_init(&conv, dnnl_forward_inference, algorithm,
                                                       &any_in, &any_w, NULL, &any_out, strides,
                                                       dilates, pads, pads) &&
           !dnnl.primitive_desc_create(&d->desc, &conv, NULL, d->engine, NULL) &&
           !dnnl.primitive_create(&d->primitive, d->desc);
}

/* `to_theirs`: the reorder's direction. */
static bool make_operand(const onednn *d, operand *o, dnnl_query_t which, bool to_theirs)
{
    const dnnl_memory_desc_t *theirs = dnnl.query_md(d->desc, which, 0);
    dnnl_primitive_desc_t desc = NULL;
    if (!theirs || dnnl.memory_create(&o->plain, &o->plain_md, d->engine, DNNL_MEMORY_NONE))
        return false;
    o->theirs = o->plain;
    if (dnnl.md_equal(theirs, &o->plain_md))
        return true;
    o->bytes = dnnl.md_size(theirs);
    o->theirs = NULL;
    bool ok =
        !dnnl.memory_create(&o->theirs, theirs, d->engine, DNNL_MEMORY_ALLOCATE) &&
        !dnnl.reorder_primitive_desc_create(&desc, to_theirs ? &o->plain_md : theirs, d->engine,
                                            to_theirs ? theirs : &o->plain_md, d->engine, NULL) &&
        !dnnl.primitive_create(&o->reorder, desc);
    if (desc)
        dnnl.primitive_desc_destroy(desc);
    return ok;
}

static void reorder(const onednn *d, const operand *o, bool to_theirs)
{
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, to_theirs ? o->plain : o->theirs},
                                    {DNNL_ARG_TO, to_theirs ? o->theirs : o->plain}};
    if (o->reorder)
        dnnl.primitive_execute(o->reorder, d->stream, 2, args);
}

/* Weights that need no reorder are used where they are: the caller keeps them. */
static cb_status prepare(const cb_conv_problem *problem, dnnl_alg_kind_t algorithm,
                         const float *weights, cb_error *err, void **work)
{
    cb_status status = cb_peer_check_isa(problem->isa, err);
    if (status != CB_OK)
        return status;
    cb_onednn_start(problem->threads);
    onednn *d = calloc(1, sizeof *d);
    if (!d)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare oneDNN");
    if (!make_primitive(d, problem, algorithm) ||
        !make_operand(d, &d->input, dnnl_query_src_md, true) ||
        !make_operand(d, &d->weights, dnnl_query_weights_md, true) ||
        !make_operand(d, &d->output, dnnl_query_dst_md, false)) {
        onednn_free(d);
        return cb_fail(err, CB_UNSUPPORTED, "oneDNN has no such primitive for this layer");
    }
    d->transform_growth = algorithm == dnnl_convolution_winograd ? 200 : 0;
    union {
        const float *from;
        void *to;
    } shared = {weights};
    dnnl.memory_set_data_handle(d->weights.plain, shared.to);
    reorder(d, &d->weights, true);
    dnnl.stream_wait(d->stream);
    *work = d;
    return CB_OK;
}

static cb_status prepare_direct(const cb_conv_problem *problem, const float *weights, cb_error *err,
                                void **work)
{
    return prepare(problem, dnnl_convolution_direct, weights, err, work);
}

static cb_status prepare_winograd(const cb_conv_problem *problem, const float *weights,
                                  cb_error *err, void **work)
{
    return prepare(problem, dnnl_convolution_winograd, weights, err, work);
}

static void run_phases(onednn *d, const float *input, float *output, bool computes)
{
    union {
        const float *from;
        void *to;
    } shared = {input};
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, d->input.theirs},
                                    {DNNL_ARG_WEIGHTS, d->weights.theirs},
                                    {DNNL_ARG_DST, d->output.theirs}};
    dnnl.memory_set_data_handle(d->input.plain, shared.to);
    dnnl.memory_set_data_handle(d->output.plain, output);
    reorder(d, &d->input, true);
    if (computes)
        dnnl.primitive_execute(d->primitive, d->stream, 3, args);
    reorder(d, &d->output, false);
    dnnl.stream_wait(d->stream);
}

static void run(void *work, const float *input, float *output, int thread)
{
    if (thread == 0)
        run_phases(work, input, output, true);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    if (thread == 0)
        run_phases(work, input, output, false);
}

static void info(const void *work, cb_conv_info *out)
{
    const onednn *d = work;
    *out = (cb_conv_info){.kernel = "onednn",
                          .isa = "-",
                          .weights_bytes = d->weights.bytes ? d->weights.bytes
                                                            : dnnl.md_size(&d->weights.plain_md),
                          .workspace_bytes = d->input.bytes + d->output.bytes,
                          .changes_layout = d->input.bytes || d->output.bytes,
                          .transform_growth = d->transform_growth};
}

#else

static const char *refuses(const cb_conv_problem *problem)
{
    (void)problem;
    return "built without the headers of oneDNN 2 (libdnnl-dev)";
}

static const char *refuses_winograd(const cb_conv_problem *problem)
{
    return refuses(problem);
}

#endif

const cb_conv_variant cb_conv_onednn = {
    .name = "onednn",
    .what = "oneDNN's direct convolution, reorders included",
    .refuses = refuses,
#ifdef HAS_ONEDNN
    .prepare = prepare_direct,
    .free = onednn_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
#endif
    .is_peer = true,
};

const cb_conv_variant cb_conv_onednn_winograd = {
    .name = "onednn-winograd",
    .what = "oneDNN's Winograd convolution, reorders included",
    .refuses = refuses_winograd,
#ifdef HAS_ONEDNN
    .prepare = prepare_winograd,
    .free = onednn_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
#endif
    .is_peer = true,
};
