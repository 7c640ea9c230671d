#include "bench/bitserial/inside.h"

#include "bench/gemm/predict.h"

#include <fnmatch.h>
#include <math.h>

static bool is_in_order(const cb_bits_target *target)
{
    const cb_machine *m = target->machine;
    for (size_t i = 0; m && i < m->cpu_count; i++)
        if (m->cpus[i].cpu == target->cpu)
            return cb_gemm_core_is_in_order(&m->kinds[m->cpus[i].kind]);
    return false;
}

static bool suits(const cb_bits_kernel *kernel, bool in_order)
{
    return kernel->core == CB_BITS_ANY_CORE ||
           kernel->core == (in_order ? CB_BITS_IN_ORDER : CB_BITS_OUT_OF_ORDER);
}

/* Packing follows the ISA cap but not the glob when no packing kernel matches it: a glob that names
 * a tile kernel asks for that tile. */
static const cb_bits_kernel *first_of(cb_bits_kind kind, const cb_bits_target *target,
                                      const char *glob)
{
    bool in_order = is_in_order(target);
    const cb_bits_kernel *fallback = NULL;
    for (size_t i = 0; i < cb_bits_kernel_count; i++) {
        const cb_bits_kernel *k = &cb_bits_kernels[i];
        if (k->kind != kind || !(target->isa & cb_isa_bit(k->isa)) ||
            (glob && fnmatch(glob, k->name, 0) != 0))
            continue;
        if (suits(k, in_order))
            return k;
        fallback = fallback ? fallback : k;
    }
    return glob ? fallback : NULL;
}

const cb_bits_kernel *cb_bits_kernel_of(cb_bits_kind kind, const cb_bits_target *target)
{
    const cb_bits_kernel *kernel = first_of(kind, target, target->kernel_glob);
    if (!kernel && kind == CB_BITS_PACK)
        kernel = first_of(kind, target, NULL);
    return kernel;
}

static cb_status kind_of(const cb_bits_matmul *shape, cb_bits_form form, cb_error *err,
                         cb_bits_kind *kind)
{
    bool both = shape->a.encoding == CB_BITS_BIPOLAR && shape->w.encoding == CB_BITS_BIPOLAR;
    bool paper = shape->a.encoding == CB_BITS_UNSIGNED && shape->w.encoding == CB_BITS_BIPOLAR;
    if (form == CB_BITS_FORM_TWO && !paper)
        return cb_fail(err, CB_USAGE,
                       "two popcounts: only for unsigned activations and bipolar weights");
    *kind = form == CB_BITS_FORM_TWO           ? CB_BITS_TWO
            : both && form != CB_BITS_FORM_AND ? CB_BITS_XOR
                                               : CB_BITS_AND;
    return CB_OK;
}

/* The largest magnitude that a number of the type has. */
static double most_of(const cb_bits_type *type)
{
    double top = (double)(1 << type->bits) - 1;
    return type->encoding == CB_BITS_SIGNED ? ldexp(1, type->bits - 1) : top;
}

static cb_status check_sums(const cb_bits_matmul *shape, cb_error *err)
{
    double most = most_of(&shape->a) * most_of(&shape->w) * (double)shape->k;
    if (most >= 0x1p31)
        return cb_fail(err, CB_USAGE,
                       "%zu products of %d and %d bits can pass 2^31, what an int32 holds",
                       shape->k, shape->w.bits, shape->a.bits);
    return CB_OK;
}

static size_t cache_of(const cb_bits_target *target, int level, size_t otherwise)
{
    const cb_machine *m = target->machine;
    for (size_t i = 0; m && i < m->cpu_count; i++)
        if (m->cpus[i].cpu == target->cpu && m->cpus[i].cache_bytes[level - 1])
            return (size_t)m->cpus[i].cache_bytes[level - 1];
    return otherwise;
}

