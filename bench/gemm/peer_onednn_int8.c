/* oneDNN's matmul of 8-bit integers into int32. B is constant weights in the layout that it likes
 * best where ours is packed beforehand, else as it lies. Needs the headers of version 2 when it is
 * built; the library is opened when it is asked for. */
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

#define DNNL_FUNCTIONS(X)                                                                          \
    X(engine_create, dnnl_engine_t *, dnnl_engine_kind_t, size_t)                                  \
    X(engine_destroy, dnnl_engine_t)                                                               \
    X(stream_create, dnnl_stream_t *, dnnl_engine_t, unsigned)                                     \
    X(stream_destroy, dnnl_stream_t)                                                               \
    X(stream_wait, dnnl_stream_t)                                                                  \
    X(memory_desc_init_by_tag, dnnl_memory_desc_t *, int, const dnnl_dims_t, dnnl_data_type_t,     \
      dnnl_format_tag_t)                                                                           \
    X(memory_create, dnnl_memory_t *, const dnnl_memory_desc_t *, dnnl_engine_t, void *)           \
    X(memory_destroy, dnnl_memory_t)                                                               \
    X(matmul_desc_init, dnnl_matmul_desc_t *, const dnnl_memory_desc_t *,                          \
      const dnnl_memory_desc_t *, const dnnl_memory_desc_t *, const dnnl_memory_desc_t *)          \
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
} dnnl;

static bool find_functions(const cb_peer_library *library)
{
    bool all = true;
#define FIND(name, ...)                                                                            \
    dnnl.name = (dnnl_status_t(*)(__VA_ARGS__))cb_peer_find(library, "dnnl_" #name);               \
    all = all && dnnl.name;
    DNNL_FUNCTIONS(FIND)
#undef FIND
    dnnl.query_md =
        (const dnnl_memory_desc_t *(*)(const_dnnl_primitive_desc_t, dnnl_query_t, int))cb_peer_find(
            library, "dnnl_primitive_desc_query_md");
    return all && dnnl.query_md;
}

typedef struct {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive;
    dnnl_memory_t a, b, c;
} matmul;

static void free_memory(dnnl_memory_t memory)
{
    if (memory)
        dnnl.memory_destroy(memory);
}

void cb_onednn_int8_release(void *state)
{
    matmul *x = state;
    free_memory(x->a);
    free_memory(x->b);
    free_memory(x->c);
    if (x->primitive)
        dnnl.primitive_destroy(x->primitive);
    if (x->desc)
        dnnl.primitive_desc_destroy(x->desc);
    if (x->stream)
        dnnl.stream_destroy(x->stream);
    if (x->engine)
        dnnl.engine_destroy(x->engine);
    free(x);
}

static bool describe(dnnl_memory_desc_t *md, size_t rows, size_t columns, cb_number number,
                     dnnl_format_tag_t tag)
{
    const dnnl_dims_t dims = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    dnnl_data_type_t type = number == CB_U8 ? dnnl_u8 : number == CB_S8 ? dnnl_s8 : dnnl_s32;
    return dnnl.memory_desc_init_by_tag(md, 2, dims, type, tag) == dnnl_success;
}

static bool execute(const matmul *x, dnnl_primitive_t primitive, int count,
                    const dnnl_exec_arg_t *args)
{
    return dnnl.primitive_execute(primitive, x->stream, count, args) == dnnl_success &&
           dnnl.stream_wait(x->stream) == dnnl_success;
}

/* B in the layout that the primitive chose, once. */
static bool reorder_weights(matmul *x, const dnnl_memory_desc_t *plain,
                            const dnnl_memory_desc_t *chosen, dnnl_memory_t from)
{
    dnnl_primitive_desc_t desc = NULL;
    dnnl_primitive_t reorder = NULL;
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, x->b}};
    bool done = dnnl.reorder_primitive_desc_create(&desc, plain, x->engine, chosen, x->engine,
                                                   NULL) == dnnl_success &&
                dnnl.primitive_create(&reorder, desc) == dnnl_success &&
                execute(x, reorder, 2, args);
    if (reorder)
        dnnl.primitive_destroy(reorder);
    if (desc)
        dnnl.primitive_desc_destroy(desc);
    return done;
}

