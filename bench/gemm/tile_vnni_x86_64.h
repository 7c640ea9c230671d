/* Micro-kernels of x86-64 on 8-bit numbers in assembly: 9 x 48 with AVX512-VNNI. (A compiler that
 * is given 27 sums and four registers beside them moves and spills sums: 0.60 of the peak where
 * this has 0.98.)
 *
 *     rdi        the tile                        zmm0 to zmm26   sums, row i in zmm(3i) on
 *     rax        A at this step, rows 0 to 6     zmm27 to zmm29  B's step
 *     r11        rows 7 and 8 of an A that       zmm30, zmm31    A's group of a row, in all lanes
 *                lies in a matrix
 *     rdx        B's panel at this step          k1              the last vector's columns
 *     rcx, rsi   turns of four steps, steps      k2              the last group's bytes
 *     r8, r9, r10   1, 3 and 5 rows of A, later C's row
 *
 * A tile of few rows has two sets of sums, or one would wait for the other: steps take turns, and
 * the second set lies in the registers of the rows from 4 on. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_TILE_VNNI_X86_64_H
#define CB_BENCH_GEMM_TILE_VNNI_X86_64_H

#include "base/asm_x86_64.h"
#include "bench/gemm/micro_offsets.h"

#define CB_B_STEP 192        /* bytes of a step of B's panel */
#define CB_A_STEP 36         /* and of A's */
#define CB_PREFETCH_FROM 384 /* k from which C is not in a near cache */

/* `do` with the sums of a row, and with x and y. */
.macro cb_with_row row:req, do:req, x, y
    .if \row == 0
        \do zmm0, zmm1, zmm2, \x, \y
    .elseif \row == 1
        \do zmm3, zmm4, zmm5, \x, \y
    .elseif \row == 2
        \do zmm6, zmm7, zmm8, \x, \y
    .elseif \row == 3
        \do zmm9, zmm10, zmm11, \x, \y
    .elseif \row == 4
        \do zmm12, zmm13, zmm14, \x, \y
    .elseif \row == 5
        \do zmm15, zmm16, zmm17, \x, \y
    .elseif \row == 6
        \do zmm18, zmm19, zmm20, \x, \y
    .elseif \row == 7
        \do zmm21, zmm22, zmm23, \x, \y
    .else
        \do zmm24, zmm25, zmm26, \x, \y
    .endif
.endm

.macro cb_zero s0, s1, s2, vectors, unused
    vpxord \s0, \s0, \s0
    .if \vectors > 1
        vpxord \s1, \s1, \s1
    .endif
    .if \vectors > 2
        vpxord \s2, \s2, \s2
    .endif
.endm

.macro cb_begin s0, s1, s2, vectors, from
    vmovdqu64 \s0, [\from]
    .if \vectors > 1
        vmovdqu64 \s1, [\from + 64]
    .endif
    .if \vectors > 2
        vmovdqu64 \s2, [\from + 128]
    .endif
.endm

.macro cb_dot s0, s1, s2, vectors, a
    vpdpbusd \s0, \a, zmm27
    .if \vectors > 1
        vpdpbusd \s1, \a, zmm28
    .endif
    .if \vectors > 2
        vpdpbusd \s2, \a, zmm29
    .endif
.endm

/* `do` with the address of a row's group: in a panel, or where A lies. */
.macro cb_at_row row:req, panels:req, step:req, do:req, a:req
    .if \panels
        \do \a, [rax + CB_A_STEP * \step + 4 * \row]
    .elseif \row == 0
        \do \a, [rax + 4 * \step]
    .elseif \row == 1
        \do \a, [rax + r8 + 4 * \step]
    .elseif \row == 2
        \do \a, [rax + r8 * 2 + 4 * \step]
    .elseif \row == 3
        \do \a, [rax + r9 + 4 * \step]
    .elseif \row == 4
        \do \a, [rax + r8 * 4 + 4 * \step]
    .elseif \row == 5
        \do \a, [rax + r10 + 4 * \step]
    .elseif \row == 6
        \do \a, [rax + r9 * 2 + 4 * \step]
    .elseif \row == 7
        \do \a, [r11 + 4 * \step]
    .else
        \do \a, [r11 + r8 + 4 * \step]
    .endif
.endm

.macro cb_group a:req, from:vararg
    vpbroadcastd \a, \from
.endm