/* kc: a plane of a weights' panel and all planes of an activations' panel fill three quarters of
 * the L1. mc: as many rows as one call of the kernel takes, while they stay in a third of the L1
 * (so that packing does not write them to the L2), but not fewer than keep the kernel as long over
 * a panel of weights as 64 rows of one bit do; a block of them stays near while all weights pass
 * by, and of C no more pages are open at once. */
static void set_blocks(const cb_bits_target *target, cb_bits_plan *plan)
{
    size_t l1 = cache_of(target, 1, 32 << 10), mr = (size_t)plan->kernel->mr;
    size_t a_step = cb_bits_a_step(plan) * (size_t)plan->shape.a.bits;
    size_t most = l1 * 3 / 4 / (a_step + cb_bits_w_step(plan));
    size_t blocks = cb_bits_ceil(plan->words, most ? most : 1);
    size_t panels = cb_bits_ceil(plan->shape.m, mr);
    plan->kc = cb_bits_ceil(plan->words, blocks);
    size_t near = l1 / 3 / (a_step * plan->kc), most_panels = CB_BITS_BLOCK_ROWS / mr;
    size_t least = cb_bits_ceil(most_panels, (size_t)plan->shape.a.bits);
    size_t held = near < least ? least : near < most_panels ? near : most_panels;
    plan->mc = (panels < held ? panels : held) * mr;
}

/* Rows are shared out where each thread gets several panels of them. */
static void set_threads(int threads, cb_bits_plan *plan)
{
    size_t rows = cb_bits_ceil(plan->shape.m, (size_t)plan->kernel->mr);
    size_t columns = cb_bits_ceil(plan->shape.n, (size_t)plan->kernel->nr);
    plan->split_n = rows < 8 * (size_t)threads && columns > 1 && threads > 1;
    size_t most = plan->split_n ? columns : rows;
    plan->threads = (size_t)threads < most ? threads : (int)most;
}

cb_status cb_bits_plan_make(const cb_bits_matmul *shape, size_t taps, cb_bits_form form,
                            const cb_bits_target *target, int threads, cb_error *err,
                            cb_bits_plan *plan)
{
    cb_bits_kind kind = CB_BITS_AND;
    cb_status status = kind_of(shape, form, err, &kind);
    status = status ? status : check_sums(shape, err);
    if (status != CB_OK)
        return status;
    cb_bits_plan p = {.shape = *shape,
                      .taps = taps,
                      .tap_k = shape->k / taps,
                      .kernel = cb_bits_kernel_of(kind, target),
                      .packer = cb_bits_kernel_of(CB_BITS_PACK, target)};
    if (!p.kernel || !p.packer)
        return cb_fail(err, CB_UNSUPPORTED,
                       "no kernel of this kind may run; see `cachebound list --kernel 'bit*'`");
    p.words = taps * cb_bits_ceil(p.tap_k, cb_bits_word(p.kernel));
    set_blocks(target, &p);
    set_threads(threads, &p);
    *plan = p;
    return CB_OK;
}

double cb_bits_packed_a_bytes(const cb_bits_plan *plan)
{
    size_t panels = cb_bits_ceil(plan->shape.m, (size_t)plan->kernel->mr);
    double copies = plan->split_n ? plan->threads : 1;
    return copies * (double)(panels * cb_bits_a_step(plan) * plan->words) * plan->shape.a.bits;
}

double cb_bits_packed_w_bytes(const cb_bits_plan *plan)
{
    size_t panels = cb_bits_ceil(plan->shape.n, (size_t)plan->kernel->nr);
    return (double)(panels * cb_bits_w_step(plan) * plan->words) * plan->shape.w.bits;
}

bool cb_bits_needs_row_sums(const cb_bits_plan *plan)
{
    return plan->kernel->kind == CB_BITS_AND && plan->shape.w.offset != 0;
}

int32_t cb_bits_row_factor(const cb_bits_plan *plan)
{
    return plan->shape.w.offset * (1 << plan->shape.a.log2_scale);
}
