/* Micro-kernels of x86-64 on float32 in assembly, AVX-512: a file that says
 *
 *     #define CB_ROWS 14
 *     #define CB_VECTORS 2
 *
 * before it includes this one has cb_kernel, a micro-kernel of CB_ROWS x (16 CB_VECTORS). Several
 * tiles below each other are one call: a tile starts while the last one's sums are still being
 * written, and costs no arguments. (The same in C: what a compiler moves between registers and
 * works out again for each tile took 15 to 30 cycles of it.)
 *
 *     rdi        the tile                          r8, r9, r10  1, 3 and 5 rows of A
 *     rax        A at this step, rows 0 to 6       rsi, rcx     1 and 3 steps of B
 *     r11        rows 7 to 13 of an A that lies    rbx          turns or steps that are left
 *                in a matrix                       rbp          C's row that is prefetched
 *     rdx        B at this step                    r12, r13     C's row, bytes to the next one
 *     r14, r15   turns of four steps, and single   [rsp]        A of this tile; behind it what the
 *                steps                                          names CB_LEFT and so on say
 *
 *     zmm0 on    the sums, one row after the other; where they are few, two or four sets of them,
 *                or each would wait for the last one
 *     the last   CB_VECTORS registers for B, before them two for A; k1: the last vector's columns
 *
 * The loop loads whole vectors of B, past the n-th column too: what lies there is still before the
 * next row's end. Only single steps, which come first, and the last turn load under k1. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_TILE_F32_X86_64_H
#define CB_BENCH_GEMM_TILE_F32_X86_64_H

#include "base/asm_x86_64.h"
#include "bench/gemm/micro_offsets.h"
#include "bench/gemm/sums_avx512.h"

#define CB_A_STEP (4 * CB_ROWS) /* bytes of a step of A's panel */
#define CB_PREFETCH_FROM 40     /* turns from which C is not in a near cache */
#define CB_AHEAD_FROM 24        /* turns from which all of A is not in the nearest cache */
#define CB_CHAINS 12            /* sums that keep both multiply-add units busy */

/* On the stack: tiles that are left, those of a row less, whether lines are being fetched and where
 * they lie, turns behind them. */
#define CB_LEFT 8
#define CB_LOWER 16
#define CB_FETCHES 24
#define CB_FETCH 32
#define CB_TURNS 40

#if CB_VECTORS == 2
#define CB_B0 zmm30
#define CB_B1 zmm31
#define CB_B2 zmm31
#define CB_B3 zmm31
#define CB_A0 zmm28
#define CB_A1 zmm29
#elif CB_VECTORS == 3
#define CB_B0 zmm29
#define CB_B1 zmm30
#define CB_B2 zmm31
#define CB_B3 zmm31
#define CB_A0 zmm27
#define CB_A1 zmm28
#else
#define CB_B0 zmm28
#define CB_B1 zmm29
#define CB_B2 zmm30
#define CB_B3 zmm31
#define CB_A0 zmm26
#define CB_A1 zmm27
#endif

.macro cb_zero sum:req, unused:vararg
    vpxord \sum, \sum, \sum
.endm

.macro cb_zero_to last:req
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        .if \i < \last
            cb_sum \i, cb_zero, 0
        .endif
        .if \i + 14 < \last
            cb_sum (\i + 14), cb_zero, 0
        .endif
    .endr
.endm

/* ---- a step of k ---- */

/* A's element of a row, in all lanes: in a panel, or where A lies. */
.macro cb_load_a a:req, row:req, panels:req, step:req
    .if \panels
        vbroadcastss \a, [rax + CB_A_STEP * \step + 4 * \row]
    .elseif \row == 0
        vbroadcastss \a, [rax + 4 * \step]
    .elseif \row == 1
        vbroadcastss \a, [rax + r8 + 4 * \step]
    .elseif \row == 2
        vbroadcastss \a, [rax + r8 * 2 + 4 * \step]
    .elseif \row == 3
        vbroadcastss \a, [rax + r9 + 4 * \step]
    .elseif \row == 4
        vbroadcastss \a, [rax + r8 * 4 + 4 * \step]
    .elseif \row == 5
        vbroadcastss \a, [rax + r10 + 4 * \step]
    .elseif \row == 6
        vbroadcastss \a, [rax + r9 * 2 + 4 * \step]
    .elseif \row == 7
        vbroadcastss \a, [r11 + 4 * \step]
    .elseif \row == 8
        vbroadcastss \a, [r11 + r8 + 4 * \step]
    .elseif \row == 9
        vbroadcastss \a, [r11 + r8 * 2 + 4 * \step]
    .elseif \row == 10
        vbroadcastss \a, [r11 + r9 + 4 * \step]
    .elseif \row == 11
        vbroadcastss \a, [r11 + r8 * 4 + 4 * \step]
    .elseif \row == 12
        vbroadcastss \a, [r11 + r10 + 4 * \step]
    .else
        vbroadcastss \a, [r11 + r9 * 2 + 4 * \step]
    .endif
