#include "models/accel/simulate.h"

#include <math.h>
#include <stdlib.h>

/* One core in one tile. */
typedef struct {
    double alone; /* cycles of what nobody disturbs */
    double looks; /* products still to be looked up */
} core_state;

typedef struct {
    const cb_accel_platform *p;
    const cb_accel_layer *part;
    core_state *cores;
    double channel_free; /* when the DMA channel has served all that it was given */
    cb_accel_simulation *sum;
} player;

static void load_cores(player *s, const cb_accel_tile *tile)
{
    for (int c = 0; c < s->p->cores; c++) {
        cb_accel_terms work = {{0}};
        cb_accel_core_work(s->p, s->part, tile, c, &work);
        s->cores[c].looks = work.of[CB_TERM_LUT_LOOK];
        work.of[CB_TERM_LUT_LOOK] = work.of[CB_TERM_LUT_CONFLICT] = 0;
        s->cores[c].alone = cb_accel_dot(&work, &s->p->cycles);
    }
}

static int looking(const player *s)
{
    int count = 0;
    for (int c = 0; c < s->p->cores; c++)
        count += s->cores[c].looks > 0;
    return count;
}

/* Until the next core has looked up all it needs: all that look go at the same speed. */
static double next_event(player *s, double look_cycles)
{
    double fewest = INFINITY;
    for (int c = 0; c < s->p->cores; c++)
        if (s->cores[c].looks > 0)
            fewest = fmin(fewest, s->cores[c].looks);
    for (int c = 0; c < s->p->cores; c++)
        if (s->cores[c].looks > 0) {
            s->cores[c].looks = s->cores[c].looks <= fewest ? 0 : s->cores[c].looks - fewest;
            s->sum->core_cycles += fewest * look_cycles;
            s->cores[c].alone += fewest * look_cycles;
        }
    return fewest * look_cycles;
}

/* Cycles until the last core reaches the barrier. */
static double compute_tile(player *s, const cb_accel_tile *tile)
{
    double last = 0;
    load_cores(s, tile);
    for (int c = 0; c < s->p->cores; c++)
        s->sum->core_cycles += s->cores[c].alone;
    double met = s->p->cycles.of[CB_TERM_LUT_CONFLICT] * cb_accel_crowding(s->p, s->part);
    for (int busy = looking(s); busy > 0; busy = looking(s))
        next_event(s, s->p->cycles.of[CB_TERM_LUT_LOOK] + met * (double)(busy - 1));
    for (int c = 0; c < s->p->cores; c++)
        last = fmax(last, s->cores[c].alone);
    return last;
}

/* A transfer given to the channel at `now`; when it is done. */
static double transfer(player *s, double now, double bytes)
{
    double cycles = bytes / s->p->l2_l1.bytes_per_cycle + s->p->l2_l1.latency_cycles;
    if (bytes <= 0)
        return s->channel_free;
    s->channel_free = fmax(s->channel_free, now) + cycles;
    s->sum->dma_cycles += cycles;
    return s->channel_free;
}

static double out_bytes(const player *s, const cb_accel_tile *t)
{
    return floor((double)(t->n * t->h * t->w) * s->part->out_bits / 8);
}

/* What a part takes that lies in L2. */
static double play_part(player *s, const cb_accel_tile *tile)
{
    cb_accel_tile_kind kinds[CB_TILE_KINDS];
    cb_accel_terms all = {{0}}, work = {{0}};
    int count = cb_accel_tile_kinds(s->part, tile, kinds);
    double now = 0, stored = 0;
    cb_accel_part_work(s->p, s->part, tile, &all);
    for (int i = 0; i < count; i++)
        for (int64_t k = 0; k < kinds[i].times; k++) {
            bool more = k + 1 < kinds[i].times || i + 1 < count;
            const cb_accel_tile *next = &kinds[k + 1 < kinds[i].times || !more ? i : i + 1].tile;
            double begin = now, loaded = begin;
            if (more)
                loaded = transfer(s, begin,
                                  cb_accel_tile_bytes(s->part, next, false) - out_bytes(s, next));
            now = fmax(begin + compute_tile(s, &kinds[i].tile), fmax(stored, loaded));
            stored = more ? transfer(s, now, out_bytes(s, &kinds[i].tile)) : now;
            s->sum->tiles++;
        }
    work.of[CB_TERM_LAYER_START] = all.of[CB_TERM_LAYER_START];
    work.of[CB_TERM_POOL_START] = all.of[CB_TERM_POOL_START];
    work.of[CB_TERM_TILE_START] = all.of[CB_TERM_TILE_START];
    work.of[CB_TERM_DMA_BYTE] = all.of[CB_TERM_DMA_BYTE];
    work.of[CB_TERM_DMA_SINGLE] = all.of[CB_TERM_DMA_SINGLE];
    s->channel_free = 0;
    return now + cb_accel_dot(&work, &s->p->cycles);
}

cb_status cb_accel_simulate(const cb_accel_platform *p, const cb_accel_layer *layer,
                            const cb_accel_plan *plan, cb_error *err,
                            cb_accel_simulation *simulation)
{
    cb_accel_simulation sum = {0};
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    cb_accel_layer last = cb_accel_part(layer, layer->cout - part.cout * (plan->parts - 1));
    player s = {.p = p, .part = &part, .sum = &sum};
    double weights = (double)(part.cout * cb_accel_depth(&part)) * part.weight_bits / 8;
    double move = weights / p->l3_l2.bytes_per_cycle + p->l3_l2.latency_cycles;
    s.cores = calloc((size_t)p->cores, sizeof *s.cores);
    if (!s.cores)
        return cb_fail(err, CB_NO_MEMORY, "%s: no memory to simulate it", layer->name);
    for (int64_t i = 0; i + 1 < plan->parts; i++)
        sum.cycles += fmax(play_part(&s, &plan->tile), move);
    s.part = &last;
    sum.cycles += play_part(&s, &plan->last);
    free(s.cores);
    *simulation = sum;
    return CB_OK;
}
