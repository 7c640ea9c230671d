#include "bench/conv/onednn.h"

#include "bench/gemm/peer.h"
#include "bench/gemm/pin.h"

#include <stdlib.h>
#include <string.h>

#ifdef CB_HAS_ONEDNN

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
    X(primitive_attr_create, dnnl_primitive_attr_t *)                                              \
    X(primitive_attr_destroy, dnnl_primitive_attr_t)                                               \
    X(primitive_attr_set_output_scales, dnnl_primitive_attr_t, dnnl_dim_t, int, const float *)     \
    X(primitive_attr_set_zero_points, dnnl_primitive_attr_t, int, dnnl_dim_t, int,                 \
      const int32_t *)                                                                             \
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

struct cb_onednn_conv {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_attr_t attr;
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive;
    operand input, weights, output;
    dnnl_memory_desc_t bias_md;
    dnnl_memory_t bias; /* NULL: none */
};

/* ---- opening ---- */

static cb_isa_set allowed;

static bool may(cb_isa isa)
{
    return allowed & cb_isa_bit(isa);
}

/* The library's own name for the most that it may use. */
static const char *cap(void)
{
    if (may(CB_ISA_VNNI))
        return "AVX512_CORE_VNNI";
    if (may(CB_ISA_AVX512))
        return "AVX512_CORE";
    return may(CB_ISA_AVXVNNI) ? "AVX2_VNNI" : "AVX2";
}

static void hold(void)
{
    if (allowed != cb_isa_detect() && may(CB_ISA_AVX2) && !may(CB_ISA_AMX))
        cb_peer_default("ONEDNN_MAX_CPU_ISA", cap());
}

const char *cb_conv_onednn_refuses(const cb_conv_problem *problem)
{
    allowed = problem->isa;
    cb_peer_hold_to(problem->isa);
    const char *missing = cb_peer_open(&library, hold);
    if (missing)
        return missing;
    return find_functions() ? NULL : "this oneDNN lacks a function of version 2";
}

/* ---- making ---- */

static void operand_free(operand *o)
{
    if (o->plain)
        dnnl.memory_destroy(o->plain);
    if (o->reorder && o->theirs)
        dnnl.memory_destroy(o->theirs);
    if (o->reorder)
        dnnl.primitive_destroy(o->reorder);
}

void cb_onednn_conv_free(cb_onednn_conv *d)
{
    if (!d)
        return;
    operand_free(&d->input);
    operand_free(&d->weights);
    operand_free(&d->output);
    if (d->bias)
        dnnl.memory_destroy(d->bias);
    if (d->primitive)
        dnnl.primitive_destroy(d->primitive);
    if (d->desc)
        dnnl.primitive_desc_destroy(d->desc);
    if (d->attr)
        dnnl.primitive_attr_destroy(d->attr);
    if (d->stream)
        dnnl.stream_destroy(d->stream);
    if (d->engine)
        dnnl.engine_destroy(d->engine);
    free(d);
}

static bool make_attr(cb_onednn_conv *d, const cb_layer *l, const cb_onednn_form *form)
{
    enum { OF_EACH_CHANNEL = 1 << 1, OF_ALL = 0 };
    if (!form->scales)
        return true;
    return !dnnl.primitive_attr_create(&d->attr) &&
           !dnnl.primitive_attr_set_output_scales(d->attr, (dnnl_dim_t)l->cout, OF_EACH_CHANNEL,
                                                  form->scales) &&
           !dnnl.primitive_attr_set_zero_points(d->attr, DNNL_ARG_SRC, 1, OF_ALL,
                                                &form->input_zero) &&
           !dnnl.primitive_attr_set_zero_points(d->attr, DNNL_ARG_DST, 1, OF_ALL,
                                                &form->output_zero);
}

typedef struct {
    dnnl_dims_t in, out, weights, bias;
    int weight_dims;
} shapes;

static shapes shapes_of(const cb_layer *l)
{
    dnnl_dim_t og = (dnnl_dim_t)(l->cout / l->groups), cg = (dnnl_dim_t)(l->cin / l->groups);
    shapes s = {
        .in = {(dnnl_dim_t)l->batch, (dnnl_dim_t)l->cin, (dnnl_dim_t)l->h, (dnnl_dim_t)l->w},
        .out = {(dnnl_dim_t)l->batch, (dnnl_dim_t)l->cout, (dnnl_dim_t)cb_layer_out_h(l),
                (dnnl_dim_t)cb_layer_out_w(l)},
        .weights = {(dnnl_dim_t)l->groups, og, cg, (dnnl_dim_t)l->kh, (dnnl_dim_t)l->kw},
        .bias = {(dnnl_dim_t)l->cout},
        .weight_dims = 5};
    if (l->groups == 1) {
        memmove(s.weights, s.weights + 1, 4 * sizeof *s.weights);
        s.weight_dims = 4;
    }
    return s;
}

/* Our operands as they lie. */
static bool describe_plain(cb_onednn_conv *d, const cb_conv_problem *p, const cb_onednn_form *form)
{
    const shapes s = shapes_of(&p->layer);
    dnnl_format_tag_t plain = p->layout == CB_CONV_NCHW ? dnnl_nchw : dnnl_nhwc;
    bool has_bias = form->bias != dnnl_data_type_undef;
    return !dnnl.memory_desc_init_by_tag(&d->input.plain_md, 4, s.in, form->input, plain) &&
           !dnnl.memory_desc_init_by_tag(&d->output.plain_md, 4, s.out, form->output, plain) &&
           !dnnl.memory_desc_init_by_tag(&d->weights.plain_md, s.weight_dims, s.weights,
                                         form->weights,
                                         s.weight_dims == 5 ? dnnl_goihw : dnnl_oihw) &&
           (!has_bias || !dnnl.memory_desc_init_by_tag(&d->bias_md, 1, s.bias, form->bias, dnnl_a));
}

