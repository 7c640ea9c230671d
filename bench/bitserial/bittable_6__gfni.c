/* Tables of six activations, 64 entries: entry x is the sum of those whose bit in x is set. Bits 0
 * to 2 of x are a word's place in its quarter of a vector, bits 4 and 5 the quarter, bit 3 which of
 * two vectors, so that packing both to bytes brings all entries into their order. */
#include "bench/bitserial/micro.h"

#include <immintrin.h>

/* Codes that are taken at once, so that all six of a group come out of one store. */
enum { EACH = 6, GROUPS = 10, TABLE = 128 };

/* For each word of a vector, which two activations it takes, and whether it adds them. */
typedef struct {
    __m512i bytes, factors;
} pair;

typedef struct {
    pair first, second, third; /* 0 and 1, 2 and 3, 4 and 5 */
} pairs;

static pair pair_of(unsigned first, const uint8_t factors[64])
{
    uint8_t bytes[64];
    for (unsigned i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(first + i % 2);
    return (pair){_mm512_loadu_si512(bytes), _mm512_loadu_si512(factors)};
}

/* The second pair's factors are those of 2 alone. */
static pairs make_pairs(void)
{
    uint8_t first[64], second[64], third[64];
    for (unsigned i = 0; i < 64; i++) {
        unsigned word = i / 2 % 8, quarter = i / 16;
        first[i] = (uint8_t)(word >> i % 2 & 1);
        second[i] = (uint8_t)(i % 2 ? 0 : word >> 2);
        third[i] = (uint8_t)(quarter >> i % 2 & 1);
    }
    return (pairs){pair_of(0, first), pair_of(2, second), pair_of(4, third)};
}

static inline __m512i sums_of(const pair *p, __m512i t)
{
    return _mm512_maddubs_epi16(p->factors, _mm512_shuffle_epi8(t, p->bytes));
}

static inline void put_table(uint8_t *table, const pairs *p, const int8_t *t)
{
    const __m512i low_byte = _mm512_set1_epi16(255), with_3 = _mm512_set1_epi16(0x0100);
    long long codes;
    __builtin_memcpy(&codes, t, sizeof codes);
    __m512i all = _mm512_set1_epi64(codes);
    __m512i outer = _mm512_add_epi16(sums_of(&p->first, all), sums_of(&p->third, all));
    pair both = {p->second.bytes, _mm512_or_si512(p->second.factors, with_3)};
    __m512i without = _mm512_add_epi16(outer, sums_of(&p->second, all));
    __m512i with = _mm512_add_epi16(outer, sums_of(&both, all));
    _mm512_storeu_si512(table, _mm512_packus_epi16(_mm512_and_si512(without, low_byte),
                                                   _mm512_and_si512(with, low_byte)));
    _mm512_storeu_si512(
        table + 64, _mm512_packs_epi16(_mm512_srai_epi16(without, 8), _mm512_srai_epi16(with, 8)));
}

void bittable_6__gfni(const cb_bits_table *table)
{
    const pairs p = make_pairs();
    const __m512i mask = _mm512_set1_epi8((char)((1u << table->bits) - 1));
    const __m512i flip = _mm512_set1_epi8((char)table->flip);
    const __m512i centre = _mm512_set1_epi8((char)(1u << (table->bits - 1)));
    __m512i sum = _mm512_setzero_si512();
    uint8_t *to = table->table;
    for (size_t group = 0; group < table->groups; group += GROUPS) {
        size_t left = table->k > group * EACH ? table->k - group * EACH : 0;
        size_t count = table->groups - group < GROUPS ? table->groups - group : GROUPS;
        __mmask64 there = ((__mmask64)1 << (left < EACH * GROUPS ? left : EACH * GROUPS)) - 1;
        int8_t t[64];
        __m512i v = _mm512_maskz_loadu_epi8(there, table->x + (left ? group * EACH : 0));
        v = _mm512_xor_si512(_mm512_and_si512(v, mask), flip);
        v = _mm512_maskz_sub_epi8(there, v, centre);
        _mm512_storeu_si512(t, v);
        v = _mm512_maskz_add_epi8(there, v, centre);
        sum = _mm512_add_epi64(sum, _mm512_sad_epu8(v, _mm512_setzero_si512()));
        for (size_t g = 0; g < count; g++, to += TABLE)
            put_table(to, &p, t + g * EACH);
    }
    *table->sum =
        (int32_t)(_mm512_reduce_add_epi64(sum) - ((long long)table->k << (table->bits - 1)));
}
