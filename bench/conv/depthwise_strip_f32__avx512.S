/* void depthwise_strip_f32__avx512(const cb_conv_depthwise_strip *strip);
 *
 * Seven rows of output pixels, column by column of the input: a column's 9 vectors (stride 2: 15)
 * are loaded once and added to all sums that they are part of, which lie in registers, as do the 9
 * taps. Nothing that is in a first-level cache is read twice, so it does not matter that pixels a
 * power of two apart share its sets. 63 FMA, 9 loads and 7 stores a column of stride 1; 63, 30 and
 * 7 a column of the output of stride 2. The strip is described in kernel.h.
 *
 *     rdi  the strip                   rsi  stride 1: where the output begins
 *     rax  the column's row 0          r10, r11, rbx, r12   1, 3, 5 and 7 times a row's bytes
 *     rdx  the output's                r13, r14, r15        1, 3 and 5 times an output row's
 *     r8   a pixel's bytes             rcx  stride 2: columns that are left
 *     rbp, rcx   stride 1: what is fetched next of the input, the output; rbp stride 2: row 8
 *     rsp - 8    the vector's bytes from the first one's; stride 1: rsp - 24 keeps rcx
 *     rsp - 16   stride 1: columns that are left; stride 2: what is fetched next of the input
 *     r9   bit 0: the first row is outside of the image; bit 1: the last one is
 *
 * Weights are zmm16 to zmm24, inputs zmm30 and zmm31 in turn. Sums of stride 1: of the column
 * before, zmm0 to zmm6; of this one, zmm7 to zmm13; of the next one, zmm14, zmm15, zmm25 to zmm29;
 * then the three change places. Stride 2: zmm0 to zmm6, zmm7 to zmm13. */
/* clang-format off */
#include "base/asm_x86_64.h"
#include "bench/conv/kernel_offsets.h"

#define SET_0 0, 1, 2, 3, 4, 5, 6
#define SET_1 7, 8, 9, 10, 11, 12, 13
#define SET_2 14, 15, 25, 26, 27, 28, 29

.macro cb_push register
    push \register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
.endm

.macro cb_pop register
    pop \register
    .cfi_adjust_cfa_offset -8
    .cfi_restore \register
.endm

/* An input's part of one output row: it meets the first, second or third row of the weights, for
 * the column before (a), its own (b) and the next (c), which begins with it. */
.macro cb_begin v, a, b, c
    vmulps zmm\c, zmm\v, zmm16
    vfmadd231ps zmm\b, zmm\v, zmm17
    vfmadd231ps zmm\a, zmm\v, zmm18
.endm

.macro cb_middle v, a, b, c
    vfmadd231ps zmm\c, zmm\v, zmm19
    vfmadd231ps zmm\b, zmm\v, zmm20
    vfmadd231ps zmm\a, zmm\v, zmm21
.endm

.macro cb_end v, a, b, c
    vfmadd231ps zmm\c, zmm\v, zmm22
    vfmadd231ps zmm\b, zmm\v, zmm23
    vfmadd231ps zmm\a, zmm\v, zmm24
.endm

/* Stride 1, where rbp is not 0: a line of each row that is fetched. */
.macro cb_fetch_next
    test rbp, rbp
    jz .Lfetched\@
    prefetcht1 [rbp]
    prefetcht1 [rbp+r10]
    prefetcht1 [rbp+r10*2]
    prefetcht1 [rbp+r11]
    prefetcht1 [rbp+r10*4]
    prefetcht1 [rbp+rbx]
    prefetcht1 [rbp+r11*2]
    prefetcht1 [rbp+r12]
    prefetcht1 [rbp+r10*8]
    prefetcht1 [rcx]
    prefetcht1 [rcx+r13]
    prefetcht1 [rcx+r13*2]
    prefetcht1 [rcx+r14]
    prefetcht1 [rcx+r13*4]
    prefetcht1 [rcx+r15]
    prefetcht1 [rcx+r14*2]
    add rbp, 64
    add rcx, 64
.Lfetched\@:
.endm

/* One column of stride 1. */
.macro cb_column a0, a1, a2, a3, a4, a5, a6, b0, b1, b2, b3, b4, b5, b6, c0, c1, c2, c3, c4, c5, c6
    vpxord zmm\c0, zmm\c0, zmm\c0
    test r9d, 1
    jnz .Ltop\@
    vmovups zmm30, [rax]
    cb_begin 30, \a0, \b0, \c0
