/* Several low-bit numbers in one lane of a register: SLBC (J. Gong et al., MCU-MixQ, eqs. (3) to
 * (12)). */
#ifndef CB_ACCEL_PACKING_H
#define CB_ACCEL_PACKING_H

#include "models/accel/platform.h"

/* How operands lie in lanes. A multiplication of two lanes makes ns + nk - 1 sums of products (a
 * piece of a row and of a window's row), or, as a dot product, one sum of ns = nk products. */
typedef struct {
    int lane_bits, lanes; /* of the register */
    int field_bits;       /* from one number to the next: what the largest sum needs */
    int ns, nk;           /* inputs and weights in a lane */
    int sums;             /* fields that are taken out of a lane */
    int rounds;      /* multiplications whose sums stay in the lanes before they are taken out */
    double products; /* of one multiplication of registers */
} cb_accel_packing;

/* Bits that a field needs: in_bits + weight_bits + ceil(log2(products that add up in it)). */
int cb_accel_field_bits(int in_bits, int weight_bits, int64_t products);

/* The packing with the fewest cycles a product on this platform, of all that fit its lanes;
 * products 0 when none fits. */
cb_accel_packing cb_accel_pack(const cb_accel_platform *platform, const cb_accel_layer *layer);

/* Adds C_SISD + C_SIMD + C_bit (eq. (12)) of `rows` rows of `columns` outputs of `channels` output
 * channels. */
void cb_accel_packed_work(const cb_accel_platform *platform, const cb_accel_layer *layer,
                          int64_t rows, int64_t columns, int64_t channels, double *terms);

/* Adds the bit-serial work of so many pixels of `channels` output channels. */
void cb_accel_bit_serial_work(const cb_accel_platform *platform, const cb_accel_layer *layer,
                              int64_t pixels, int64_t channels, double *terms);

#endif