.endm

.macro cb_load_at b:req, first:req, from:vararg
    .if \first
        vmovups \b{k1}{z}, \from
    .else
        vmovups \b, \from
    .endif
.endm

/* Vector v of B's step; `first`: only the columns of k1. */
.macro cb_load_b b:req, v:req, step:req, first:req
    .if \step == 0
        cb_load_at \b, \first, [rdx + 64 * \v]
    .elseif \step == 1
        cb_load_at \b, \first, [rdx + rsi + 64 * \v]
    .elseif \step == 2
        cb_load_at \b, \first, [rdx + rsi * 2 + 64 * \v]
    .else
        cb_load_at \b, \first, [rdx + rcx + 64 * \v]
    .endif
.endm

/* Sums of a row, from number `sum` on. */
.macro cb_multiply_row a:req, sum:req, vectors:req
    cb_sum (\sum), vfmadd231ps, \a, CB_B0
    .if \vectors > 1
        cb_sum (\sum + 1), vfmadd231ps, \a, CB_B1
    .endif
    .if \vectors > 2
        cb_sum (\sum + 2), vfmadd231ps, \a, CB_B2
    .endif
    .if \vectors > 3
        cb_sum (\sum + 3), vfmadd231ps, \a, CB_B3
    .endif
.endm

/* One step of the rows [from, to) into the sums from number `set` on; `first`: the last vector
 * under k1. */
.macro cb_step from:req, to:req, vectors:req, panels:req, step:req, set:req, first:req
    cb_load_b CB_B0, 0, \step, (\first && \vectors == 1)
    .if \vectors > 1
        cb_load_b CB_B1, 1, \step, (\first && \vectors == 2)
    .endif
    .if \vectors > 2
        cb_load_b CB_B2, 2, \step, (\first && \vectors == 3)
    .endif
    .if \vectors > 3
        cb_load_b CB_B3, 3, \step, (\first && \vectors == 4)
    .endif
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        .if \i >= \from && \i < \to
            .if \i & 1
                cb_load_a CB_A1, \i, \panels, \step
                cb_multiply_row CB_A1, (\set + \i * \vectors), \vectors
            .else
                cb_load_a CB_A0, \i, \panels, \step
                cb_multiply_row CB_A0, (\set + \i * \vectors), \vectors
            .endif
        .endif
    .endr
.endm

/* Four steps, of which each adds to another set of `size` sums where there are several. */
.macro cb_four_steps from:req, to:req, vectors:req, panels:req, size:req, sets:req, first:req
    cb_step \from, \to, \vectors, \panels, 0, 0, \first
    cb_step \from, \to, \vectors, \panels, 1, (1 % \sets * \size), \first
    cb_step \from, \to, \vectors, \panels, 2, (2 % \sets * \size), \first
    cb_step \from, \to, \vectors, \panels, 3, (3 % \sets * \size), \first
.endm

.macro cb_advance rows:req, panels:req, steps:req
    .if \panels
        add rax, CB_A_STEP * \steps
    .else
        add rax, 4 * \steps
        .if \rows > 7
            add r11, 4 * \steps
        .endif
    .endif
    .if \steps == 4
        lea rdx, [rdx + rsi * 4]
    .else
        add rdx, rsi
    .endif
.endm

/* ---- the end of a tile ---- */

.macro cb_fold_from sum:req, from:req
    cb_sum (\from), cb_fold_into, \sum
.endm

.macro cb_fold_into from:req, sum:req
    vaddps \sum, \sum, \from
