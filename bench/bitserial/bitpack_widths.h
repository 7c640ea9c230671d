/* Widths as constants, so that no loop over codes asks for them. A packer defines pack_bits(pack,
 * bits) before it includes this. */
#ifndef CB_BENCH_BITSERIAL_BITPACK_WIDTHS_H
#define CB_BENCH_BITSERIAL_BITPACK_WIDTHS_H

INLINE void pack_any(const cb_bits_pack *pack)
{
    switch (pack->bits) {
    case 1:
        pack_bits(pack, 1);
        break;
    case 2:
        pack_bits(pack, 2);
        break;
    case 3:
        pack_bits(pack, 3);
        break;
    case 4:
        pack_bits(pack, 4);
        break;
    case 5:
        pack_bits(pack, 5);
        break;
    case 6:
        pack_bits(pack, 6);
        break;
    case 7:
        pack_bits(pack, 7);
        break;
    default:
        pack_bits(pack, 8);
    }
}

#endif