/* Of the last group only the bytes that are there. */
.macro cb_last_group a:req, from:vararg
    vmovdqu8 xmm30{k2}{z}, \from
    vpbroadcastd \a, xmm30
.endm

.macro cb_load_b vectors:req, step:req
    vmovdqu64 zmm27, [rdx + CB_B_STEP * \step]
    .if \vectors > 1
        vmovdqu64 zmm28, [rdx + CB_B_STEP * \step + 64]
    .endif
    .if \vectors > 2
        vmovdqu64 zmm29, [rdx + CB_B_STEP * \step + 128]
    .endif
.endm

/* One step of k into the sums from row `set` on. */
.macro cb_step rows:req, vectors:req, panels:req, step:req, set:req, group:req
    cb_load_b \vectors, \step
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8
        .if \i < \rows
            .if \i & 1
                cb_at_row \i, \panels, \step, \group, zmm31
                cb_with_row (\i + \set), cb_dot, \vectors, zmm31
            .else
                cb_at_row \i, \panels, \step, \group, zmm30
                cb_with_row (\i + \set), cb_dot, \vectors, zmm30
            .endif
        .endif
    .endr
.endm

.macro cb_advance panels:req, steps:req
    .if \panels
        add rax, CB_A_STEP * \steps
    .else
        add rax, 4 * \steps
        add r11, 4 * \steps
    .endif
    add rdx, CB_B_STEP * \steps
.endm

.macro cb_add_sets rows:req
    vpaddd zmm0, zmm0, zmm12
    vpaddd zmm1, zmm1, zmm13
    vpaddd zmm2, zmm2, zmm14
    .if \rows > 1
        vpaddd zmm3, zmm3, zmm15
        vpaddd zmm4, zmm4, zmm16
        vpaddd zmm5, zmm5, zmm17
    .endif
    .if \rows > 2
        vpaddd zmm6, zmm6, zmm18
        vpaddd zmm7, zmm7, zmm19
        vpaddd zmm8, zmm8, zmm20
    .endif
    .if \rows > 3
        vpaddd zmm9, zmm9, zmm21
        vpaddd zmm10, zmm10, zmm22
        vpaddd zmm11, zmm11, zmm23
    .endif
.endm

/* C = sums, and the next row; the last vector under k1. */
.macro cb_put s0, s1, s2, vectors, unused
    .if \vectors == 1
        vmovdqu32 [rax]{k1}, \s0
    .elseif \vectors == 2
        vmovdqu64 [rax], \s0
        vmovdqu32 [rax + 64]{k1}, \s1
    .else
        vmovdqu64 [rax], \s0
        vmovdqu64 [rax + 64], \s1
        vmovdqu32 [rax + 128]{k1}, \s2
    .endif
    add rax, r8
.endm

.macro cb_take s0, s1, s2, vectors, unused
    .if \vectors == 1
        vmovdqu32 zmm27{k1}{z}, [rax]
        vpaddd \s0, \s0, zmm27
    .elseif \vectors == 2
        vpaddd \s0, \s0, [rax]
        vmovdqu32 zmm27{k1}{z}, [rax + 64]
        vpaddd \s1, \s1, zmm27
    .else
        vpaddd \s0, \s0, [rax]
        vpaddd \s1, \s1, [rax + 64]
        vmovdqu32 zmm27{k1}{z}, [rax + 128]
        vpaddd \s2, \s2, zmm27
    .endif
    add rax, r8
.endm

.macro cb_prefetch_c rows:req, vectors:req
    mov r9, [rdi + CB_TILE_C]
    mov r10, [rdi + CB_TILE_C_ROW_BYTES]
    .rept \rows
        prefetcht0 [r9]
        .if \vectors > 1
            prefetcht0 [r9 + 64]
        .endif
        .if \vectors > 2
            prefetcht0 [r9 + 128]
        .endif
        add r9, r10
    .endr
.endm

/* `do` with the sums of each row from `first` on. */
.macro cb_each_row first:req, rows:req, do:req, x, y
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8
        .if \i < \rows
            cb_with_row (\i + \first), \do, \x, \y
        .endif
    .endr
.endm

/* The tile of so many rows and vectors. */
.macro cb_tile rows:req, vectors:req, panels:req
    mov r10, [rdi + CB_TILE_START]
    test r10, r10
    jz .Lzero\@
    cb_each_row 0, \rows, cb_begin, \vectors, r10
    jmp .Lbegun\@
