#include "bench/gemm/peer.h"

#include <stdlib.h>
#include <string.h>

/* The library exists as an archive only: linked when CMake finds it. */
#ifdef CB_HAVE_LIBXSMM

typedef void product_fn(const float *a, const float *b, float *c, ...);

/* libxsmm_frontend.h, version 1.17, column-major. */
product_fn *libxsmm_smmdispatch(int m, int n, int k, const int *lda, const int *ldb, const int *ldc,
                                const float *alpha, const float *beta, const int *flags,
                                const int *prefetch);

typedef struct {
    cb_peer_state base;
    product_fn *product;
} libxsmm_state;

const char *cb_libxsmm_missing(void)
{
    if (cb_peer_held_to_avx2())
        cb_peer_default("LIBXSMM_TARGET", "hsw");
    return NULL;
}

/* It compiles a kernel for each shape, unrolled over all of it. */
static cb_status check_product(const cb_gemm_work *w, cb_error *err)
{
    enum { LONGEST = 128 };
    if (strcmp(w->type->dtype, "f32") != 0 || w->a_transposed || w->b_transposed || w->b_packed)
        return cb_fail(err, CB_UNSUPPORTED, "it is asked for f32 as it lies only");
    if (w->threads > 1)
        return cb_fail(err, CB_UNSUPPORTED, "its kernels run on one thread");
    if (w->shape.m > LONGEST || w->shape.n > LONGEST || w->shape.k > LONGEST)
        return cb_fail(err, CB_UNSUPPORTED, "it is made for products of at most %d", LONGEST);
    return cb_peer_check_isa(w->bench->isa, err);
}

cb_status cb_libxsmm_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    const float one = 1, zero = 0;
    int a_ld = (int)w->a.ld, b_ld = (int)w->b.ld, c_ld = (int)w->c_ld;
    cb_status status = check_product(w, err);
    if (status != CB_OK)
        return status;
    /* Row-major C is column-major C transposed, B' A'. */
    product_fn *product = libxsmm_smmdispatch((int)w->shape.n, (int)w->shape.m, (int)w->shape.k,
                                              &b_ld, &a_ld, &c_ld, &one, &zero, NULL, NULL);
    if (!product)
        return cb_fail(err, CB_UNSUPPORTED, "it has no kernel for this product here");
    libxsmm_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare libxsmm");
    s->base.work = w;
    s->product = product;
    strcpy(s->base.version, "LIBXSMM");
    *prepared = (cb_gemm_prepared){
        .state = s, .kernel = "libxsmm", .isa = CB_ISA_COUNT, .describe = cb_peer_describe};
    return CB_OK;
}

void cb_libxsmm_run(void *state, int thread, uint64_t repeats)
{
    const libxsmm_state *s = state;
    const cb_gemm_work *w = s->base.work;
    for (uint64_t r = 0; r < repeats && thread == 0; r++)
        s->product(w->b.data, w->a.data, w->c);
}

#else

const char *cb_libxsmm_missing(void)
{
    return "this build found no libxsmm.a";
}

cb_status cb_libxsmm_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    (void)w, (void)prepared;
    return cb_fail(err, CB_UNSUPPORTED, "%s", cb_libxsmm_missing());
}

void cb_libxsmm_run(void *state, int thread, uint64_t repeats)
{
    (void)state, (void)thread, (void)repeats;
}

#endif

void cb_libxsmm_start(int threads)
{
    (void)threads; /* it has none */
}
