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
    CB_MOVE_TRANSPOSE, /* in elements, of whatever size */
    CB_MOVE_INTERLEAVE,
    CB_MOVE_SINGLE, /* in pieces of a few bytes */
    CB_MOVE_GATHER,
    CB_MOVE_STRIDED,
    CB_MOVE_TRANSFORM, /* in bytes read and written, as the next one */
    CB_MOVE_BITS,
    CB_MOVE_FINISH, /* in results; the others in bytes written */
    CB_MOVE_COUNT,
} cb_move;

/* An operator brings its operands into place, and multiplies: one after the other, so that limits
 * overlap within a phase only. */
typedef enum { CB_PHASE_MULTIPLY, CB_PHASE_MOVE, CB_PHASE_COUNT } cb_phase;

/* Bytes across the boundaries of the memory; [0]: L1-L2. Lines that are wanted one by one, far from
 * each other, are not fetched ahead: `scattered` bytes of those that come in. */
typedef struct {
    double in[CB_TRAFFIC_CACHES], out[CB_TRAFFIC_CACHES], scattered[CB_TRAFFIC_CACHES];
} cb_demand_bytes;

/* Micro-kernel calls that are alike: whole tiles, or an edge. */
typedef struct {
    double steps;    /* of k, in all of them */
    double products; /* independent multiply-add instructions in a step */
} cb_demand_tiles;

enum { CB_DEMAND_TILES = 9, CB_DEMAND_TILE_SUMS = 16 /* of the tile that is priced */ };

/* Of the busiest thread. */
typedef struct {
    const char *kernel; /* texts of the row */
    const char *dtype;  /* whose peak is the ceiling */
    const char *isa;
    double peak;  /* of that, operations a second of one thread; 0: to be looked up */
    int threads;  /* that take part */
    double share; /* of the whole work, at least 1 / threads */
    cb_demand_tiles tile[CB_DEMAND_TILES];
    size_t tile_kinds;
    double product_ops; /* operations of one multiply-add instruction, all lanes */
    double tiles;       /* calls of the micro-kernel */
    double tile_sums;   /* vectors of sums in one, on average */
    double calls;       /* products in one call: 1, or those that a convolution makes */
    double load_bytes;  /* L1 to registers, each load as wide as a register */
    double tile_cycles; /* beyond multiply-adds, by the unit's documentation (AMX) */
    bool waits_for_l2;  /* the unit has too few registers to load ahead from there (AMX) */
    size_t boundaries;
    cb_demand_bytes bytes[CB_PHASE_COUNT];
    double c_in, c_out; /* of those across L1-L2: C's, which nothing fetches ahead */
    double move[CB_MOVE_COUNT];
    double far_bytes; /* all operands': scattered lines come from so far away */
    double packed_panels;
    double meetings;     /* of the threads; 0 with one */
    double shared_lines; /* of C, that another thread writes too */
    double handed_lines; /* that another thread has written just before */
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

/* Whether a compiler made the row's loops, from a schedule (TVM's). */
bool cb_demand_is_compiled(const cb_operator *op);

/* Such loops keep blocks in the caches but C not in registers: each product loads B and C and
 * stores C. That is inferred, from how long they take on two cores (docs/MODELS.md). */
void cb_demand_leave_registers(const cb_operator *op, cb_demand *demand);

/* Loops as the product would have them with tiles of 8 x 12 (8 x 48 with long vectors), kc 256 and
 * blocks for the machine's caches, rows shared out. */
void cb_demand_assume(const cb_operator *op, const cb_hardware *hardware, cb_gemm_loops *loops);

/* ---- inside: one file for each family ---- */

bool cb_demand_conv(const cb_operator *op, const cb_hardware *hardware, cb_demand *demand);
bool cb_demand_bits(const cb_operator *op, const cb_hardware *hardware, cb_demand *demand);

/* How much of a working set, gone through again and again, a cache does not keep: by the staircase
 * of a second-level cache on pages of random colours nothing up to 0.7 of it, all beyond 1.7. */
double cb_demand_lost(double bytes, double cache);

/* Caches as one of `threads` threads has them; returns how many there are. */
size_t cb_demand_caches(const cb_hardware *hardware, int threads, cb_traffic_cache *caches);

/* What an AMX kernel does beside its products, `k_bytes` of k in `k_blocks`; nothing for others. */
void cb_demand_add_amx(const cb_gemm_loops *loops, double k_bytes, double k_blocks,
                       cb_demand *demand);

/* Adds rows x columns tiles of mr x nr (lanes of a vector count as one product) with `steps`. */
void cb_demand_add_tiles(cb_demand *demand, const cb_gemm_loops *loops, double lanes, double steps);

#endif
