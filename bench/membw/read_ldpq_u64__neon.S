/* void read_ldpq_u64__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDP of two 128-bit vector registers, 64 in a row; two steps of the pointer, because
 * offsets end at 1008.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 2048 bytes of each operand, 64 loads and 0 stores and the loop's own, 2048
 * bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldpq_u64__neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    pair_q4 ldp, x10, 0
    pair_q4 ldp, x10, 128
    pair_q4 ldp, x10, 256
    pair_q4 ldp, x10, 384
    pair_q4 ldp, x10, 512
    pair_q4 ldp, x10, 640
    pair_q4 ldp, x10, 768
    add x10, x10, #1024
    pair_q4 ldp, x10, -128
    pair_q4 ldp, x10, 0
    pair_q4 ldp, x10, 128
    pair_q4 ldp, x10, 256
    pair_q4 ldp, x10, 384
    pair_q4 ldp, x10, 512
    pair_q4 ldp, x10, 640
    pair_q4 ldp, x10, 768
    add x10, x10, #1024
    cmp x10, x12
    pair_q4 ldp, x10, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldpq_u64__neon)
