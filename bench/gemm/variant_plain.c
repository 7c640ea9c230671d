#include "bench/gemm/variant_plain.h"

#include "bench/gemm/panels.h"

#include <stdlib.h>
#include <string.h>

#define CB_GEMM_PLAIN(name, isa, variant) cb_gemm_plain_fn name;
#define CB_GEMM_STREAM(name, isa, nr)     cb_gemm_stream_fn name;
#include "bench/gemm/plain.inc"
#undef CB_GEMM_PLAIN
#undef CB_GEMM_STREAM

static const struct {
    const char *variant;
    cb_gemm_plain_kernel kernel;
} kernels[] = {
#define CB_GEMM_PLAIN(name, isa, variant) {#variant, {#name, CB_ISA_##isa, name}},
#define CB_GEMM_STREAM(name, isa, nr)
#include "bench/gemm/plain.inc"
#undef CB_GEMM_PLAIN
#undef CB_GEMM_STREAM
};

static const cb_gemm_stream_kernel streams[] = {
#define CB_GEMM_PLAIN(name, isa, variant)
#define CB_GEMM_STREAM(name, isa, nr) {#name, CB_ISA_##isa, nr, name},
#include "bench/gemm/plain.inc"
#undef CB_GEMM_PLAIN
#undef CB_GEMM_STREAM
};

enum { PLAIN = sizeof kernels / sizeof *kernels, STREAMS = sizeof streams / sizeof *streams };

size_t cb_gemm_plain_kernel_count(void)
{
    return PLAIN + STREAMS;
}

const char *cb_gemm_plain_kernel_name(size_t index, cb_isa *isa)
{
    bool plain = index < PLAIN;
    *isa = plain ? kernels[index].kernel.isa : streams[index - PLAIN].isa;
    return plain ? kernels[index].kernel.name : streams[index - PLAIN].name;
}

static cb_status check_product(const cb_gemm_work *w, cb_error *err)
{
    if (strcmp(w->type->dtype, "f32") != 0)
        return cb_fail(err, CB_UNSUPPORTED, "it is written for f32");
    if (w->a_transposed || w->b_transposed || w->b_packed)
        return cb_fail(err, CB_UNSUPPORTED, "it is written for operands that lie as they are");
    return CB_OK;
}

/* ---- naive, reordered, blocked: rows over the threads ---- */

typedef struct {
    cb_gemm_plain_fn *run;
    cb_gemm_plain whole;
    int threads;
} plain_state;

static cb_status prepare_plain(const char *variant, const cb_gemm_work *w, cb_error *err,
                               cb_gemm_prepared *prepared)
{
    cb_status status = check_product(w, err);
    size_t i = 0;
    if (status != CB_OK)
        return status;
    while (strcmp(kernels[i].variant, variant) != 0 ||
           !(w->bench->isa & cb_isa_bit(kernels[i].kernel.isa)))
        i++; /* the scalar one always may run */
    plain_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare %s", variant);
    *s = (plain_state){.run = kernels[i].kernel.run,
                       .whole = {w->shape.m, w->shape.n, w->shape.k, w->a.data, w->a.ld, w->b.data,
                                 w->b.ld, w->c, w->c_ld},
                       .threads = w->threads};
    *prepared = (cb_gemm_prepared){
        .state = s, .kernel = kernels[i].kernel.name, .isa = kernels[i].kernel.isa};
    return CB_OK;
}

cb_status cb_gemm_prepare_naive(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    return prepare_plain("naive", w, err, prepared);
}

cb_status cb_gemm_prepare_reordered(const cb_gemm_work *w, cb_error *err,
                                    cb_gemm_prepared *prepared)
{
    return prepare_plain("reordered", w, err, prepared);
}

cb_status cb_gemm_prepare_blocked(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    return prepare_plain("blocked", w, err, prepared);
}

void cb_gemm_run_plain(void *state, int thread, uint64_t repeats)
{
    const plain_state *s = state;
    cb_gemm_plain part = s->whole;
    cb_range rows = cb_range_of(part.m, thread, s->threads);
    part.m = rows.last - rows.first;
    part.a += rows.first * part.a_ld;
    part.c += rows.first * part.c_ld;
    for (uint64_t r = 0; r < repeats; r++)
        s->run(&part);
}