.Ltop\@:
    vmovups zmm31, [rax+r10]
    cb_begin 31, \a1, \b1, \c1
    cb_middle 31, \a0, \b0, \c0
    vmovups zmm30, [rax+r10*2]
    cb_begin 30, \a2, \b2, \c2
    cb_middle 30, \a1, \b1, \c1
    cb_end 30, \a0, \b0, \c0
    vmovups zmm31, [rax+r11]
    cb_begin 31, \a3, \b3, \c3
    cb_middle 31, \a2, \b2, \c2
    cb_end 31, \a1, \b1, \c1
    vmovups zmm30, [rax+r10*4]
    cb_begin 30, \a4, \b4, \c4
    cb_middle 30, \a3, \b3, \c3
    cb_end 30, \a2, \b2, \c2
    vmovups zmm31, [rax+rbx]
    cb_begin 31, \a5, \b5, \c5
    cb_middle 31, \a4, \b4, \c4
    cb_end 31, \a3, \b3, \c3
    vmovups zmm30, [rax+r11*2]
    cb_begin 30, \a6, \b6, \c6
    cb_middle 30, \a5, \b5, \c5
    cb_end 30, \a4, \b4, \c4
    vmovups zmm31, [rax+r12]
    cb_middle 31, \a6, \b6, \c6
    cb_end 31, \a5, \b5, \c5
    test r9d, 2
    jnz .Lbottom\@
    vmovups zmm30, [rax+r10*8]
    cb_end 30, \a6, \b6, \c6
.Lbottom\@:
    add rax, r8
.endm

/* One column of stride 2 that is the middle of an output pixel's. */
.macro cb_middle_column a0, a1, a2, a3, a4, a5, a6
    lea rbp, [rax+r10*8]
    test r9d, 1
    jnz .Ltop\@
    vfmadd231ps zmm\a0, zmm17, [rax]
.Ltop\@:
    vfmadd231ps zmm\a0, zmm20, [rax+r10]
    vmovups zmm30, [rax+r10*2]
    vfmadd231ps zmm\a0, zmm30, zmm23
    vfmadd231ps zmm\a1, zmm30, zmm17
    vfmadd231ps zmm\a1, zmm20, [rax+r11]
    vmovups zmm31, [rax+r10*4]
    vfmadd231ps zmm\a1, zmm31, zmm23
    vfmadd231ps zmm\a2, zmm31, zmm17
    vfmadd231ps zmm\a2, zmm20, [rax+rbx]
    vmovups zmm30, [rax+r11*2]
    vfmadd231ps zmm\a2, zmm30, zmm23
    vfmadd231ps zmm\a3, zmm30, zmm17
    vfmadd231ps zmm\a3, zmm20, [rax+r12]
    vmovups zmm31, [rbp]
    vfmadd231ps zmm\a3, zmm31, zmm23
    vfmadd231ps zmm\a4, zmm31, zmm17
    vfmadd231ps zmm\a4, zmm20, [rbp+r10]
    vmovups zmm30, [rbp+r10*2]
    vfmadd231ps zmm\a4, zmm30, zmm23
    vfmadd231ps zmm\a5, zmm30, zmm17
    vfmadd231ps zmm\a5, zmm20, [rbp+r11]
    vmovups zmm31, [rbp+r10*4]
    vfmadd231ps zmm\a5, zmm31, zmm23
    vfmadd231ps zmm\a6, zmm31, zmm17
    vfmadd231ps zmm\a6, zmm20, [rbp+rbx]
    test r9d, 2
    jnz .Lbottom\@
    vfmadd231ps zmm\a6, zmm23, [rbp+r11*2]
.Lbottom\@:
    add rax, r8
.endm

.macro cb_begin_2 v, a, c
    vmulps zmm\c, zmm\v, zmm16
    vfmadd231ps zmm\a, zmm\v, zmm18
.endm

.macro cb_middle_2 v, a, c
    vfmadd231ps zmm\c, zmm\v, zmm19
    vfmadd231ps zmm\a, zmm\v, zmm21
.endm

.macro cb_end_2 v, a, c
    vfmadd231ps zmm\c, zmm\v, zmm22
    vfmadd231ps zmm\a, zmm\v, zmm24
.endm

/* One column of stride 2 that is the last of a pixel's (a) and the first of the next one's (c). */
.macro cb_shared_column a0, a1, a2, a3, a4, a5, a6, c0, c1, c2, c3, c4, c5, c6
    lea rbp, [rax+r10*8]
    vpxord zmm\c0, zmm\c0, zmm\c0
    test r9d, 1
    jnz .Ltop\@
    vmovups zmm30, [rax]
    cb_begin_2 30, \a0, \c0
