/* Where assembly finds the members of cb_conv_tile, in words of a pointer's size. */
#ifndef CB_BENCH_CONV_KERNEL_OFFSETS_H
#define CB_BENCH_CONV_KERNEL_OFFSETS_H

#if defined(__arm__)
#define CB_CONV_WORD 4
#else
#define CB_CONV_WORD 8
#endif

#define CB_CONV_INPUT      (0 * CB_CONV_WORD)
#define CB_CONV_WEIGHTS    (1 * CB_CONV_WORD)
#define CB_CONV_OUTPUT     (2 * CB_CONV_WORD)
#define CB_CONV_TAPS       (3 * CB_CONV_WORD)
#define CB_CONV_TAP_COUNT  (4 * CB_CONV_WORD)
#define CB_CONV_RUN        (5 * CB_CONV_WORD)
#define CB_CONV_PIXEL      (6 * CB_CONV_WORD)
#define CB_CONV_GROUP      (7 * CB_CONV_WORD)
#define CB_CONV_OUT_PIXEL  (8 * CB_CONV_WORD)
#define CB_CONV_OUT_GROUP  (9 * CB_CONV_WORD)
#define CB_CONV_OUT_VECTOR (10 * CB_CONV_WORD)
#define CB_CONV_ACCUMULATE (11 * CB_CONV_WORD)
#define CB_CONV_PLACES     (12 * CB_CONV_WORD)
#define CB_CONV_OUT_PLACES (13 * CB_CONV_WORD)
#define CB_CONV_NEXT       (14 * CB_CONV_WORD)

/* The same of cb_conv_depthwise_tile. */
#define CB_CONV_TILE_INPUT   (0 * CB_CONV_WORD)
#define CB_CONV_TILE_OUTPUT  (1 * CB_CONV_WORD)
#define CB_CONV_TILE_WEIGHTS (2 * CB_CONV_WORD)
#define CB_CONV_TILE_VECTORS (3 * CB_CONV_WORD)
#define CB_CONV_TILE_STRIDE  (4 * CB_CONV_WORD)

/* The same of cb_conv_depthwise_strip. */
#define CB_CONV_STRIP_INPUT       (0 * CB_CONV_WORD)
#define CB_CONV_STRIP_WEIGHTS     (1 * CB_CONV_WORD)
#define CB_CONV_STRIP_OUTPUT      (2 * CB_CONV_WORD)
#define CB_CONV_STRIP_VECTORS     (3 * CB_CONV_WORD)
#define CB_CONV_STRIP_COLUMNS     (4 * CB_CONV_WORD)
#define CB_CONV_STRIP_OUT_COLUMNS (5 * CB_CONV_WORD)
#define CB_CONV_STRIP_ENDS        (6 * CB_CONV_WORD)
#define CB_CONV_STRIP_ROW         (7 * CB_CONV_WORD)
#define CB_CONV_STRIP_PIXEL       (8 * CB_CONV_WORD)
#define CB_CONV_STRIP_OUT_ROW     (9 * CB_CONV_WORD)
#define CB_CONV_STRIP_STRIDE      (10 * CB_CONV_WORD)
#define CB_CONV_STRIP_PAD         (11 * CB_CONV_WORD)
#define CB_CONV_STRIP_TOP         (12 * CB_CONV_WORD)
#define CB_CONV_STRIP_BOTTOM      (13 * CB_CONV_WORD)
#define CB_CONV_STRIP_NEXT        (14 * CB_CONV_WORD)
#define CB_CONV_STRIP_NEXT_OUT    (15 * CB_CONV_WORD)

#endif
