/* Inside of bench/gemm: one operand of a call, and where its panels are now. */
#ifndef CB_BENCH_GEMM_SIDE_H
#define CB_BENCH_GEMM_SIDE_H

#include "bench/gemm/notes.h"
#include "bench/gemm/pack.h"
#include "bench/gemm/panels.h"

typedef struct {
    cb_gemm_packing packing;
    cb_panels panels;
    bool in_call; /* packed by the call itself */
    cb_gemm_noting noting;
    int32_t *sums; /* of all lines, added to with each block of k; NULL: not wanted */
    /* The block that the loops stand at: panel i lies at block + (i - first) * panel_bytes, or,
     * where it lies as it is, at the place of its first element. */
    const char *block;
    size_t first, panel_bytes;
    size_t element_bytes; /* from one line of a direct operand to the next, else 0 */
} cb_gemm_side;

static inline const char *cb_side_panel(const cb_gemm_side *side, size_t i)
{
    if (side->element_bytes)
        return side->block + cb_panel_first(&side->panels, i) * side->element_bytes;
    return side->block + (i - side->first) * side->panel_bytes;
}

/* Steps [k_first, k_first + k_count) from now on. `buffer` holds the panels from `first` on when
 * the call packs them; otherwise the source itself is looked at. */
void cb_side_set_block(cb_gemm_side *side, char *buffer, size_t first, size_t k_first,
                       size_t k_count);

/* From one packed panel of so many steps to the next: its elements and its notes. */
size_t cb_side_panel_bytes(const cb_gemm_side *side, size_t steps);

/* Into `tile`, whose b is set, what the notes behind that panel say. */
static inline void cb_side_read_notes(const cb_gemm_side *side, cb_gemm_tile *tile)
{
    if (side->noting.bytes)
        cb_gemm_notes_read(&side->noting, (const char *)tile->b + side->panel_bytes, tile);
}

/* Packs panels [range.first, range.last) of the block into its buffer. */
void cb_side_pack(const cb_gemm_side *side, cb_range range, size_t k_first, size_t k_count,
                  char *buffer);

/* All of an operand, packed: for each block of k its panels, one after another. */
struct cb_gemm_packed {
    const cb_gemm_kernel *kernel;
    size_t kc, bytes;
    char *data;
    int32_t *sums; /* of integer types */
};

#endif
