#include "bench/gemm/product.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

/* Numbers of either sign below 1, with full significands; the same ones in every run. */
static void fill(cb_number number, void *data, size_t count, uint64_t seed)
{
    bool is_integer = number == CB_S8 || number == CB_U8;
    uint64_t state = seed;
    for (size_t i = 0; i < count; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value = ldexp((double)(state >> 11), -52) - 1;
        if (number == CB_F32)
            ((float *)data)[i] = (float)value;
        else
            cb_number_put(number, data, i,
                          !is_integer       ? value
                          : number == CB_U8 ? 127 * (value + 1)
                                            : 127 * value);
    }
}

/* Numbers of 7 bits, -64 to 63. */
static void halve(int8_t *data, size_t count)
{
    for (size_t i = 0; i < count; i++)
        data[i] = (int8_t)((data[i] + 128) / 2 - 64);
}

static cb_status check_memory(const cb_gemm_stage *stage, double bytes, cb_error *err)
{
    cb_fact available = stage->bench->machine->ram_available_bytes;
    /* Packed copies and the oracle come on top. */
    if (available.reason || 2 * bytes <= 0.9 * available.value)
        return CB_OK;
    return cb_fail(err, CB_UNSUPPORTED,
                   "operands of %s and their copies do not fit into %s of "
                   "free memory",
                   cb_format_si(bytes, "B").text, cb_format_si(available.value, "B").text);
}

/* Three buffers that do not start in each other's 4-KiB alias. */
static cb_status allocate(cb_gemm_product_buffers *p, size_t a_bytes, size_t b_bytes,
                          size_t c_bytes, cb_error *err)
{
    cb_status status = cb_buffer_new(a_bytes + 64, 0, CB_PAGES_DEFAULT, err, &p->a);
    status = status ? status : cb_buffer_new(b_bytes + 64, 1344, CB_PAGES_DEFAULT, err, &p->b);
    status = status ? status : cb_buffer_new(c_bytes + 64, 2688, CB_PAGES_DEFAULT, err, &p->c);
    return status == CB_NO_MEMORY ? CB_UNSUPPORTED : status;
}

cb_status cb_gemm_buffers_new(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                              const char *transposes, cb_error *err, cb_gemm_product_buffers *out)
{
    const cb_gemm_type *type = cb_gemm_type_of(stage->dtype);
    bool ta = transposes[0] == 't', tb = transposes[1] == 't';
    double a_elements = (double)shape->m * (double)shape->k;
    double b_elements = (double)shape->k * (double)shape->n;
    double c_elements = (double)shape->m * (double)shape->n;
    double bytes = a_elements * (double)type->a_bytes + b_elements * (double)type->b_bytes +
                   c_elements * (double)type->c_bytes;
    cb_gemm_product_buffers p = {.work = {.bench = stage->bench,
                                          .options = stage->options,
                                          .type = type,
                                          .shape = *shape,
                                          .a_transposed = ta,
                                          .b_transposed = tb,
                                          .b_small = transposes[1] == 's',
                                          .b_packed = strchr("ps", transposes[1]) != NULL,
                                          .threads = stage->threads,
                                          .cpu = stage->cpus[0],
                                          .core_kind = stage->core_kind,
                                          .log = stage->log}};
    cb_status status = check_memory(stage, bytes, err);
    status = status ? status
                    : allocate(&p, shape->m * shape->k * type->a_bytes,
                               shape->k * shape->n * type->b_bytes,
                               shape->m * shape->n * type->c_bytes, err);
    if (status != CB_OK) {
        cb_gemm_buffers_free(&p);
        return status;
    }
    fill(type->a, p.a.data, shape->m * shape->k, 1);
    fill(type->b, p.b.data, shape->k * shape->n, 2);
    if (p.work.b_small && type->b == CB_S8)
        halve(p.b.data, shape->k * shape->n);
    p.work.a = cb_gemm_matrix(p.a.data, ta ? shape->m : shape->k, ta);
    p.work.b = cb_gemm_matrix(p.b.data, tb ? shape->k : shape->n, tb);
    p.work.a.ld += !p.work.a.ld; /* BLAS wants at least 1 */
    p.work.b.ld += !p.work.b.ld;
    p.work.c = p.c.data;
    p.work.c_ld = shape->n ? shape->n : 1;
    *out = p;
    return CB_OK;
}

void cb_gemm_buffers_free(cb_gemm_product_buffers *buffers)
{
    cb_buffer_free(&buffers->a);
    cb_buffer_free(&buffers->b);
    cb_buffer_free(&buffers->c);
}

/* ---- against the oracle ---- */

typedef struct {
    const cb_gemm_variant *variant;
    void *state;
} one_call;

static void call_once(void *arg, int thread)
{
    const one_call *call = arg;
    call->variant->run(call->state, thread, 1);
}

cb_status cb_gemm_verify(const cb_gemm_stage *stage, const cb_gemm_work *work,
                         const cb_gemm_variant *variant, void *state, cb_error *err,
                         cb_gemm_verdict *verdict)
{
    one_call call = {variant, state};
    const cb_gemm_product product = {.type = work->type,
                                     .m = work->shape.m,
                                     .n = work->shape.n,
                                     .k = work->shape.k,
                                     .a = &work->a,
                                     .b = &work->b,
                                     .c = work->c,
                                     .c_ld = work->c_ld,
                                     .alpha = 1};
    memset(work->c, 0xff, work->shape.m * work->shape.n * work->type->c_bytes); /* NaN */
    cb_team_run(stage->team, call_once, &call);
    return cb_gemm_check(&product, err, verdict);
}