.Ltop\@:
    vmovups zmm31, [rax+r10]
    cb_middle_2 31, \a0, \c0
    vmovups zmm30, [rax+r10*2]
    cb_begin_2 30, \a1, \c1
    cb_end_2 30, \a0, \c0
    vmovups zmm31, [rax+r11]
    cb_middle_2 31, \a1, \c1
    vmovups zmm30, [rax+r10*4]
    cb_begin_2 30, \a2, \c2
    cb_end_2 30, \a1, \c1
    vmovups zmm31, [rax+rbx]
    cb_middle_2 31, \a2, \c2
    vmovups zmm30, [rax+r11*2]
    cb_begin_2 30, \a3, \c3
    cb_end_2 30, \a2, \c2
    vmovups zmm31, [rax+r12]
    cb_middle_2 31, \a3, \c3
    vmovups zmm30, [rbp]
    cb_begin_2 30, \a4, \c4
    cb_end_2 30, \a3, \c3
    vmovups zmm31, [rbp+r10]
    cb_middle_2 31, \a4, \c4
    vmovups zmm30, [rbp+r10*2]
    cb_begin_2 30, \a5, \c5
    cb_end_2 30, \a4, \c4
    vmovups zmm31, [rbp+r11]
    cb_middle_2 31, \a5, \c5
    vmovups zmm30, [rbp+r10*4]
    cb_begin_2 30, \a6, \c6
    cb_end_2 30, \a5, \c5
    vmovups zmm31, [rbp+rbx]
    cb_middle_2 31, \a6, \c6
    test r9d, 2
    jnz .Lbottom\@
    vmovups zmm30, [rbp+r11*2]
    cb_end_2 30, \a6, \c6
.Lbottom\@:
    add rax, r8
.endm

/* Stride 2, the same of the input: two lines an output column. */
.macro cb_fetch_next_2
    mov rsi, [rsp - 16]
    test rsi, rsi
    jz .Lfetched\@
    lea rbp, [rsi+r10*8]
    prefetcht1 [rsi]
    prefetcht1 [rsi+r10]
    prefetcht1 [rsi+r10*2]
    prefetcht1 [rsi+r11]
    prefetcht1 [rsi+r10*4]
    prefetcht1 [rsi+rbx]
    prefetcht1 [rsi+r11*2]
    prefetcht1 [rsi+r12]
    prefetcht1 [rbp]
    prefetcht1 [rbp+r10]
    prefetcht1 [rbp+r10*2]
    prefetcht1 [rbp+r11]
    prefetcht1 [rbp+r10*4]
    prefetcht1 [rbp+rbx]
    prefetcht1 [rbp+r11*2]
    add rsi, 64
    mov [rsp - 16], rsi
.Lfetched\@:
.endm

/* The output's lines two columns on (stride 2, where there is the time): stores that miss the
 * first-level cache go one after another. */
.macro cb_fetch_output
    lea rsi, [rdx + r8*2]
    prefetchw [rsi]
    prefetchw [rsi+r13]
    prefetchw [rsi+r13*2]
    prefetchw [rsi+r14]
    prefetchw [rsi+r13*4]
    prefetchw [rsi+r15]
    prefetchw [rsi+r14*2]
.endm

.macro cb_store a0, a1, a2, a3, a4, a5, a6
    vmovups [rdx], zmm\a0
    vmovups [rdx+r13], zmm\a1
    vmovups [rdx+r13*2], zmm\a2
    vmovups [rdx+r14], zmm\a3
    vmovups [rdx+r13*4], zmm\a4
    vmovups [rdx+r15], zmm\a5
    vmovups [rdx+r14*2], zmm\a6
    add rdx, r8
.endm

/* Columns left of the output are computed and not stored. */
.macro cb_store_inside a0, a1, a2, a3, a4, a5, a6
    cmp rdx, rsi
    jb .Lleft\@
    cb_store \a0, \a1, \a2, \a3, \a4, \a5, \a6
    jmp .Lstored\@
.Lleft\@:
    add rdx, r8
.Lstored\@:
.endm

/* The weights of the vector at `offset`. */
.macro cb_weights offset
    lea rcx, [\offset + \offset*8]
    add rcx, [rdi + CB_CONV_STRIP_WEIGHTS]
    vmovups zmm16, [rcx]
    vmovups zmm17, [rcx + 64]
    vmovups zmm18, [rcx + 128]
    vmovups zmm19, [rcx + 192]
    vmovups zmm20, [rcx + 256]
    vmovups zmm21, [rcx + 320]
    vmovups zmm22, [rcx + 384]
    vmovups zmm23, [rcx + 448]
    vmovups zmm24, [rcx + 512]
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    vpxor xmm\n, xmm\n, xmm\n
    .endr
.endm

/* The next vector at `offset`; above or equal: there is none. */
.macro cb_next_vector offset
    add \offset, 64
    mov rcx, [rdi + CB_CONV_STRIP_VECTORS]
    shl rcx, 6
    cmp \offset, rcx
.endm