.Lzero\@:
    cb_each_row 0, \rows, cb_zero, \vectors
.Lbegun\@:
    .if \rows <= 4
        cb_each_row 4, \rows, cb_zero, 3
    .endif
    cmp qword ptr [rdi + CB_TILE_K], CB_PREFETCH_FROM
    jb .Lnear\@
    cb_prefetch_c \rows, \vectors
.Lnear\@:
    .ifeq \panels
        lea r9, [r8 + r8 * 2]
        lea r10, [r8 + r8 * 4]
    .endif
    test rcx, rcx
    jz .Lrest\@
    .p2align 6
.Lturn\@:
    .if \rows <= 4
        cb_step \rows, \vectors, \panels, 0, 0, cb_group
        cb_step \rows, \vectors, \panels, 1, 4, cb_group
        cb_step \rows, \vectors, \panels, 2, 0, cb_group
        cb_step \rows, \vectors, \panels, 3, 4, cb_group
    .else
        cb_step \rows, \vectors, \panels, 0, 0, cb_group
        cb_step \rows, \vectors, \panels, 1, 0, cb_group
        cb_step \rows, \vectors, \panels, 2, 0, cb_group
        cb_step \rows, \vectors, \panels, 3, 0, cb_group
    .endif
    cb_advance \panels, 4
    dec rcx
    jnz .Lturn\@
.Lrest\@:
    test rsi, rsi
    jz .Llast\@
.Lone\@:
    cb_step \rows, \vectors, \panels, 0, 0, cb_group
    cb_advance \panels, 1
    dec rsi
    jnz .Lone\@
.Llast\@:
    .ifeq \panels
        kortestw k2, k2
        jz .Lsummed\@
        cb_step \rows, \vectors, \panels, 0, 0, cb_last_group
    .endif
.Lsummed\@:
    .if \rows <= 4
        cb_add_sets \rows
    .endif
    mov r8, [rdi + CB_TILE_C_ROW_BYTES]
    mov rax, [rdi + CB_TILE_C]
    cmp qword ptr [rdi + CB_TILE_ACCUMULATE], 0
    je .Lput\@
    cb_each_row 0, \rows, cb_take, \vectors
    mov rax, [rdi + CB_TILE_C]
.Lput\@:
    cb_each_row 0, \rows, cb_put, \vectors
    vzeroupper
    ret
.endm

/* The tile, if it has so many rows. */
.macro cb_tile_of rows:req, vectors:req, panels:req
    cmp r9, \rows
    jne .Lother\@
    cb_tile \rows, \vectors, \panels
.Lother\@:
.endm

/* By the tile's rows, the whole ones first. */
.macro cb_by_rows vectors:req, panels:req
    .irp rows, 9, 8, 7, 6, 5, 4, 3, 2
        cb_tile_of \rows, \vectors, \panels
    .endr
    cb_tile 1, \vectors, \panels
.endm

/* What all tiles begin with: r9 rows, r10 columns; k1 of the columns past the last whole vector but
 * one, k2 of the bytes past the last whole group. */
.macro cb_open
    mov r9, [rdi + CB_TILE_M]
    mov r10, [rdi + CB_TILE_N]
    lea ecx, [r10d - 1]
    and ecx, 15
    mov eax, 2
    shl eax, cl
    dec eax
    kmovw k1, eax
    mov rsi, [rdi + CB_TILE_K]
    mov ecx, esi
    and ecx, 3
    mov eax, 1
    shl eax, cl
    dec eax
    kmovw k2, eax
    mov rax, [rdi + CB_TILE_A]
    mov rdx, [rdi + CB_TILE_B]
    mov r8, [rdi + CB_TILE_A_ROW_BYTES]
.endm

/* Turns and steps from k in rsi, of an A in panels: its last group is whole there. */
.macro cb_steps panels:req
    .if \panels
        add rsi, 3
    .else
        imul r11, r8, 7
        add r11, rax
    .endif
    shr rsi, 2
    mov rcx, rsi
    shr rcx, 2
    and esi, 3
.endm

.macro cb_by_vectors panels:req
    cb_steps \panels
    cmp r10, 32
    ja .Lthree\panels
    cmp r10, 16
    ja .Ltwo\panels
    cb_by_rows 1, \panels
.Ltwo\panels:
    cb_by_rows 2, \panels
.Lthree\panels:
    cb_by_rows 3, \panels
.endm

#endif
