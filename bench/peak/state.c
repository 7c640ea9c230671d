#include "bench/peak/state.h"

#include <stdlib.h>
#include <string.h>

enum { OPERAND_BYTES = 4096, INSTRUCTIONS_PER_REPEAT = 2000 };

/* Small whole numbers in the row's type, so that every sum is exact: 1, 2, 1, 2, ... */
static void fill(unsigned char *to, const char *dtype, bool is_b)
{
    static const unsigned char f32[] = {0, 0, 0x80, 0x3f}, f64[] = {0, 0, 0, 0, 0, 0, 0xf0, 0x3f};
    static const unsigned char f16[] = {0, 0x3c}, bf16[] = {0x80, 0x3f};
    static const struct {
        const char *dtype;
        const unsigned char *one;
        size_t bytes;
    } ones[] = {{"f32", f32, 4}, {"f64", f64, 8}, {"f16", f16, 2}, {"bf16", bf16, 2}};
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        if (strcmp(dtype, ones[i].dtype) == 0) {
            for (size_t at = 0; at < OPERAND_BYTES; at += ones[i].bytes)
                memcpy(to + at, ones[i].one, ones[i].bytes);
            return;
        }
    for (size_t at = 0; at < OPERAND_BYTES; at++)
        to[at] = (unsigned char)(is_b ? 1 + at % 3 : 1 + at % 2);
}

cb_status cb_peak_state_new(const cb_peak_kernel *kernel, int threads, cb_error *err,
                            cb_peak_state *out)
{
    int per_iteration = kernel->chains * kernel->steps * kernel->instructions_per_step;
    cb_peak_state s = {.kernel = kernel,
                       .iterations = 1 + (uint64_t)(INSTRUCTIONS_PER_REPEAT / per_iteration)};
    s.operands = aligned_alloc(4096, 2 * OPERAND_BYTES);
    s.out = aligned_alloc(4096, (size_t)threads * CB_PEAK_OUT_BYTES);
    if (!s.operands || !s.out) {
        cb_peak_state_free(&s);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the operands of %s", kernel->name);
    }
    fill(s.operands, kernel->dtype, false);
    fill(s.operands + OPERAND_BYTES, kernel->dtype, true);
    *out = s;
    return CB_OK;
}

void cb_peak_state_free(cb_peak_state *state)
{
    free(state->operands);
    free(state->out);
    *state = (cb_peak_state){0};
}

static void run_iterations(void *arg, int thread, uint64_t repeats)
{
    const cb_peak_state *s = arg;
    s->kernel->run(repeats * s->iterations, s->operands, s->operands + OPERAND_BYTES,
                   s->out + (size_t)thread * CB_PEAK_OUT_BYTES);
}

cb_case cb_peak_case(cb_peak_state *state)
{
    return (cb_case){.run = run_iterations, .arg = state, .steady = true};
}

bool cb_peak_equals_oracle(const cb_peak_state *state)
{
    enum { ITERATIONS = 3 };
    const cb_peak_kernel *k = state->kernel;
    unsigned char *twin = malloc(k->vector_bytes);
    if (!twin)
        return false;
    k->run(ITERATIONS, state->operands, state->operands + OPERAND_BYTES, state->out);
    k->oracle(ITERATIONS * (uint64_t)k->steps, state->operands, state->operands + OPERAND_BYTES,
              twin, k->vector_bytes);
    bool equal = true;
    for (int chain = 0; chain < k->chains; chain++)
        equal &= memcmp(state->out + (size_t)chain * k->vector_bytes, twin, k->vector_bytes) == 0;
    free(twin);
    return equal;
}

double cb_peak_ops(const cb_peak_state *state)
{
    const cb_peak_kernel *k = state->kernel;
    return k->ops_per_step * k->steps * k->chains * (double)state->iterations;
}