CB_FUNCTION(depthwise_strip_f32__avx512)
    cb_push rbx
    cb_push rbp
    cb_push r12
    cb_push r13
    cb_push r14
    cb_push r15
    mov r10, [rdi + CB_CONV_STRIP_ROW]
    lea r11, [r10 + r10*2]
    lea rbx, [r10 + r10*4]
    lea r12, [r11 + r10*4]
    mov r13, [rdi + CB_CONV_STRIP_OUT_ROW]
    lea r14, [r13 + r13*2]
    lea r15, [r13 + r13*4]
    mov r8, [rdi + CB_CONV_STRIP_PIXEL]
    mov r9, [rdi + CB_CONV_STRIP_BOTTOM]
    add r9, r9
    add r9, [rdi + CB_CONV_STRIP_TOP]
    mov rbp, [rdi + CB_CONV_STRIP_NEXT]
    mov [rsp - 16], rbp
    cmp qword ptr [rdi + CB_CONV_STRIP_STRIDE], 1
    jne 6f

    xor esi, esi
    mov rcx, [rdi + CB_CONV_STRIP_NEXT_OUT]
2:  mov [rsp - 8], rsi
    mov [rsp - 24], rcx
    cb_weights rsi
    mov rcx, [rdi + CB_CONV_STRIP_COLUMNS]
    mov [rsp - 16], rcx
    mov rcx, [rsp - 24]
    mov rax, [rdi + CB_CONV_STRIP_INPUT]
    add rax, rsi
    add rsi, [rdi + CB_CONV_STRIP_OUTPUT]
    mov rdx, rsi
    sub rdx, r8
    cmp qword ptr [rdi + CB_CONV_STRIP_PAD], 0
    jne 3f
    sub rdx, r8
    CB_LOOP(columns)
3:  cb_fetch_next
    cb_column SET_0, SET_1, SET_2
    cb_store_inside SET_0
    dec qword ptr [rsp - 16]
    jz 4f
    cb_fetch_next
    cb_column SET_1, SET_2, SET_0
    cb_store_inside SET_1
    dec qword ptr [rsp - 16]
    jz 5f
    cb_fetch_next
    cb_column SET_2, SET_0, SET_1
    cb_store_inside SET_2
    dec qword ptr [rsp - 16]
    CB_LOOP_END_IF(columns, jnz)
    cmp qword ptr [rdi + CB_CONV_STRIP_ENDS], 0
    jne 9f
    cb_store SET_0
    jmp 9f
4:  cmp qword ptr [rdi + CB_CONV_STRIP_ENDS], 0
    jne 9f
    cb_store SET_1
    jmp 9f
5:  cmp qword ptr [rdi + CB_CONV_STRIP_ENDS], 0
    jne 9f
    cb_store SET_2
9:  mov rsi, [rsp - 8]
    mov [rsp - 24], rcx
    cb_next_vector rsi
    mov rcx, [rsp - 24]
    jb 2b
    jmp 8f

6:  xor esi, esi
7:  mov [rsp - 8], rsi
    cb_weights rsi
    mov rax, [rdi + CB_CONV_STRIP_INPUT]
    add rax, rsi
    mov rdx, [rdi + CB_CONV_STRIP_OUTPUT]
    add rdx, rsi
    mov rcx, [rdi + CB_CONV_STRIP_OUT_COLUMNS]
    cmp qword ptr [rdi + CB_CONV_STRIP_PAD], 0
    jne 2f
    cb_shared_column SET_1, SET_0
    CB_LOOP(pairs)
2:  cb_fetch_output
    cb_fetch_next_2
    cb_middle_column SET_0
    dec rcx
    jz 3f
    cb_fetch_next_2
    cb_shared_column SET_0, SET_1
    cb_store SET_0
    cb_fetch_output
    cb_fetch_next_2
    cb_middle_column SET_1
    dec rcx
    jz 4f
    cb_fetch_next_2
    cb_shared_column SET_1, SET_0
    cb_store SET_1
    CB_LOOP_END_IF(pairs, jmp)
3:  cmp qword ptr [rdi + CB_CONV_STRIP_ENDS], 0
    je 5f
    cb_shared_column SET_0, SET_1
5:  cb_store SET_0
    jmp 9f
4:  cmp qword ptr [rdi + CB_CONV_STRIP_ENDS], 0
    je 5f
    cb_shared_column SET_1, SET_0
5:  cb_store SET_1
9:  mov rsi, [rsp - 8]
    cb_next_vector rsi
    jb 7b

8:  vzeroupper
    cb_pop r15
    cb_pop r14
    cb_pop r13
    cb_pop r12
    cb_pop rbp
    cb_pop rbx
    ret
CB_FUNCTION_END(depthwise_strip_f32__avx512)