.endm

/* The other sets' sums to those of the first. */
.macro cb_fold size:req, sets:req
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        .if \i < \size
            .if \sets > 1
                cb_sum \i, cb_fold_from, (\i + \size)
            .endif
            .if \sets > 2
                cb_sum \i, cb_fold_from, (\i + 2 * \size)
                cb_sum \i, cb_fold_from, (\i + 3 * \size)
            .endif
        .endif
    .endr
.endm

.macro cb_put sum:req, v:req, first:req
    .if \first
        vmovups [r12 + 64 * \v]{k1}, \sum
    .else
        vmovups [r12 + 64 * \v], \sum
    .endif
.endm

.macro cb_take sum:req, v:req, first:req
    .if \first
        vmovups CB_B0{k1}{z}, [rbx + 64 * \v]
        vaddps \sum, \sum, CB_B0
    .else
        vaddps \sum, \sum, [rbx + 64 * \v]
    .endif
.endm

/* `do` (cb_put, cb_take) with a row's sums, from number `sum` on; then C's next row. */
.macro cb_row sum:req, vectors:req, do:req, c:req
    cb_sum (\sum), \do, 0, (\vectors == 1)
    .if \vectors > 1
        cb_sum (\sum + 1), \do, 1, (\vectors == 2)
    .endif
    .if \vectors > 2
        cb_sum (\sum + 2), \do, 2, (\vectors == 3)
    .endif
    .if \vectors > 3
        cb_sum (\sum + 3), \do, 3, (\vectors == 4)
    .endif
    add \c, r13
.endm

.macro cb_each_row from:req, to:req, vectors:req, do:req, c:req
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        .if \i >= \from && \i < \to
            cb_row (\i * \vectors), \vectors, \do, \c
        .endif
    .endr
.endm

/* Rows [from, to) to C. */
.macro cb_finish from:req, to:req, vectors:req
    cmp qword ptr [rdi + CB_TILE_ACCUMULATE], 0
    je .Lput\@
    mov rbx, r12
    cb_each_row \from, \to, \vectors, cb_take, rbx
.Lput\@:
    cb_each_row \from, \to, \vectors, cb_put, r12
.endm

.macro cb_prefetch_row vectors:req
    prefetcht1 [rbp]
    .if \vectors > 1
        prefetcht1 [rbp + 64]
    .endif
    .if \vectors > 2
        prefetcht1 [rbp + 128]
    .endif
    .if \vectors > 3
        prefetcht1 [rbp + 192]
    .endif
    add rbp, r13
.endm

/* The lines that `rows` rows of A (7 at most) have at this step, from `below` rows below on: the
 * next tile's. */
.macro cb_prefetch_a rows:req, below:req
    imul rbp, r8, (\below)
    add rbp, rax
    prefetcht0 [rbp]
    .if \rows > 1
        prefetcht0 [rbp + r8]
    .endif
    .if \rows > 2
        prefetcht0 [rbp + r8 * 2]
    .endif
    .if \rows > 3
        prefetcht0 [rbp + r9]
    .endif
    .if \rows > 4
        prefetcht0 [rbp + r8 * 4]
    .endif
    .if \rows > 5
        prefetcht0 [rbp + r10]
    .endif
    .if \rows > 6
        prefetcht0 [rbp + r9 * 2]
    .endif
.endm

/* ---- tiles ---- */

/* The last four steps, and C. Sums are stored in two parts, between which the second part's last
 * products are still to be made: stores wait for their sums in a queue (Golden Cove's holds 19 of
 * them), and while that is full nothing of the next tile begins. */
.macro cb_last_turn rows:req, vectors:req, panels:req, size:req, sets:req
    .if \sets > 1
        cb_four_steps 0, \rows, \vectors, \panels, \size, \sets, 1
        cb_fold \size, \sets
        cb_finish 0, \rows, \vectors
    .else
        cb_four_steps 0, (\rows / 2), \vectors, \panels, \size, 1, 1
        cb_finish 0, (\rows / 2), \vectors
        cb_four_steps (\rows / 2), \rows, \vectors, \panels, \size, 1, 1
        cb_finish (\rows / 2), \rows, \vectors
    .endif
.endm

