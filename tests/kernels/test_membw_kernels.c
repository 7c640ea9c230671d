/* Every bandwidth kernel against its pattern's twin: odd numbers of steps, several passes, operands
 * at both ends of their pages, sources that cannot be written, the caller's registers intact. A
 * read leaves nothing to compare, so each line's read is proven by a page fault. */
#include "tests/kernels/kernel_rows.h"

#include "tests/kernels/call_checked.h"

#include <signal.h>
#include <string.h>

enum { LINE_BYTES = 64, MOST_STEPS = 7 };

typedef struct {
    guarded dst, a, b;
} operands;

static bool has_dst(cb_membw_pattern pattern)
{
    return pattern != CB_PATTERN_READ;
}

static bool has_a(cb_membw_pattern pattern)
{
    return pattern != CB_PATTERN_WRITE && pattern != CB_PATTERN_RMW;
}

static bool has_b(cb_membw_pattern pattern)
{
    return pattern == CB_PATTERN_TRIAD || pattern == CB_PATTERN_MIX21;
}

/* Steps that keep operands at a page's end aligned to a line. */
static size_t unit_bytes(const cb_membw_kernel *kernel)
{
    const size_t step = kernel->step_bytes;
    return step % LINE_BYTES ? step * LINE_BYTES : step;
}

/* Whole float64 numbers for triad, so that one rounding or two are the same; else any bits. */
static void fill(unsigned char *to, size_t bytes, cb_membw_pattern pattern, uint32_t seed)
{
    for (size_t at = 0; at < bytes; at += sizeof(double)) {
        const uint32_t low = next_random(&seed), high = next_random(&seed);
        const double number = (double)(low % 2000) - 1000;
        const uint64_t bits = (uint64_t)high << 32 ^ (uint64_t)low << 8 ^ high;
        memcpy(to + at, pattern == CB_PATTERN_TRIAD ? (const void *)&number : (const void *)&bits,
               sizeof number);
    }
}

/* What a pattern is, for the twins themselves. */
static void by_definition(cb_membw_pattern pattern, unsigned char *dst, const unsigned char *a,
                          const unsigned char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (pattern == CB_PATTERN_WRITE)
            dst[i] = 0xff;
        else if (pattern == CB_PATTERN_COPY)
            dst[i] = a[i];
        else if (pattern == CB_PATTERN_MIX21)
            dst[i] = a[i] ^ b[i];
        else if (pattern == CB_PATTERN_UPDATE)
            dst[i] = dst[i] ^ a[i];
        else if (pattern == CB_PATTERN_RMW)
            dst[i] = dst[i] ^ 0xff;
    }
    for (size_t i = 0; pattern == CB_PATTERN_TRIAD && i < bytes; i += sizeof(double)) {
        double left, right;
        memcpy(&left, a + i, sizeof left);
        memcpy(&right, b + i, sizeof right);
        left += 3 * right;
        memcpy(dst + i, &left, sizeof left);
    }
}

static void expect(const cb_membw_kernel *kernel, unsigned char *dst, const unsigned char *a,
                   const unsigned char *b, size_t bytes, uint64_t passes)
{
    if (kernel->run != kernel->oracle)
        kernel->oracle(dst, a, b, bytes, passes);
    else
        for (uint64_t pass = 0; pass < passes; pass++)
            by_definition(kernel->pattern, dst, a, b, bytes);
}

/* Runs the kernel on `bytes` at `offset` in the operands' pages, and compares all of dst's pages.
 */
