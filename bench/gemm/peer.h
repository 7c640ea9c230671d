/* Inside of bench/gemm: other people's matrix multiply, found when it is asked for.
 *
 * The libraries are opened at run time: no build and no start needs them, none of their threads
 * exists in a run that does not use them, and two that export the same cblas_sgemm (OpenBLAS and
 * BLIS) do not get into each other's way. */
#ifndef CB_BENCH_GEMM_PEER_H
#define CB_BENCH_GEMM_PEER_H

#include "bench/gemm/variant.h"

/* A shared library, opened once. */
typedef struct {
    const char *const *names; /* the first that opens; NULL at the end */
    void *handle;
    char missing[160];
    bool tried;
} cb_peer_library;

/* NULL when it is open, else why it is not. `before`, if not NULL, runs before the first attempt:
 * the place for environment variables that the library reads when it is opened. */
const char *cb_peer_open(cb_peer_library *library, void (*before)(void));

/* The address of a symbol as a function pointer to be cast; NULL when there is none. */
typedef void cb_peer_symbol(void);
cb_peer_symbol *cb_peer_find(const cb_peer_library *library, const char *symbol);

/* setenv, but what the person set stays. */
void cb_peer_default(const char *variable, const char *value);

/* A library must keep to --isa as we do: whether `allowed` is all of this processor, or, of
 * x86-64, up to AVX2, which every peer can be held to. CB_UNSUPPORTED otherwise. */
cb_status cb_peer_check_isa(cb_isa_set allowed, cb_error *err);
const char *cb_peer_cannot_be_held(cb_isa_set allowed); /* the reason, or NULL */
bool cb_peer_held_to_avx2(void);
/* Before oneDNN is opened: ONEDNN_MAX_CPU_ISA, where the person did not set it. */
void cb_peer_hold_onednn(void);
void cb_peer_hold_to(cb_isa_set allowed);

/* ---- libraries with the C interface of the BLAS ---- */

/* cblas_sgemm and cblas_dgemm: layout 101 is row-major, 111 as it is, 112 transposed. */
typedef void cb_cblas_sgemm(int layout, int ta, int tb, int m, int n, int k, float alpha,
                            const float *a, int lda, const float *b, int ldb, float beta, float *c,
                            int ldc);
typedef void cb_cblas_dgemm(int layout, int ta, int tb, int m, int n, int k, double alpha,
                            const double *a, int lda, const double *b, int ldb, double beta,
                            double *c, int ldc);

/* What a call of a peer needs; one for all libraries. */
typedef struct {
    const cb_gemm_work *work;
    cb_cblas_sgemm *sgemm;
    cb_cblas_dgemm *dgemm;
    char version[128];
} cb_peer_state;

cb_status cb_peer_prepare_cblas(const cb_peer_library *library, const char *name,
                                const char *version, const cb_gemm_work *work, cb_error *err,
                                cb_gemm_prepared *prepared);
void cb_peer_run_cblas(void *state, int thread, uint64_t repeats);

/* Row key "library". */
cb_status cb_peer_describe(void *state, json_t *row);

/* One small product with its own threads, so that they exist and lie outside of our pins. */
void cb_peer_wake_cblas(const cb_peer_library *library);

/* oneDNN for integer types (peer_onednn_int8.c), by way of peer_onednn.c. */
cb_status cb_onednn_int8_prepare(const cb_peer_library *library, const cb_gemm_work *w,
                                 cb_error *err, void **state);
void cb_onednn_int8_run(void *state, int thread, uint64_t repeats);
void cb_onednn_int8_release(void *state);
void cb_onednn_release(void *state);
void cb_onnxruntime_release(void *state);

/* ---- one file each ---- */

#define CB_PEER(name, release, what)                                                               \
    const char *cb_##name##_missing(void);                                                         \
    void cb_##name##_start(int threads);                                                           \
    cb_status cb_##name##_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *p);      \
    void cb_##name##_run(void *state, int thread, uint64_t repeats);
#include "bench/gemm/peers.inc"
#undef CB_PEER

#endif
