#include "bench/gemm/pack.h"

#include <stdint.h>
#include <string.h>

enum { SIDE = 8 };

/* 8 x 8 bytes in general registers: halves, quarters, eighths change places across the diagonal
 * (Warren, "Hacker's Delight", section 7-3, for bytes in place of bits). */
static inline void swap_blocks(uint64_t *a, uint64_t *b, unsigned shift, uint64_t mask)
{
    uint64_t change = (*a >> shift ^ *b) & mask;
    *b ^= change;
    *a ^= change << shift;
}

static void transpose_8x8(uint8_t *to, size_t width, const uint8_t *from, size_t line_bytes)
{
    uint64_t r[SIDE];
    for (size_t i = 0; i < SIDE; i++)
        memcpy(&r[i], from + i * line_bytes, sizeof r[i]);
    for (size_t i = 0; i < 4; i++)
        swap_blocks(&r[i], &r[i + 4], 32, 0x00000000ffffffffu);
    for (size_t i = 0; i < SIDE; i += i % 4 == 1 ? 3 : 1)
        swap_blocks(&r[i], &r[i + 2], 16, 0x0000ffff0000ffffu);
    for (size_t i = 0; i < SIDE; i += 2)
        swap_blocks(&r[i], &r[i + 1], 8, 0x00ff00ff00ff00ffu);
    for (size_t i = 0; i < SIDE; i++)
        memcpy(to + i * width, &r[i], sizeof r[i]);
}

static void transpose_part(uint8_t *to, size_t width, const uint8_t *from, size_t line_bytes,
                           size_t count, size_t steps)
{
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < steps; p++)
            to[p * width + i] = from[i * line_bytes + p];
}

static inline size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

/* to[p][i] = from[i][p], units of 1 byte. */
void pack_transpose_u8__scalar(void *to, const void *from, size_t line_bytes, size_t count,
                               size_t steps, size_t width)
{
    for (size_t i = 0; i < count; i += SIDE)
        for (size_t p = 0; p < steps; p += SIDE) {
            uint8_t *place = (uint8_t *)to + p * width + i;
            const uint8_t *block = (const uint8_t *)from + i * line_bytes + p;
            size_t lines = at_most(count - i, SIDE), columns = at_most(steps - p, SIDE);
            if (lines == SIDE && columns == SIDE)
                transpose_8x8(place, width, block, line_bytes);
            else
                transpose_part(place, width, block, line_bytes, lines, columns);
        }
}
