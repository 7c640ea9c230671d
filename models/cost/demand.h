/* What one call of an operator asks of the machine, counted from its row: shape, tile, blocking,
 * packing, loop order. No time is in it, and nothing that was measured. docs/MODELS.md, "Time". */
#ifndef CB_COST_DEMAND_H
#define CB_COST_DEMAND_H

#include "models/cost/hardware.h"
#include "models/operators.h"
#include "models/traffic.h"

/* Ways to bring operands into place, each with a cost of its own in models/cost/terms.inc. */
typedef enum {
    CB_MOVE_COPY,
    CB_MOVE_TRANSPOSE,
    CB_MOVE_INTERLEAVE,
    CB_MOVE_GATHER,
    CB_MOVE_STRIDED,
    CB_MOVE_TRANSFORM,
    CB_MOVE_BITS, /* counted in bits; the others in bytes written */
    CB_MOVE_COUNT,
} cb_move;

/* Micro-kernel calls that are alike: whole tiles, or an edge. */
typedef struct {
    double steps;    /* of k, in all of them */
    double products; /* independent multiply-add instructions in a step */
} cb_demand_tiles;

enum { CB_DEMAND_TILES = 9 };

/* Of the busiest thread. */
typedef struct {
    const char *kernel; /* texts of the row */
    const char *dtype;  /* whose peak is the ceiling */
    const char *isa;
    int threads;  /* that take part */
    double share; /* of the whole work, at least 1 / threads */
    cb_demand_tiles tile[CB_DEMAND_TILES];
    size_t tile_kinds;
    double product_ops; /* operations of one multiply-add instruction, all lanes */
    double tiles;       /* calls of the micro-kernel */
    double calls;       /* products in one call: 1, or those that a convolution makes */
    double load_bytes;  /* L1 to registers, each load as wide as a register */
    size_t boundaries;
    double level_bytes[CB_TRAFFIC_CACHES]; /* [0]: L1-L2, both directions */
    double move[CB_MOVE_COUNT];
    double meetings; /* of the threads; 0 with one */
} cb_demand;

/* False when the row does not say what it does (a library's row, a kernel without loops). */
bool cb_demand_of(const cb_operator *op, const cb_hardware *hardware, cb_demand *demand);

/* The same of a product whose loops are given, `kr` steps of k beside each other. The demand holds
 * kernel, dtype and isa already. */
void cb_demand_gemm(const cb_gemm_loops *loops, double kr, const cb_hardware *hardware,
                    cb_demand *demand);

/* Whether a row that tells no loops is of a blocked product all the same (a library's, a published
 * one), and not of a plain loop. */
bool cb_demand_is_blocked(const cb_operator *op);

/* Loops as the product would have them with tiles of 8 x 12 (8 x 48 with long vectors), kc 256 and
 * blocks for the machine's caches, rows shared out. */
void cb_demand_assume(const cb_operator *op, const cb_hardware *hardware, cb_gemm_loops *loops);

/* ---- inside: one file for each family ---- */

bool cb_demand_conv(const cb_operator *op, const cb_hardware *hardware, cb_demand *demand);
bool cb_demand_bits(const cb_operator *op, const cb_hardware *hardware, cb_demand *demand);

/* Caches as one of `threads` threads has them; returns how many there are. */
size_t cb_demand_caches(const cb_hardware *hardware, int threads, cb_traffic_cache *caches);

/* Adds rows x columns tiles of mr x nr (lanes of a vector count as one product) with `steps`. */
void cb_demand_add_tiles(cb_demand *demand, const cb_gemm_loops *loops, double lanes, double steps);

#endif
