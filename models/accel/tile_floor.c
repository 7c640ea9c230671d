#include "models/accel/tile_floor.h"

#include "models/accel/time.h"

#include <math.h>
#include <stdlib.h>

enum { CORES = 2, MOST_SIZES = 1 << 20 }; /* those that may be the slowest (work.h) */

/* Cycles of a tile of n channels on one of the cores: base + slope n. */
typedef struct cb_tile_line {
    double base[CORES], slope[CORES];
    bool known;
} line;

static const double below = 1 - 1e-9;

static bool splits_pixels(const cb_accel_layer *part)
{
    return part->kind == CB_ACCEL_POOL ||
           (part->kind == CB_ACCEL_CONV && !cb_accel_depthwise(part));
}

cb_tile_floor cb_tile_floor_new(const cb_accel_platform *platform, const cb_accel_layer *part)
{
    cb_tile_floor floor = {platform, part, NULL};
    if (splits_pixels(part) && part->ho <= MOST_SIZES && part->wo <= MOST_SIZES / part->ho)
        floor.lines = calloc((size_t)(part->ho * part->wo), sizeof *floor.lines);
    return floor;
}

void cb_tile_floor_free(cb_tile_floor *floor)
{
    free(floor->lines);
    floor->lines = NULL;
}

static double core_cycles(const cb_tile_floor *f, cb_accel_tile tile, int64_t n, int core)
{
    cb_accel_terms work = {{0}};
    tile.n = n;
    cb_accel_core_work(f->platform, f->part, &tile, core, &work);
    return cb_accel_dot(&work, &f->platform->cycles);
}

static const line *line_of(const cb_tile_floor *f, const cb_accel_tile *tile)
{
    line *l = &f->lines[(tile->h - 1) * f->part->wo + tile->w - 1];
    const int64_t most = f->part->cout > 1 ? f->part->cout : 2;
    for (int core = 0; !l->known && core < CORES && core < f->platform->cores; core++) {
        double one = core_cycles(f, *tile, 1, core), all = core_cycles(f, *tile, most, core);
        l->slope[core] = (all - one) / (double)(most - 1);
        l->base[core] = one - l->slope[core];
    }
    l->known = true;
    return l;
}

static double work_of(const cb_tile_floor *f, const cb_accel_tile *tile)
{
    const line *l = line_of(f, tile);
    double n = (double)tile->n;
    return fmax(l->base[0] + l->slope[0] * n, l->base[1] + l->slope[1] * n);
}

double cb_tile_floor_of(const cb_tile_floor *f, const cb_accel_tile *tile)
{
    cb_accel_tile_kind kinds[CB_TILE_KINDS];
    double sum = 0;
    int64_t tiles = 0;
    if (!f->lines)
        return 0;
    int count = cb_accel_tile_kinds(f->part, tile, kinds);
    for (int i = 0; i < count; i++)
        tiles += kinds[i].times;
    for (int i = 0; i < count; i++) {
        double work = work_of(f, &kinds[i].tile);
        double dma = tiles > 1 ? cb_accel_tile_dma(f->platform, f->part, &kinds[i].tile) : 0;
        sum += fmax(work, dma) * (double)kinds[i].times;
    }
    return below * (sum + cb_accel_part_ends(f->platform, f->part, kinds, count));
}
