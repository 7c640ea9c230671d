/* Thirty-two codes at a time. VPMOVMSKB takes bit 7 of every byte: the planes come from the top,
 * and adding a vector to itself lifts the next one. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>
#include <string.h>

/* Up to 32 codes, zeros behind the last; `mask` gets 0xff where a code is. */
static __m256i codes_at(const uint8_t *x, size_t left, __m256i *mask)
{
    uint8_t codes[32] = {0}, is_there[32] = {0};
    if (left >= 32) {
        *mask = _mm256_set1_epi8(-1);
        return _mm256_loadu_si256((const __m256i *)(const void *)x);
    }
    memcpy(codes, x, left);
    memset(is_there, 0xff, left);
    *mask = _mm256_loadu_si256((const __m256i *)(const void *)is_there);
    return _mm256_loadu_si256((const __m256i *)(const void *)codes);
}

static __m256i pack_half(const cb_bits_pack *p, const uint8_t *x, size_t left, uint8_t *out)
{
    __m256i mask, codes = codes_at(x, left, &mask);
    codes = _mm256_and_si256(codes, _mm256_set1_epi8((char)((1u << p->bits) - 1)));
    codes = _mm256_xor_si256(codes, _mm256_and_si256(mask, _mm256_set1_epi8((char)p->flip)));
    __m256i top = _mm256_sll_epi16(codes, _mm_cvtsi32_si128((int)(8 - p->bits)));
    for (unsigned plane = p->bits; plane-- > 0; top = _mm256_add_epi8(top, top)) {
        int bits = _mm256_movemask_epi8(top);
        memcpy(out + plane * p->plane_bytes, &bits, sizeof bits);
    }
    return _mm256_sad_epu8(codes, _mm256_setzero_si256());
}

static int32_t pack_row(const cb_bits_pack *p, const uint8_t *x, uint8_t *out)
{
    __m256i sum = _mm256_setzero_si256();
    for (size_t q = 0, within = 0; q < p->words; q++) {
        for (size_t half = 0; half < 2; half++) {
            size_t done = q * 64 + half * 32, left = p->k > done ? p->k - done : 0;
            uint8_t *to = out + within * 8 + half * 4;
            sum = _mm256_add_epi64(sum, pack_half(p, x + (left ? done : 0), left, to));
        }
        if (++within == p->group) {
            within = 0;
            out += p->group_bytes;
        }
    }
    __m128i two = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    return (int32_t)(_mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1));
}

void bitpack_movemask__avx2(const cb_bits_pack *pack)
{
    for (size_t i = 0; i < pack->rows; i++) {
        int32_t sum =
            pack_row(pack, pack->x + i * pack->x_row_bytes, pack->out + i * pack->row_bytes);
        if (pack->sums)
            pack->sums[i] = sum;
    }
}
