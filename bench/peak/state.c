#include "bench/peak/state.h"

#include <stdlib.h>
#include <string.h>

enum { OPERAND_BYTES = 4096, INSTRUCTIONS_PER_REPEAT = 2000, TILE_PRODUCTS_PER_REPEAT = 40000 };

/* 1, 2 and 3 in the row's type, so that every sum is exact. */
typedef struct {
    const char *dtype;
    size_t bytes;
    uint64_t bits[3];
} small_numbers;

static const small_numbers numbers[] = {
    {"f64", 8, {0x3ff0000000000000, 0x4000000000000000, 0x4008000000000000}},
    {"f32", 4, {0x3f800000, 0x40000000, 0x40400000}},
    {"f16", 2, {0x3c00, 0x4000, 0x4200}},
    {"bf16", 2, {0x3f80, 0x4000, 0x4040}},
    {NULL, 1, {1, 2, 3}},
};

static const small_numbers *numbers_of(const char *dtype)
{
    const small_numbers *n = numbers;
    while (n->dtype && strcmp(n->dtype, dtype) != 0)
        n++;
    return n;
}

/* 1, 2, ..., cycle, 1, 2, ...: a and b have cycles of their own, so that lanes differ. */
static void fill(unsigned char *to, const small_numbers *n, size_t cycle)
{
    for (size_t i = 0; i < OPERAND_BYTES / n->bytes; i++)
        memcpy(to + i * n->bytes, &n->bits[i % cycle], n->bytes); /* little-endian */
}

/* Fine enough to make a sample of any length. The tile unit sleeps while it is not used and takes
 * some 2000 cycles to wake: its repeat lasts 640000 cycles, of which that is 0.3 %. */
static uint64_t iterations_per_repeat(const cb_peak_kernel *kernel)
{
    double in_iteration = kernel->chains * kernel->steps * kernel->instructions_per_step;
    int in_repeat = kernel->isa == CB_ISA_AMX ? TILE_PRODUCTS_PER_REPEAT : INSTRUCTIONS_PER_REPEAT;
    return 1 + (uint64_t)(in_repeat / in_iteration);
}

cb_status cb_peak_state_new(const cb_peak_kernel *kernel, int threads, cb_error *err,
                            cb_peak_state *out)
{
    cb_peak_state s = {.kernel = kernel, .iterations = iterations_per_repeat(kernel)};
    s.operands = aligned_alloc(4096, 3 * OPERAND_BYTES);
    s.out = aligned_alloc(4096, (size_t)threads * CB_PEAK_OUT_BYTES);
    if (!s.operands || !s.out) {
        cb_peak_state_free(&s);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the operands of %s", kernel->name);
    }
    fill(s.operands, numbers_of(kernel->dtype), 2);
    fill(s.operands + OPERAND_BYTES, numbers_of(kernel->dtype), 3);
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
    return (cb_case){.run = run_iterations, .arg = state, .steadiness = CB_STEADY_CYCLES};
}

static bool equals_twin(const cb_peak_state *state)
{
    enum { ITERATIONS = 3 };
    const cb_peak_kernel *k = state->kernel;
    const unsigned char *a = state->operands, *b = a + OPERAND_BYTES;
    unsigned char *twin = state->operands + 2 * OPERAND_BYTES;
    k->run(ITERATIONS, a, b, state->out);
    k->oracle(ITERATIONS * (uint64_t)k->steps, a, b, twin, k->vector_bytes);
    for (int chain = 0; chain < k->chains; chain++)
        if (memcmp(state->out + (size_t)chain * k->vector_bytes, twin, k->vector_bytes) != 0)
            return false;
    return true;
}

void cb_peak_check(json_t *row, const cb_peak_state *state)
{
    bool equal = equals_twin(state);
    cb_row_set_check(row, state->kernel->oracle_name, 0, equal);
    if (equal)
        return;
    cb_row_set_number(json_object_get(row, "check"), "max_abs_err", 0,
                      "bytes are compared, which have no distance");
    cb_row_set_status(row, "failed", "differs from its scalar twin");
}

double cb_peak_ops(const cb_peak_state *state)
{
    const cb_peak_kernel *k = state->kernel;
    return k->ops_per_step * k->steps * k->chains * (double)state->iterations;
}
