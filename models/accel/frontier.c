#include "models/accel/frontier.h"

#include "models/accel/tile_floor.h"
#include "models/accel/tile_parts.h"
#include "models/accel/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_layer *part;
    cb_accel_tiler tiler;
    cb_tile_floor floor; /* of the fastest */
    cb_accel_frontier found;
    size_t capacity;
    bool no_memory;
} builder;

/* The last step of at most so many bytes; -1: none. */
static long step_at(const cb_accel_frontier *f, int64_t bytes)
{
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->stairs[middle].bytes <= bytes)
            low = middle + 1;
        else
            high = middle;
    }
    return (long)low - 1;
}

static bool grow(builder *b)
{
    if (b->found.count < b->capacity)
        return true;
    size_t capacity = b->capacity ? 2 * b->capacity : 32;
    cb_accel_stair *grown = realloc(b->found.stairs, capacity * sizeof *grown);
    if (!grown) {
        b->no_memory = true;
        return false;
    }
    b->found.stairs = grown;
    b->capacity = capacity;
    return true;
}

/* Candidates come in the solver's order, so the first of equal ones stays: a step is passed only by
 * one that is worth more. What takes more bytes and is worth less goes; an older step that is worth
 * as much stays for those who have its bytes. */
static void add(builder *b, int64_t bytes, double worth, const cb_accel_tile *tile)
{
    cb_accel_frontier *f = &b->found;
    long at = step_at(f, bytes);
    if (at >= 0 && f->stairs[at].worth >= worth)
        return;
    if (!grow(b))
        return;
    size_t first = (size_t)(at + 1), last = first;
    if (at >= 0 && f->stairs[at].bytes == bytes)
        first--;
    while (last < f->count && f->stairs[last].worth < worth)
        last++;
    memmove(&f->stairs[first + 1], &f->stairs[last], (f->count - last) * sizeof *f->stairs);
    f->count = f->count - (last - first) + 1;
    f->stairs[first] = (cb_accel_stair){bytes, worth, *tile};
}

/* Whether a tile of no more bytes takes less than this one's floor. */
static bool is_ruled_out(const builder *b, int64_t bytes, const cb_accel_tile *tile)
{
    long at = step_at(&b->found, bytes);
    return at >= 0 && b->found.stairs[at].worth >= -cb_tile_floor_of(&b->floor, tile);
}

static void look(void *context, const cb_accel_tile *tile)
{
    builder *b = context;
    if (tile->in_h > b->part->h || tile->in_w > b->part->w)
        return;
    int64_t bytes = cb_tile_buffered_bytes(b->part, tile);
    if (b->tiler == CB_TILER_DORY)
        add(b, bytes, (double)cb_tile_objective(b->part, tile, bytes), tile);
    else if (!is_ruled_out(b, bytes, tile))
        add(b, bytes, -cb_accel_part_cycles(b->platform, b->part, tile), tile);
}

cb_status cb_accel_frontier_find(const cb_accel_platform *p, const cb_accel_layer *part,
                                 cb_accel_tiler tiler, cb_error *err, cb_accel_frontier *frontier)
{
    builder b = {.platform = p, .part = part, .tiler = tiler};
    cb_accel_tile whole = cb_tile_whole(part);
    int64_t at_once = cb_tile_at_once_bytes(part);
    if (tiler == CB_TILER_FASTEST) {
        b.floor = cb_tile_floor_new(p, part);
        add(&b, at_once, -cb_accel_part_cycles(p, part, &whole), &whole);
    }
    cb_tile_each(part, look, &b);
    cb_tile_floor_free(&b.floor);
    if (tiler == CB_TILER_DORY)
        add(&b, at_once, INFINITY, &whole); /* what fits as a whole is not tiled */
    if (b.no_memory) {
        free(b.found.stairs);
        return cb_fail(err, CB_NO_MEMORY, "%s: no memory for its tiles", part->name);
    }
    *frontier = b.found;
    return CB_OK;
}

void cb_accel_frontier_free(cb_accel_frontier *frontier)
{
    free(frontier->stairs);
    *frontier = (cb_accel_frontier){NULL, 0};
}

const cb_accel_tile *cb_accel_frontier_tile(const cb_accel_frontier *frontier, int64_t l1_bytes)
{
    long at = step_at(frontier, l1_bytes);
    return at < 0 ? NULL : &frontier->stairs[at].tile;
}