/* ---- onereadpermac: panels of columns over the threads ---- */

typedef struct {
    const cb_gemm_stream_kernel *kernel;
    const cb_gemm_work *work;
    cb_buffer packed;
    cb_panels panels;
} stream_state;

const cb_gemm_stream_kernel *cb_gemm_stream_best(cb_isa_set isa)
{
    const cb_gemm_stream_kernel *kernel = streams;
    while (!(isa & cb_isa_bit(kernel->isa)))
        kernel++; /* the scalar one always may run */
    return kernel;
}

static void pack_panels(const stream_state *s)
{
    const cb_gemm_work *w = s->work;
    float *to = s->packed.data;
    const float *b = w->b.data;
    for (size_t j = 0; j < w->shape.n; j += s->kernel->nr)
        for (size_t p = 0; p < w->shape.k; p++, to += s->kernel->nr)
            memcpy(to, b + p * w->b.ld + j, s->kernel->nr * sizeof *to);
}

cb_status cb_gemm_prepare_onereadpermac(const cb_gemm_work *w, cb_error *err,
                                        cb_gemm_prepared *prepared)
{
    cb_status status = check_product(w, err);
    const cb_gemm_stream_kernel *kernel = cb_gemm_stream_best(w->bench->isa);
    if (status != CB_OK)
        return status;
    if (w->shape.n % kernel->nr)
        return cb_fail(err, CB_UNSUPPORTED,
                       "it reads whole panels of %zu columns, and n is no multiple of that",
                       kernel->nr);
    stream_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare onereadpermac");
    s->kernel = kernel;
    s->work = w;
    s->panels = cb_panels_of(w->shape.n, kernel->nr, false);
    status = cb_buffer_new(w->shape.k * w->shape.n * sizeof(float) + 64, 0, CB_PAGES_DEFAULT, err,
                           &s->packed);
    if (status != CB_OK) {
        free(s);
        return status;
    }
    pack_panels(s);
    *prepared = (cb_gemm_prepared){.state = s,
                                   .kernel = kernel->name,
                                   .isa = kernel->isa,
                                   .describe = cb_gemm_describe_onereadpermac};
    return CB_OK;
}

/* Which level B comes from, for it is read from the start again for each row of C. */
cb_status cb_gemm_describe_onereadpermac(void *state, json_t *row)
{
    const stream_state *s = state;
    const cb_gemm_work *w = s->work;
    static const char *const levels[] = {"L1", "L2", "L3"};
    double bytes = (double)w->shape.k * (double)w->shape.n * sizeof(float);
    const char *level = "RAM";
    for (int l = 2; l >= 0; l--) {
        double cache = (double)cb_machine_cache_bytes(w->bench->machine, l + 1, w->cpu);
        if (cache > 0 && bytes / (l < 2 ? w->threads : 1) <= 0.9 * cache)
            level = levels[l];
    }
    json_t *params = json_object_get(row, "params");
    json_object_set_new(params, "level", json_string(level));
    json_object_set_new(params, "operand_bytes", json_integer((json_int_t)bytes));
    json_object_set_new(
        row, "tile",
        json_pack("{s:i, s:I, s:i}", "mr", 1, "nr", (json_int_t)s->kernel->nr, "kr", 1));
    return CB_OK;
}

void cb_gemm_run_onereadpermac(void *state, int thread, uint64_t repeats)
{
    const stream_state *s = state;
    const cb_gemm_work *w = s->work;
    cb_range mine = cb_range_of(s->panels.count, thread, w->threads);
    size_t k = w->shape.k, nr = s->kernel->nr;
    const float *a = w->a.data, *b = s->packed.data;
    float *c = w->c;
    for (uint64_t r = 0; r < repeats; r++)
        for (size_t i = 0; i < w->shape.m; i++)
            for (size_t j = mine.first; j < mine.last; j++)
                s->kernel->run(a + i * w->a.ld, b + j * nr * k, k, c + i * w->c_ld + j * nr);
}

void cb_gemm_release_onereadpermac(void *state)
{
    stream_state *s = state;
    cb_buffer_free(&s->packed);
    free(s);
}