.macro cb_tiles_in rows:req, vectors:req, panels:req, size:req, sets:req
.Ltile\@:
    cb_zero_to (\size * \sets)
    .if \panels == 0 && \rows > 7
        imul r11, r8, 7
        add r11, rax
    .endif
    mov rbx, r15
    test rbx, rbx
    jz .Lturns\@
.Lone\@:
    cb_step 0, \rows, \vectors, \panels, 0, 0, 1
    cb_advance \rows, \panels, 1
    dec rbx
    jnz .Lone\@
.Lturns\@:
    mov rbx, r14
    sub rbx, 1
    jb .Lfew\@
    jz .Llast\@
    cmp r14, CB_PREFETCH_FROM
    jae .Lfar\@
    .ifeq \panels
        cmp r14, CB_AHEAD_FROM
        jae .Lloads\@
    .endif
    .p2align 6
.Lturn\@:
    cb_four_steps 0, \rows, \vectors, \panels, \size, \sets, 0
    cb_advance \rows, \panels, 4
    dec rbx
    jnz .Lturn\@
.Llast\@:
    cb_last_turn \rows, \vectors, \panels, \size, \sets
.Lnext\@:
    imul rax, r8, \rows
    add rax, [rsp]
    mov [rsp], rax
    mov rdx, [rdi + CB_TILE_B]
    dec qword ptr [rsp + CB_LEFT]
    jnz .Ltile\@
    jmp .Ltiled
.Lfew\@:
    cb_finish 0, \rows, \vectors
    jmp .Lnext\@
/* Where B's vectors lie in one line each, there is room for loads of A's next lines. */
    .ifeq \panels
.Lloads\@:
        test esi, 63
        jnz .Lturn\@
        .p2align 6
.Lahead\@:
        test bl, 3 /* a line of each row in four turns */
        jnz .Lhere\@
        cb_prefetch_a \rows, \rows
        .if \rows > 7
            cb_prefetch_a (\rows - 7), (\rows + 7)
        .endif
.Lhere\@:
        cb_four_steps 0, \rows, \vectors, 0, \size, \sets, 0
        cb_advance \rows, 0, 4
        dec rbx
        jnz .Lahead\@
        jmp .Llast\@
    .endif
/* C's lines arrive while the loop runs, a row with a turn: together they would wait for each
 * other. Then what the call shall fetch, as far as there are turns for it. */
.Lfar\@:
    lea rbx, [r14 - 1 - \rows]
    mov [rsp + CB_TURNS], rbx
    mov qword ptr [rsp + CB_FETCHES], 0
    mov rbp, r12
    mov ebx, \rows
    .p2align 6
.Lfetch\@:
    cb_prefetch_row \vectors
    cb_four_steps 0, \rows, \vectors, \panels, \size, \sets, 0
    cb_advance \rows, \panels, 4
    dec rbx
    jnz .Lfetch\@
    mov r13, [rsp + CB_TURNS]
    cmp qword ptr [rsp + CB_FETCHES], 0
    jne .Lfetched\@
    lea rbx, [r13 - 1]
    cmp rbx, [rdi + CB_TILE_FETCH_ROWS]
    cmova rbx, [rdi + CB_TILE_FETCH_ROWS]
    test rbx, rbx
    jz .Lnear\@
    sub r13, rbx
    mov [rsp + CB_TURNS], r13
    mov qword ptr [rsp + CB_FETCHES], 1
    mov rbp, [rsp + CB_FETCH]
    mov r13, [rdi + CB_TILE_FETCH_STEP]
    jmp .Lfetch\@
.Lfetched\@:
    mov [rsp + CB_FETCH], rbp
.Lnear\@:
    mov rbx, r13
    mov r13, [rdi + CB_TILE_C_ROW_BYTES]
    jmp .Lturn\@
.endm

/* With as many sets of sums as the units want. */
.macro cb_tiles rows:req, vectors:req, panels:req
    .if \rows * \vectors >= CB_CHAINS
        cb_tiles_in \rows, \vectors, \panels, (\rows * \vectors), 1
    .elseif \rows * \vectors * 2 >= CB_CHAINS
        cb_tiles_in \rows, \vectors, \panels, (\rows * \vectors), 2
    .else
        cb_tiles_in \rows, \vectors, \panels, (\rows * \vectors), 4
    .endif
.endm