static bool make_weights(matmul *x, const cb_gemm_work *w, const dnnl_memory_desc_t *plain)
{
    const dnnl_memory_desc_t *chosen = dnnl.query_md(x->desc, dnnl_query_weights_md, 0);
    void *data = (void *)(uintptr_t)w->b.data;
    if (!w->b_packed)
        return dnnl.memory_create(&x->b, plain, x->engine, data) == dnnl_success;
    dnnl_memory_t from = NULL;
    bool done =
        dnnl.memory_create(&from, plain, x->engine, data) == dnnl_success &&
        dnnl.memory_create(&x->b, chosen, x->engine, DNNL_MEMORY_ALLOCATE) == dnnl_success &&
        reorder_weights(x, plain, chosen, from);
    free_memory(from);
    return done;
}

static bool make(matmul *x, const cb_gemm_work *w)
{
    const cb_gemm_shape *s = &w->shape;
    dnnl_memory_desc_t a, b, plain_b, c;
    dnnl_matmul_desc_t desc;
    dnnl_format_tag_t b_tag = w->b_transposed ? dnnl_ba : dnnl_ab;
    return dnnl.engine_create(&x->engine, dnnl_cpu, 0) == dnnl_success &&
           dnnl.stream_create(&x->stream, x->engine, dnnl_stream_default_flags) == dnnl_success &&
           describe(&a, s->m, s->k, w->type->a, w->a_transposed ? dnnl_ba : dnnl_ab) &&
           describe(&plain_b, s->k, s->n, w->type->b, b_tag) &&
           describe(&b, s->k, s->n, w->type->b, w->b_packed ? dnnl_format_tag_any : b_tag) &&
           describe(&c, s->m, s->n, w->type->c, dnnl_ab) &&
           dnnl.matmul_desc_init(&desc, &a, &b, NULL, &c) == dnnl_success &&
           dnnl.primitive_desc_create(&x->desc, &desc, NULL, x->engine, NULL) == dnnl_success &&
           dnnl.primitive_create(&x->primitive, x->desc) == dnnl_success &&
           dnnl.memory_create(&x->a, &a, x->engine, (void *)(uintptr_t)w->a.data) == dnnl_success &&
           dnnl.memory_create(&x->c, &c, x->engine, w->c) == dnnl_success &&
           make_weights(x, w, &plain_b);
}

cb_status cb_onednn_int8_prepare(const cb_peer_library *library, const cb_gemm_work *w,
                                 cb_error *err, void **state)
{
    if (!w->shape.m || !w->shape.n || !w->shape.k)
        return cb_fail(err, CB_UNSUPPORTED, "oneDNN's matmul has no empty matrices");
    if (!find_functions(library))
        return cb_fail(err, CB_UNSUPPORTED, "this oneDNN lacks a function of version 2");
    matmul *x = calloc(1, sizeof *x);
    if (!x)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare onednn");
    if (!make(x, w)) {
        cb_onednn_int8_release(x);
        return cb_fail(err, CB_UNSUPPORTED, "oneDNN has no matmul for this product");
    }
    *state = x;
    return CB_OK;
}

void cb_onednn_int8_run(void *state, int thread, uint64_t repeats)
{
    const matmul *x = state;
    const dnnl_exec_arg_t args[] = {
        {DNNL_ARG_SRC, x->a}, {DNNL_ARG_WEIGHTS, x->b}, {DNNL_ARG_DST, x->c}};
    if (thread)
        return;
    for (uint64_t r = 0; r < repeats; r++)
        execute(x, x->primitive, 3, args);
}

#else

cb_status cb_onednn_int8_prepare(const cb_peer_library *library, const cb_gemm_work *w,
                                 cb_error *err, void **state)
{
    (void)library;
    (void)w;
    (void)state;
    return cb_fail(err, CB_UNSUPPORTED, "built without the headers of oneDNN 2");
}

void cb_onednn_int8_run(void *state, int thread, uint64_t repeats)
{
    (void)state;
    (void)thread;
    (void)repeats;
}

void cb_onednn_int8_release(void *state)
{
    (void)state;
}

#endif
