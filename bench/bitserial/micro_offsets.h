/* Where the members of cb_bits_tile lie, for assembly with 64-bit pointers; kernels.c holds this to
 * micro.h. */
#ifndef CB_BENCH_BITSERIAL_MICRO_OFFSETS_H
#define CB_BENCH_BITSERIAL_MICRO_OFFSETS_H

#define CB_BITS_A              0
#define CB_BITS_W              8
#define CB_BITS_C              16
#define CB_BITS_C_ROW_BYTES    24
#define CB_BITS_BASE           32
#define CB_BITS_BASE_ROW_BYTES 40
#define CB_BITS_WORDS          48
#define CB_BITS_M              56
#define CB_BITS_A_PANEL_BYTES  64
#define CB_BITS_N              72
#define CB_BITS_SHIFT          80
#define CB_BITS_ROW_ADD        88

#endif