static void check_content(const cb_membw_kernel *kernel, operands *op, size_t offset, size_t bytes,
                          uint64_t passes)
{
    const cb_membw_pattern pattern = kernel->pattern;
    unsigned char *dst = has_dst(pattern) ? op->dst.data + offset : NULL;
    unsigned char *a = has_a(pattern) ? op->a.data + offset : NULL;
    unsigned char *b = has_b(pattern) ? op->b.data + offset : NULL;
    unsigned char *expected = malloc(op->dst.bytes);
    assert_non_null(expected);
    fill(op->dst.data, op->dst.bytes, pattern, 7);
    memcpy(expected, op->dst.data, op->dst.bytes);
    if (call_membw(kernel->run, dst, a, b, bytes, passes))
        fail_msg("%s: a register of the caller's has changed", kernel->name);
    expect(kernel, expected + offset, a, b, bytes, passes);
    for (size_t i = 0; i < op->dst.bytes; i++)
        if (expected[i] != op->dst.data[i])
            fail_msg("%s: %zu bytes, %llu passes: byte %zd of dst is %#x, expected %#x",
                     kernel->name, bytes, (unsigned long long)passes,
                     (ptrdiff_t)i - (ptrdiff_t)offset, op->dst.data[i], expected[i]);
    free(expected);
}

static void check_contents(const cb_membw_kernel *kernel)
{
    static const size_t steps[] = {1, 2, 3, MOST_STEPS};
    static const uint64_t passes[] = {0, 1, 3};
    const size_t unit = unit_bytes(kernel);
    operands op = {.dst = guarded_new(MOST_STEPS * unit),
                   .a = guarded_new(MOST_STEPS * unit),
                   .b = guarded_new(MOST_STEPS * unit)};
    fill(op.a.data, op.a.bytes, kernel->pattern, 11);
    fill(op.b.data, op.b.bytes, kernel->pattern, 13);
    assert_int_equal(mprotect(op.a.data, op.a.bytes, PROT_READ), 0);
    assert_int_equal(mprotect(op.b.data, op.b.bytes, PROT_READ), 0);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        for (size_t p = 0; p < sizeof passes / sizeof *passes; p++) {
            const size_t bytes = steps[s] * unit;
            check_content(kernel, &op, 0, bytes, passes[p]);
            check_content(kernel, &op, op.dst.bytes - bytes, bytes, passes[p]);
        }
    }
    guarded_free(&op.b);
    guarded_free(&op.a);
    guarded_free(&op.dst);
}

/* One page of the block may be read at any time; an access to another one faults, is noted with its
 * line, and opens that page instead. So the first access to a page is always noted, and when the
 * block moves through all lines of a page, each line is once the first of its page. (An instruction
 * that reads across two pages faults on them in turn at the same two addresses: both open then.) */
static struct {
    unsigned char *block; /* first byte that the kernel is to read */
    size_t lines;
    unsigned char *pages, *pages_end;
    unsigned char *open[2];  /* pages: the newest, and the one before where that stays open */
    unsigned char *fault[2]; /* the last two addresses */
    unsigned char *read;     /* of each line: whether its read was seen */
    size_t faults, outside;
    struct sigaction before[2];
} watch;

static void note_read(const unsigned char *at)
{
    if (at < watch.block || at >= watch.block + watch.lines * LINE_BYTES)
        watch.outside++;
    else
        watch.read[(size_t)(at - watch.block) / LINE_BYTES] = 1;
}

static void open_page(unsigned char *wanted, bool and_keep)
{
    const size_t page = page_bytes();
    unsigned char *older = and_keep ? watch.open[0] : NULL;
    for (size_t i = 0; i < 2; i++)
        if (watch.open[i] && watch.open[i] != older)
            mprotect(watch.open[i], page, PROT_NONE);
    watch.open[0] = wanted;
    watch.open[1] = older;
    mprotect(wanted, page, PROT_READ | PROT_WRITE);
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    unsigned char *at = info->si_addr;
    const size_t page = page_bytes();
    (void)context;
    if (at < watch.pages || at >= watch.pages_end || watch.faults++ > 1000000) {
        signal(signal_number, SIG_DFL); /* a fault that is none of ours ends the program */
        return;
    }
    note_read(at);
    open_page(watch.pages + (size_t)(at - watch.pages) / page * page, at == watch.fault[1]);
    watch.fault[1] = watch.fault[0];
    watch.fault[0] = at;
}

