enum { VECTORS = 4 };

#include "bench/conv/q8direct_vnni.h"

void q8direct_6x1x64__vnni(const cb_q8_tile *tile)
{
    q8_direct(tile);
}
