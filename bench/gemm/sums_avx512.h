/* The vector register that holds a sum, by its number: what a macro with loops cannot write. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_SUMS_AVX512_H
#define CB_BENCH_GEMM_SUMS_AVX512_H

/* `do` with sum number `index`, and with the rest. */
.macro cb_sum_of_8 index:req, do:req, rest:vararg
    .if \index == 0
        \do zmm0, \rest
    .elseif \index == 1
        \do zmm1, \rest
    .elseif \index == 2
        \do zmm2, \rest
    .elseif \index == 3
        \do zmm3, \rest
    .elseif \index == 4
        \do zmm4, \rest
    .elseif \index == 5
        \do zmm5, \rest
    .elseif \index == 6
        \do zmm6, \rest
    .else
        \do zmm7, \rest
    .endif
.endm

.macro cb_sum_of_16 index:req, do:req, rest:vararg
    .if \index == 8
        \do zmm8, \rest
    .elseif \index == 9
        \do zmm9, \rest
    .elseif \index == 10
        \do zmm10, \rest
    .elseif \index == 11
        \do zmm11, \rest
    .elseif \index == 12
        \do zmm12, \rest
    .elseif \index == 13
        \do zmm13, \rest
    .elseif \index == 14
        \do zmm14, \rest
    .else
        \do zmm15, \rest
    .endif
.endm

.macro cb_sum_of_24 index:req, do:req, rest:vararg
    .if \index == 16
        \do zmm16, \rest
    .elseif \index == 17
        \do zmm17, \rest
    .elseif \index == 18
        \do zmm18, \rest
    .elseif \index == 19
        \do zmm19, \rest
    .elseif \index == 20
        \do zmm20, \rest
    .elseif \index == 21
        \do zmm21, \rest
    .elseif \index == 22
        \do zmm22, \rest
    .else
        \do zmm23, \rest
    .endif
.endm

.macro cb_sum_of_28 index:req, do:req, rest:vararg
    .if \index == 24
        \do zmm24, \rest
    .elseif \index == 25
        \do zmm25, \rest
    .elseif \index == 26
        \do zmm26, \rest
    .else
        \do zmm27, \rest
    .endif
.endm

.macro cb_sum index:req, do:req, rest:vararg
    .if \index < 8
        cb_sum_of_8 \index, \do, \rest
    .elseif \index < 16
        cb_sum_of_16 \index, \do, \rest
    .elseif \index < 24
        cb_sum_of_24 \index, \do, \rest
    .else
        cb_sum_of_28 \index, \do, \rest
    .endif
.endm

#endif