static void watch_start(const guarded *memory, size_t bytes)
{
    const struct sigaction catch = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    memset(&watch, 0, sizeof watch);
    watch.lines = bytes / LINE_BYTES;
    watch.pages = memory->data;
    watch.pages_end = memory->data + memory->bytes;
    watch.read = calloc(watch.lines, 1);
    assert_non_null(watch.read);
    assert_int_equal(sigaction(SIGSEGV, &catch, &watch.before[0]), 0);
    assert_int_equal(sigaction(SIGBUS, &catch, &watch.before[1]), 0);
}

/* Closes every page; the block begins `offset` into them. */
static unsigned char *watch_block(size_t offset)
{
    const size_t bytes = (size_t)(watch.pages_end - watch.pages);
    assert_int_equal(mprotect(watch.pages, bytes, PROT_NONE), 0);
    watch.open[0] = watch.open[1] = NULL;
    watch.fault[0] = watch.fault[1] = NULL;
    watch.faults = 0;
    watch.block = watch.pages + offset;
    return watch.block;
}

static void watch_stop(void)
{
    assert_int_equal(sigaction(SIGSEGV, &watch.before[0], NULL), 0);
    assert_int_equal(sigaction(SIGBUS, &watch.before[1], NULL), 0);
}

static void check_every_line_read(const cb_membw_kernel *kernel)
{
    const size_t page = page_bytes(), unit = unit_bytes(kernel);
    const size_t bytes = (2 * page + unit - 1) / unit * unit;
    const guarded memory = guarded_new(bytes + page);
    memset(memory.data, 1, memory.bytes);
    watch_start(&memory, bytes);
    for (size_t offset = 0; offset < page; offset += LINE_BYTES)
        kernel->run(NULL, watch_block(offset), NULL, bytes, 1);
    watch_stop();
    for (size_t line = 0; line < watch.lines; line++)
        if (!watch.read[line])
            fail_msg("%s: line %zu of %zu is not read", kernel->name, line, watch.lines);
    if (watch.outside)
        fail_msg("%s: reads outside its block", kernel->name);
    free(watch.read);
    guarded_free(&memory);
}

/* Three pages, so that each pass faults anew on each of them: as many faults as passes times those
 * of one pass. Watches dst, or a where nothing is written. */
static void check_passes(const cb_membw_kernel *kernel)
{
    const cb_membw_pattern pattern = kernel->pattern;
    const size_t page = page_bytes(), unit = unit_bytes(kernel);
    const size_t bytes = (2 * page + unit - 1) / unit * unit;
    const guarded watched = guarded_new(bytes + page), others = guarded_new(bytes);
    size_t faults[2];
    watch_start(&watched, bytes);
    for (uint64_t passes = 1; passes <= 3; passes += 2) {
        unsigned char *block = watch_block(LINE_BYTES);
        const unsigned char *a = has_dst(pattern) ? others.data : block;
        kernel->run(has_dst(pattern) ? block : NULL, has_a(pattern) ? a : NULL,
                    has_b(pattern) ? others.data : NULL, bytes, passes);
        faults[passes / 2] = watch.faults;
    }
    watch_stop();
    if (faults[0] == 0 || faults[1] != 3 * faults[0])
        fail_msg("%s: page faults in one pass %zu, in three %zu", kernel->name, faults[0],
                 faults[1]);
    free(watch.read);
    guarded_free(&others);
    guarded_free(&watched);
}

static void test_membw_kernel(void **state)
{
    const kernel_case *one = *state;
    const cb_membw_kernel *kernel = one->row;
    if (!may_run(one))
        skip();
    check_contents(kernel);
    check_passes(kernel);
    if (kernel->pattern == CB_PATTERN_READ)
        check_every_line_read(kernel);
}

int main(void)
{
    kernel_case *cases = calloc(cb_membw_kernel_count + 1, sizeof *cases);
    if (!cases)
        return 1;
    for (size_t i = 0; i < cb_membw_kernel_count; i++)
        cases[i] =
            (kernel_case){cb_membw_kernels[i].name, cb_membw_kernels[i].isa, &cb_membw_kernels[i]};
    const int code = run_rows("bandwidth kernels", cases, cb_membw_kernel_count, test_membw_kernel);
    free(cases);
    return code;
}