.macro cb_case rows:req, vectors:req, panels:req
    .if \rows <= CB_ROWS
        cmp rbx, \rows
        je .Lrows_\panels\vectors\rows
    .endif
.endm

.macro cb_case_of rows:req, vectors:req, panels:req
    .if \rows <= CB_ROWS
.Lrows_\panels\vectors\rows:
        cb_tiles \rows, \vectors, \panels
    .endif
.endm

/* By the tiles' rows, of which rbx has the number. */
.macro cb_by_rows vectors:req, panels:req
    .irp rows, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
        cb_case \rows, \vectors, \panels
    .endr
    cb_tiles 1, \vectors, \panels
    .irp rows, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
        cb_case_of \rows, \vectors, \panels
    .endr
.endm

/* By the vectors that hold the columns, of which r11 has the number. */
.macro cb_by_vectors panels:req
    .if CB_VECTORS > 3
        cmp r11, 48
        ja .Lfour\panels
    .endif
    .if CB_VECTORS > 2
        cmp r11, 32
        ja .Lthree\panels
    .endif
    cmp r11, 16
    ja .Ltwo\panels
    cb_by_rows 1, \panels
.Ltwo\panels:
    cb_by_rows 2, \panels
    .if CB_VECTORS > 2
.Lthree\panels:
    cb_by_rows 3, \panels
    .endif
    .if CB_VECTORS > 3
.Lfour\panels:
    cb_by_rows 4, \panels
    .endif
.endm

.macro cb_save registers:vararg
    .irp register, \registers
        push \register
        .cfi_adjust_cfa_offset 8
    .endr
.endm

.macro cb_restore registers:vararg
    .irp register, \registers
        pop \register
        .cfi_adjust_cfa_offset -8
    .endr
.endm

/* Turns in r14 and single steps in r15, from k in r14: without turns where B's rows are so short
 * that whole vectors would reach beyond the next one. */
.macro cb_steps
    mov r15, r14
    shr r14, 2
    cmp rsi, 64
    jb .Lnarrow
    and r15d, 3
    jmp .Lcounted
.Lnarrow:
    xor r14d, r14d
.Lcounted:
.endm

.macro cb_kernel
    cb_save rbx, rbp, r12, r13, r14, r15
    mov rax, [rdi + CB_TILE_N]
    mov r14, [rdi + CB_TILE_K]
    mov rsi, [rdi + CB_TILE_B_STEP_BYTES]
    lea ecx, [eax - 1]
    and ecx, 15
    mov edx, 2
    shl edx, cl
    dec edx
    kmovw k1, edx
    cb_steps
    mov r8, [rdi + CB_TILE_A_ROW_BYTES]
    lea r9, [r8 + r8 * 2]
    lea r10, [r8 + r8 * 4]
    lea rcx, [rsi + rsi * 2]
    mov r12, [rdi + CB_TILE_C]
    mov r13, [rdi + CB_TILE_C_ROW_BYTES]
    mov rdx, [rdi + CB_TILE_B]
    mov rax, [rdi + CB_TILE_A]
    mov rbp, [rdi + CB_TILE_TILES]
    cmp rbp, 1
    adc rbp, 0 /* none said: one */
    sub rsp, 8
    .cfi_adjust_cfa_offset 8
    cb_save [rdi + CB_TILE_FETCH], 0, [rdi + CB_TILE_LOWER_TILES], rbp, rax
    mov rbx, [rdi + CB_TILE_M]
.Lrows:
    mov r11, [rdi + CB_TILE_N]
    cmp qword ptr [rdi + CB_TILE_A_STEP_BYTES], 4
    je .Lmatrix
    cb_by_vectors 1
.Lmatrix:
    cb_by_vectors 0
.Ltiled:
    mov rbp, [rsp + CB_LOWER]
    test rbp, rbp
    jz .Lreturn
    mov [rsp + CB_LEFT], rbp
    mov qword ptr [rsp + CB_LOWER], 0
    mov rbx, [rdi + CB_TILE_M]
    dec rbx
    jmp .Lrows
.Lreturn:
    vzeroupper
    add rsp, 48
    .cfi_adjust_cfa_offset -48
    cb_restore r15, r14, r13, r12, rbp, rbx
    ret
.endm

#endif
