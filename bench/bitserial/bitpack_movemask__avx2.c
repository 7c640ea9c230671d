/* Sixty-four codes at a time, in two vectors. VPMOVMSKB takes bit 7 of every byte, so the codes are
 * shifted up by as much as their plane is below it. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i load(const void *from)
{
    return _mm256_loadu_si256(from);
}

INLINE uint64_t plane_of(__m256i codes, unsigned plane)
{
    __m256i top = _mm256_sll_epi16(codes, _mm_cvtsi32_si128((int)(7 - plane)));
    return (uint32_t)_mm256_movemask_epi8(top);
}

/* All planes of one word; returns the sum of the codes, counted from the masks. */
INLINE int64_t put_planes(__m256i low, __m256i high, unsigned bits, bool sums, uint8_t *out,
                          size_t plane_bytes)
{
    int64_t sum = 0;
#pragma GCC unroll 8
    for (unsigned plane = 0; plane < bits; plane++) {
        uint64_t mask = plane_of(low, plane) | plane_of(high, plane) << 32;
        memcpy(out + plane * plane_bytes, &mask, sizeof mask);
        if (sums)
            sum += _mm_popcnt_u64(mask) << plane;
    }
    return sum;
}

/* Words behind the last whole one: codes, then zeros. */
INLINE int64_t pack_tail(const cb_bits_pack *p, const uint8_t *x, unsigned bits, uint8_t *row)
{
    int64_t sum = 0;
    for (size_t q = p->k / 64; q < p->words; q++) {
        uint8_t codes[64] = {0};
        size_t left = p->k > q * 64 ? p->k - q * 64 : 0;
        for (size_t i = 0; i < left; i++)
            codes[i] = (uint8_t)(x[q * 64 + i] ^ p->flip);
        uint8_t *out = row + q / p->group * p->group_bytes + q % p->group * 8;
        sum += put_planes(load(codes), load(codes + 32), bits, true, out, p->plane_bytes);
    }
    return sum;
}

INLINE int64_t put_word(const uint8_t *x, unsigned flip, unsigned bits, bool sums, uint8_t *out,
                        size_t plane_bytes)
{
    const __m256i flips = _mm256_set1_epi8((char)flip);
    __m256i low = _mm256_xor_si256(load(x), flips), high = _mm256_xor_si256(load(x + 32), flips);
    return put_planes(low, high, bits, sums, out, plane_bytes);
}

#include "bench/bitserial/bitpack_rows.h"

void bitpack_movemask__avx2(const cb_bits_pack *pack)
{
    pack_any(pack);
}