/* The primitive for a layer, with layouts of the library's choice. */
static bool make_primitive(cb_onednn_conv *d, const cb_conv_problem *p, const cb_onednn_form *form)
{
    const cb_layer *l = &p->layer;
    const shapes s = shapes_of(l);
    const dnnl_dim_t strides[2] = {(dnnl_dim_t)l->stride, (dnnl_dim_t)l->stride};
    const dnnl_dim_t dilates[2] = {(dnnl_dim_t)l->dilation - 1, (dnnl_dim_t)l->dilation - 1};
    const dnnl_dim_t pads[2] = {(dnnl_dim_t)l->pad, (dnnl_dim_t)l->pad};
    dnnl_memory_desc_t in, weights, out;
    dnnl_convolution_desc_t conv;
    return !dnnl.memory_desc_init_by_tag(&in, 4, s.in, form->input, dnnl_format_tag_any) &&
           !dnnl.memory_desc_init_by_tag(&out, 4, s.out, form->output, dnnl_format_tag_any) &&
           !dnnl.memory_desc_init_by_tag(&weights, s.weight_dims, s.weights, form->weights,
                                         dnnl_format_tag_any) &&
           !dnnl.dilated_convolution_forward_desc_init(
               &conv, dnnl_forward_inference, form->algorithm, &in, &weights,
               form->bias == dnnl_data_type_undef ? NULL : &d->bias_md, &out, strides, dilates,
               pads, pads) &&
           !dnnl.primitive_desc_create(&d->desc, &conv, d->attr, d->engine, NULL) &&
           !dnnl.primitive_create(&d->primitive, d->desc);
}

/* `to_theirs`: the reorder's direction. */
static bool make_operand(const cb_onednn_conv *d, operand *o, dnnl_query_t which, bool to_theirs)
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

static void reorder(const cb_onednn_conv *d, const operand *o, bool to_theirs)
{
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, to_theirs ? o->plain : o->theirs},
                                    {DNNL_ARG_TO, to_theirs ? o->theirs : o->plain}};
    if (o->reorder)
        dnnl.primitive_execute(o->reorder, d->stream, 2, args);
}

static void *unconst(const void *data)
{
    union {
        const void *from;
        void *to;
    } shared = {data};
    return shared.to;
}

static bool make(cb_onednn_conv *d, const cb_conv_problem *problem, const cb_onednn_form *form,
                 const void *bias)
{
    return !dnnl.engine_create(&d->engine, dnnl_cpu, 0) &&
           !dnnl.stream_create(&d->stream, d->engine, dnnl_stream_default_flags) &&
           make_attr(d, &problem->layer, form) && describe_plain(d, problem, form) &&
           make_primitive(d, problem, form) &&
           make_operand(d, &d->input, dnnl_query_src_md, true) &&
           make_operand(d, &d->weights, dnnl_query_weights_md, true) &&
           make_operand(d, &d->output, dnnl_query_dst_md, false) &&
           (!bias || !dnnl.memory_create(&d->bias, &d->bias_md, d->engine, unconst(bias)));
}

cb_status cb_onednn_conv_new(const cb_conv_problem *problem, const cb_onednn_form *form,
                             const void *weights, const void *bias, cb_error *err,
                             cb_onednn_conv **conv)
{
    cb_status status = cb_peer_check_isa(problem->isa, err);
    cb_onednn_conv *d = status == CB_OK ? calloc(1, sizeof *d) : NULL;
    cb_peer_pin pin;
    if (!d)
        return status ? status : cb_fail(err, CB_NO_MEMORY, "no memory to prepare oneDNN");
    cb_peer_unpin(problem->machine, &pin);
    cb_onednn_start(problem->threads);
    bool made = make(d, problem, form, bias);
    if (made) {
        dnnl.memory_set_data_handle(d->weights.plain, unconst(weights));
        reorder(d, &d->weights, true);
        dnnl.stream_wait(d->stream);
    }
    cb_peer_pin_again(&pin);
    if (!made) {
        cb_onednn_conv_free(d);
        return cb_fail(err, CB_UNSUPPORTED, "oneDNN has no such primitive for this layer");
    }
    *conv = d;
    return CB_OK;
}

/* ---- running ---- */

void cb_onednn_conv_run(cb_onednn_conv *d, const void *input, void *output, bool computes)
{
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, d->input.theirs},
                                    {DNNL_ARG_WEIGHTS, d->weights.theirs},
                                    {DNNL_ARG_DST, d->output.theirs},
                                    {DNNL_ARG_BIAS, d->bias}};
    dnnl.memory_set_data_handle(d->input.plain, unconst(input));
    dnnl.memory_set_data_handle(d->output.plain, output);
    reorder(d, &d->input, true);
    if (computes)
        dnnl.primitive_execute(d->primitive, d->stream, d->bias ? 4 : 3, args);
    reorder(d, &d->output, false);
    dnnl.stream_wait(d->stream);
}

void cb_onednn_conv_info(const cb_onednn_conv *d, cb_conv_info *info)
{
    *info = (cb_conv_info){.kernel = "onednn",
                           .isa = "-",
                           .weights_bytes = d->weights.bytes ? d->weights.bytes
                                                             : dnnl.md_size(&d->weights.plain_md),
                           .workspace_bytes = d->input.bytes + d->output.bytes,
                           .changes_layout = d->input.bytes || d->output.bytes};
}

#else

const char *cb_conv_onednn_refuses(const cb_conv_problem *problem)
{
    (void)problem;
    return "built without the headers of oneDNN 2 (libdnnl-dev)";
}

#endif
