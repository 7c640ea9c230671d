#include "bench/gemm/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so", NULL};
static cb_peer_library library = {.names = names};

typedef int dnnl_sgemm_fn(char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha,
                          const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                          float *c, int64_t ldc); /* row-major */

typedef struct {
    int major, minor, patch; /* what all versions of dnnl_version_t begin with */
} version_head;

typedef struct {
    cb_peer_state base;
    dnnl_sgemm_fn *sgemm;
    void *integer; /* of peer_onednn_int8.c; NULL: float32 */
} onednn_state;

const char *cb_onednn_missing(void)
{
    return cb_peer_open(&library, cb_peer_hold_onednn);
}

/* It takes its threads from OpenMP, which makes them at the first parallel region. Convolution has
 * opened the library for itself, which counts nothing here. */
void cb_onednn_start(int threads)
{
    enum { N = 256 };
    if (cb_onednn_missing())
        return;
    void (*set_threads)(int) = (void (*)(int))cb_peer_find(&library, "omp_set_num_threads");
    dnnl_sgemm_fn *sgemm = (dnnl_sgemm_fn *)cb_peer_find(&library, "dnnl_sgemm");
    float *matrices = calloc(3 * N * N, sizeof *matrices);
    if (set_threads)
        set_threads(threads);
    if (sgemm && matrices)
        sgemm('N', 'N', N, N, N, 1, matrices, N, matrices + N * N, N, 0, matrices + 2 * N * N, N);
    free(matrices);
}

static void set_version(char *text, size_t bytes)
{
    const version_head *(*version)(void) =
        (const version_head *(*)(void))cb_peer_find(&library, "dnnl_version");
    const version_head *v = version ? version() : NULL;
    if (v)
        snprintf(text, bytes, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
    else
        snprintf(text, bytes, "oneDNN");
}

static cb_status prepare_floats(const cb_gemm_work *w, cb_error *err, onednn_state *s)
{
    cb_status status = cb_peer_check_isa(w->bench->isa, err);
    s->sgemm = (dnnl_sgemm_fn *)cb_peer_find(&library, "dnnl_sgemm");
    if (status != CB_OK)
        return status;
    if (strcmp(w->type->dtype, "f32") != 0 || !s->sgemm)
        return cb_fail(err, CB_UNSUPPORTED, "dnnl_sgemm has no %s", w->type->dtype);
    return w->b_packed ? cb_fail(err, CB_UNSUPPORTED, "dnnl_sgemm takes no operand that is packed")
                       : CB_OK;
}

cb_status cb_onednn_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    onednn_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare onednn");
    s->base.work = w;
    cb_status status = w->type->is_integer ? cb_onednn_int8_prepare(&library, w, err, &s->integer)
                                           : prepare_floats(w, err, s);
    if (status != CB_OK) {
        free(s);
        return status;
    }
    set_version(s->base.version, sizeof s->base.version);
    *prepared = (cb_gemm_prepared){
        .state = s, .kernel = "onednn", .isa = CB_ISA_COUNT, .describe = cb_peer_describe};
    return CB_OK;
}

void cb_onednn_run(void *state, int thread, uint64_t repeats)
{
    const onednn_state *s = state;
    const cb_gemm_work *w = s->base.work;
    if (s->integer)
        cb_onednn_int8_run(s->integer, thread, repeats);
    if (thread || s->integer)
        return;
    for (uint64_t r = 0; r < repeats; r++)
        s->sgemm(w->a_transposed ? 'T' : 'N', w->b_transposed ? 'T' : 'N', (int64_t)w->shape.m,
                 (int64_t)w->shape.n, (int64_t)w->shape.k, 1, w->a.data, (int64_t)w->a.ld,
                 w->b.data, (int64_t)w->b.ld, 0, w->c, (int64_t)w->c_ld);
}

void cb_onednn_release(void *state)
{
    onednn_state *s = state;
    if (s->integer)
        cb_onednn_int8_release(s->integer);
    free(s);
}
