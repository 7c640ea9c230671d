#include "bench/gemm/peer.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };

const char *cb_peer_open(cb_peer_library *library, void (*before)(void))
{
    if (library->tried)
        return library->handle ? NULL : library->missing;
    library->tried = true;
    if (before)
        before();
    for (const char *const *name = library->names; *name && !library->handle; name++)
        library->handle = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
    snprintf(library->missing, sizeof library->missing, "%s is not installed", library->names[0]);
    return library->handle ? NULL : library->missing;
}

cb_peer_symbol *cb_peer_find(const cb_peer_library *library, const char *symbol)
{
    void *object = dlsym(library->handle, symbol);
    cb_peer_symbol *function;
    memcpy(&function, &object, sizeof function); /* POSIX makes the two alike, C does not */
    return function;
}

void cb_peer_default(const char *variable, const char *value)
{
    setenv(variable, value, 0);
}

/* ---- instruction sets ---- */

static bool held_to_avx2;
static const char *onednn_isa; /* NULL: all that the processor has */

bool cb_peer_held_to_avx2(void)
{
    return held_to_avx2;
}

static const char *onednn_isa_of(cb_isa_set allowed)
{
    static const struct {
        cb_isa isa;
        const char *name;
    } caps[] = {{CB_ISA_VNNI, "AVX512_CORE_VNNI"},
                {CB_ISA_AVX512, "AVX512_CORE"},
                {CB_ISA_AVXVNNI, "AVX2_VNNI"},
                {CB_ISA_AVX2, "AVX2"}};
    bool has_amx = allowed & cb_isa_bit(CB_ISA_AMX);
    for (size_t i = 0; i < sizeof caps / sizeof *caps && allowed != cb_isa_detect() && !has_amx;
         i++)
        if (allowed & cb_isa_bit(caps[i].isa))
            return caps[i].name;
    return NULL;
}

void cb_peer_hold_onednn(void)
{
    if (onednn_isa)
        cb_peer_default("ONEDNN_MAX_CPU_ISA", onednn_isa);
}

void cb_peer_hold_to(cb_isa_set allowed)
{
    onednn_isa = onednn_isa_of(allowed);
    held_to_avx2 = allowed != cb_isa_detect() && (allowed & cb_isa_bit(CB_ISA_AVX2)) &&
                   !(allowed & cb_isa_bit(CB_ISA_AVX512));
}

const char *cb_peer_cannot_be_held(cb_isa_set allowed)
{
    cb_isa_set floats = cb_isa_bit(CB_ISA_SSE2) | cb_isa_bit(CB_ISA_AVX2) |
                        cb_isa_bit(CB_ISA_AVX512) | cb_isa_bit(CB_ISA_NEON) |
                        cb_isa_bit(CB_ISA_FP16) | cb_isa_bit(CB_ISA_SVE) |
                        cb_isa_bit(CB_ISA_ARMV7NEON) | cb_isa_bit(CB_ISA_VFPV4);
    if ((allowed & floats) == (cb_isa_detect() & floats) || held_to_avx2)
        return NULL;
    return "the library cannot be held to this --isa";
}

cb_status cb_peer_check_isa(cb_isa_set allowed, cb_error *err)
{
    const char *reason = cb_peer_cannot_be_held(allowed);
    return reason ? cb_fail(err, CB_UNSUPPORTED, "%s", reason) : CB_OK;
}

/* ---- CBLAS ---- */

static cb_cblas_sgemm *find_sgemm(const cb_peer_library *library)
{
    return (cb_cblas_sgemm *)cb_peer_find(library, "cblas_sgemm");
}

cb_status cb_peer_prepare_cblas(const cb_peer_library *library, const char *name,
                                const char *version, const cb_gemm_work *w, cb_error *err,
                                cb_gemm_prepared *prepared)
{
    cb_status status = cb_peer_check_isa(w->bench->isa, err);
    bool is_f32 = strcmp(w->type->dtype, "f32") == 0, is_f64 = strcmp(w->type->dtype, "f64") == 0;
    if (status != CB_OK)
        return status;
    if (!is_f32 && !is_f64)
        return cb_fail(err, CB_UNSUPPORTED, "CBLAS has no %s", w->type->dtype);
    if (w->b_packed)
        return cb_fail(err, CB_UNSUPPORTED, "CBLAS takes no operand that is packed");
    if (w->shape.m > INT_MAX || w->shape.n > INT_MAX || w->shape.k > INT_MAX)
        return cb_fail(err, CB_UNSUPPORTED, "CBLAS counts in 32 bits");
    cb_peer_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare %s", name);
    s->work = w;
    s->sgemm = is_f32 ? find_sgemm(library) : NULL;
    s->dgemm = is_f64 ? (cb_cblas_dgemm *)cb_peer_find(library, "cblas_dgemm") : NULL;
    if (!s->sgemm && !s->dgemm) {
        free(s);
        return cb_fail(err, CB_UNSUPPORTED, "%s was built without CBLAS", library->names[0]);
    }
    snprintf(s->version, sizeof s->version, "%s", version);
    *prepared = (cb_gemm_prepared){
        .state = s, .kernel = name, .isa = CB_ISA_COUNT, .describe = cb_peer_describe};
    return CB_OK;
}

void cb_peer_run_cblas(void *state, int thread, uint64_t repeats)
{
    const cb_peer_state *s = state;
    const cb_gemm_work *w = s->work;
    int ta = w->a_transposed ? TRANSPOSED : AS_IT_IS, tb = w->b_transposed ? TRANSPOSED : AS_IT_IS;
    int m = (int)w->shape.m, n = (int)w->shape.n, k = (int)w->shape.k;
    int a_ld = (int)w->a.ld, b_ld = (int)w->b.ld, c_ld = (int)w->c_ld;
    if (thread)
        return;
    for (uint64_t r = 0; r < repeats; r++)
        if (s->sgemm)
            s->sgemm(ROW_MAJOR, ta, tb, m, n, k, 1, w->a.data, a_ld, w->b.data, b_ld, 0, w->c,
                     c_ld);
        else
            s->dgemm(ROW_MAJOR, ta, tb, m, n, k, 1, w->a.data, a_ld, w->b.data, b_ld, 0, w->c,
                     c_ld);
}

cb_status cb_peer_describe(void *state, json_t *row)
{
    json_object_set_new(row, "library", json_string(((const cb_peer_state *)state)->version));
    return CB_OK;
}

void cb_peer_wake_cblas(const cb_peer_library *library)
{
    enum { N = 256 };
    cb_cblas_sgemm *sgemm = find_sgemm(library);
    float *matrices = calloc(3 * N * N, sizeof *matrices);
    if (sgemm && matrices)
        sgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, N, N, N, 1, matrices, N, matrices + N * N, N, 0,
              matrices + 2 * N * N, N);
    free(matrices);
}
