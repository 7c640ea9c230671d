#include "bench/gemm/gemm.h"

#include "bench/gemm/barrier.h"
#include "bench/gemm/direct.h"
#include "bench/gemm/side.h"
#include "bench/gemm/split.h"
#include "measure/buffer.h"

#include <stdlib.h>
#include <string.h>

/* Buffers start this far from a 4-KiB alias of each other. */
enum { STAGGER_BYTES = 704, PAGE_BYTES = 4096, HUGE_PAGE_BYTES = 2 << 20 };

/* Panels of fewer bytes are fetched by the core itself soon enough. */
enum { LINE_BYTES = 64, FAR_PANEL_BYTES = 4096 };

typedef struct worker worker;

struct cb_gemm {
    cb_gemm_plan plan;
    cb_gemm_type type;
    cb_isa_set isa;
    cb_panels m, n;
    int threads;
    int sharers;           /* threads that share one block of the outer operand */
    size_t m_step, n_step; /* panels of a block */
    size_t inner_bytes, outer_bytes, scratch_bytes;
    cb_buffer workspace;
    int32_t *sums; /* rows' and columns', for each thread; NULL: not wanted */
    bool adds_start;
    bool is_direct;
    size_t edge_columns; /* that plain calls leave to the workers' `edge`: the last panel */
    cb_gemm_plan edge_plan;
    cb_gemm_split *split;      /* NULL: k is not cut. Else it has all that follows */
    worker *workers;           /* one for each thread */
    cb_spin_barrier *barriers; /* one for each group of sharers, and one for all */
};

/* One thread's part, and where it stands in a call. All that does not change from call to call is
 * worked out once: a small product takes less time than some divisions. */
struct worker {
    cb_gemm *gemm;
    const cb_gemm_args *args;
    int group, sharer;
    cb_gemm_side a, b;
    char *inner, *outer, *scratch;
    unsigned outer_turn;
    cb_range rows, columns; /* panels of this thread's part of C */
    cb_gemm_direct direct;  /* the same, where the plan is of that kind; */
    cb_gemm_direct edge;    /* and the last columns, where they are this thread's */
    bool has_edge;
    size_t k_first, k_count;
    bool is_last_k;
    bool only_packs;  /* this call multiplies nothing */
    char padding[64]; /* the next thread's lies in another cache line */
};

/* ---- making ---- */

static cb_gemm_side side_a(const cb_gemm *g)
{
    const cb_gemm_kernel *k = g->plan.kernel;
    return (cb_gemm_side){.panels = g->m,
                          .in_call = g->plan.packs & CB_GEMM_PACK_A,
                          .noting = cb_gemm_noting_of_a(&g->plan),
                          .packing = {.element = g->type.a_bytes,
                                      .kr = (size_t)k->kr_a,
                                      .width = (size_t)k->mr,
                                      .number = g->type.a,
                                      .isa = g->isa}};
}

static cb_gemm_side side_b(const cb_gemm *g)
{
    const cb_gemm_kernel *k = g->plan.kernel;
    return (cb_gemm_side){.panels = g->n,
                          .in_call = g->plan.packs & CB_GEMM_PACK_B,
                          .noting = cb_gemm_noting_of_b(&g->plan),
                          .packing = {.element = g->type.b_bytes,
                                      .kr = (size_t)k->kr_b,
                                      .width = (size_t)k->nr,
                                      .number = g->type.b,
                                      .isa = g->isa}};
}

/* A buffer for `panels` panels, with room for a stagger. */
static size_t buffer_bytes(const cb_gemm_side *side, size_t panels, size_t kc)
{
    size_t bytes = panels * cb_side_panel_bytes(side, kc);
    return bytes ? cb_round_up(bytes + STAGGER_BYTES, PAGE_BYTES) : 0;
}

static size_t fewer(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Panels of a block, at most what one thread's (one group's) share of the dimension holds. */
static size_t block_panels(const cb_panels *panels, size_t block, int parts)
{
    return fewer(cb_ceil_div(block, panels->width), cb_ceil_div(panels->count, (size_t)parts));
}

static void size_workspace(cb_gemm *g)
{
    const cb_gemm_plan *p = &g->plan;
    const cb_gemm_kernel *k = p->kernel;
    bool b_outer = p->order == CB_GEMM_B_OUTER;
    size_t m_panels = g->m_step, n_panels = g->n_step;
    cb_gemm_side a_side = side_a(g), b_side = side_b(g);
    size_t a = p->packs & CB_GEMM_PACK_A ? buffer_bytes(&a_side, m_panels, p->kc) : 0;
    size_t b = p->packs & CB_GEMM_PACK_B ? buffer_bytes(&b_side, n_panels, p->kc) : 0;
    g->inner_bytes = b_outer ? a : b;
    g->outer_bytes = b_outer ? b : a;
    size_t strip = b_outer ? m_panels * (size_t)k->mr * (size_t)k->nr
                           : n_panels * (size_t)k->nr * (size_t)k->mr;
    g->scratch_bytes = p->no_c ? cb_round_up(strip * g->type.c_bytes, PAGE_BYTES) : 0;
}

/* Two blocks for each group of several: a fast thread fills the next while a slow one reads. */
static size_t outer_count(const cb_gemm *g)
{
    return g->sharers > 1 ? 2 : 1;
}

static size_t groups_of(const cb_gemm *g)
{
    return (size_t)(g->threads / g->sharers);
}

/* Panels are read in an order that base pages' translations cannot follow; where the system has
 * huge pages for those who ask, they take a workspace of a fair part of one. */
static cb_status allocate_workspace(cb_gemm *g, size_t bytes, cb_error *err)
{
    size_t huge = bytes < HUGE_PAGE_BYTES ? HUGE_PAGE_BYTES : bytes;
    if (bytes >= HUGE_PAGE_BYTES / 8 &&
        cb_buffer_new(huge, 0, CB_PAGES_HUGE, NULL, &g->workspace) == CB_OK)
        return CB_OK;
    return cb_buffer_new(bytes, 0, CB_PAGES_DEFAULT, err, &g->workspace);
}

static cb_status allocate(cb_gemm *g, cb_error *err)
{
    size_t threads = (size_t)g->threads, barriers = groups_of(g) + 1;
    size_t bytes = threads * (g->inner_bytes + g->scratch_bytes) +
                   groups_of(g) * outer_count(g) * g->outer_bytes;
    g->barriers = aligned_alloc(128, barriers * sizeof *g->barriers);
    if (!g->barriers)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the barriers of a matrix multiply");
    memset(g->barriers, 0, barriers * sizeof *g->barriers);
    if (g->plan.row_sums || g->plan.column_sums) {
        g->sums = calloc(threads * (g->plan.m + g->plan.n) + 1, sizeof *g->sums);
        if (!g->sums)
            return cb_fail(err, CB_NO_MEMORY, "no memory for the sums of a matrix multiply");
    }
    return bytes ? allocate_workspace(g, bytes, err) : CB_OK;
}

static void set_buffers(worker *w, int thread)
{
    const cb_gemm *g = w->gemm;
    char *at = g->workspace.data;
    size_t thread_bytes = g->inner_bytes + g->scratch_bytes;
    w->inner = at + (size_t)thread * thread_bytes;
    w->scratch = w->inner + g->inner_bytes;
    w->outer = at + (size_t)g->threads * thread_bytes +
               (size_t)w->group * outer_count(g) * g->outer_bytes +
               (g->outer_bytes ? STAGGER_BYTES : 0);
}

/* The sums of an operand that several threads pack together are theirs together too. */
static void set_sums(worker *w, int thread)
{
    const cb_gemm *g = w->gemm;
    size_t lines = g->plan.m + g->plan.n;
    int32_t *own = g->sums + (size_t)thread * lines, *shared = g->sums + (size_t)w->group * lines;
    bool b_outer = g->plan.order == CB_GEMM_B_OUTER;
    if (g->plan.row_sums && w->a.in_call)
        w->a.sums = b_outer ? own : shared;
    if (g->plan.column_sums && w->b.in_call)
        w->b.sums = (b_outer ? shared : own) + g->plan.m;
}

static void set_direct(worker *w)
{
    const cb_gemm *g = w->gemm;
    cb_range rows = cb_panel_lines(&g->m, w->rows), columns = cb_panel_lines(&g->n, w->columns);
    w->has_edge = g->edge_columns && columns.last == g->plan.n && columns.first < g->plan.n;
    if (w->has_edge) {
        columns.last -= g->edge_columns;
        w->edge = cb_gemm_direct_of(&g->edge_plan, rows, (cb_range){columns.last, g->plan.n});
    }
    if (g->is_direct)
        w->direct = cb_gemm_direct_of(&g->plan, rows, columns);
}

static void set_worker(cb_gemm *g, int thread, worker *w)
{
    const cb_gemm_plan *p = &g->plan;
    int row = thread / p->threads_n, column = thread % p->threads_n;
    bool b_outer = p->order == CB_GEMM_B_OUTER;
    *w = (worker){.gemm = g,
                  .group = b_outer ? column : row,
                  .sharer = b_outer ? row : column,
                  .rows = cb_range_of(g->m.count, row, p->threads_m),
                  .columns = cb_range_of(g->n.count, column, p->threads_n)};
    w->a = side_a(g);
    w->b = side_b(g);
    set_direct(w);
    if (g->sums)
        set_sums(w, thread);
    if (g->workspace.data)
        set_buffers(w, thread);
}

static cb_status make_workers(cb_gemm *g, cb_error *err)
{
    g->workers = calloc((size_t)g->threads, sizeof *g->workers);
    if (!g->workers)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %d threads of a matrix multiply",
                       g->threads);
    for (int t = 0; t < g->threads; t++)
        set_worker(g, t, &g->workers[t]);
    return CB_OK;
}

/* All of a product whose k is not cut. */
static cb_status prepare(cb_gemm *g, cb_error *err)
{
    const cb_gemm_plan *plan = &g->plan;
    g->sharers = plan->order == CB_GEMM_B_OUTER ? plan->threads_m : plan->threads_n;
    g->m = cb_panels_of(plan->m, (size_t)plan->kernel->mr, true);
    g->n = cb_panels_of(plan->n, (size_t)plan->kernel->nr, false);
    if (cb_isa_cap(cb_isa_detect(), cb_isa_name(plan->kernel->isa), NULL, &g->isa) != CB_OK)
        g->isa = cb_isa_bit(CB_ISA_SCALAR);
    g->m_step = block_panels(&g->m, plan->mc, plan->threads_m);
    g->n_step = block_panels(&g->n, plan->nc, plan->threads_n);
    g->adds_start = side_b(g).noting.start_factor && !(plan->kernel->direct & CB_GEMM_STARTS);
    g->is_direct = cb_gemm_is_direct(plan) && !g->adds_start;
    g->edge_columns = cb_gemm_edge_of(plan, &g->edge_plan);
    size_workspace(g);
    cb_status status = allocate(g, err);
    return status ? status : make_workers(g, err);
}

cb_status cb_gemm_new(const cb_gemm_plan *plan, cb_error *err, cb_gemm **out)
{
    cb_gemm *g = calloc(1, sizeof *g);
    if (!g)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a matrix multiply");
    g->plan = *plan;
    g->type = *cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    g->threads = cb_gemm_plan_threads(plan);
    cb_status status =
        cb_gemm_plan_parts(plan) > 1 ? cb_gemm_split_new(plan, err, &g->split) : prepare(g, err);
    if (status != CB_OK) {
        cb_gemm_free(g);
        return status;
    }
    *out = g;
    return CB_OK;
}

void cb_gemm_free(cb_gemm *gemm)
{
    if (!gemm)
        return;
    cb_gemm_split_free(gemm->split);
    cb_buffer_free(&gemm->workspace);
    free(gemm->sums);
    free(gemm->workers);
    free(gemm->barriers);
    free(gemm);
}

/* ---- one call ---- */

/* alpha goes into one operand that the call packs: A if it can. */
static void set_args(worker *w, const cb_gemm_args *args)
{
    bool a_carries = w->a.in_call;
    w->args = args;
    w->a.packing.operand = &args->a;
    w->b.packing.operand = &args->b;
    w->a.packing.k_lies_near = !args->a.transposed;
    w->b.packing.k_lies_near = args->b.transposed;
    w->a.packing.scale = a_carries ? args->alpha : 1;
    w->b.packing.scale = a_carries ? 1 : args->alpha;
}

/* Packs the shared block together with the other sharers. */
static void pack_outer(worker *w, cb_gemm_side *side, cb_range block)
{
    cb_gemm *g = w->gemm;
    char *buffer = w->outer + (w->outer_turn++ % outer_count(g)) * g->outer_bytes;
    cb_side_set_block(side, buffer, block.first, w->k_first, w->k_count);
    if (!side->in_call)
        return;
    cb_range mine = cb_range_of(block.last - block.first, w->sharer, g->sharers);
    char *to = buffer + mine.first * side->panel_bytes;
    mine.first += block.first;
    mine.last += block.first;
    cb_side_pack(side, mine, w->k_first, w->k_count, to);
    cb_spin_barrier_wait(&g->barriers[w->group], (unsigned)g->sharers);
}

static void pack_inner(worker *w, cb_gemm_side *side, cb_range block)
{
    cb_side_set_block(side, w->inner, block.first, w->k_first, w->k_count);
    if (side->in_call)
        cb_side_pack(side, block, w->k_first, w->k_count, w->inner);
}

/* A part of C: its rows and columns of panels, and where it lies. */
typedef struct {
    size_t row, column, m, n;
    char *c;
    size_t ld;
} part_of_c;

static part_of_c part_at(const worker *w, cb_range rows, cb_range columns)
{
    const cb_gemm *g = w->gemm;
    part_of_c part = {.row = cb_panel_first(&g->m, rows.first),
                      .column = cb_panel_first(&g->n, columns.first)};
    part.m = cb_panel_first(&g->m, rows.last) - part.row;
    part.n = cb_panel_first(&g->n, columns.last) - part.column;
    part.ld = w->args->c ? w->args->c_ld : part.n;
    part.c = w->args->c ? (char *)w->args->c + (part.row * part.ld + part.column) * g->type.c_bytes
                        : w->scratch;
    return part;
}

static void apply_beta(const worker *w, const part_of_c *part)
{
    const cb_gemm *g = w->gemm;
    double beta = w->args->beta;
    if (w->k_first || beta == 0 || beta == 1)
        return;
    for (size_t i = 0; i < part->m; i++)
        cb_gemm_scale(g->type.c, part->c + i * part->ld * g->type.c_bytes, part->n, beta);
}

static const int32_t *sums_from(const cb_gemm_side *side, bool wanted, size_t first)
{
    if (!wanted)
        return NULL;
    return (side->in_call ? side->sums : side->packing.operand->packed->sums) + first;
}

static void finish_part(const worker *w, const part_of_c *part)
{
    if (!w->args->epilogue || !w->is_last_k)
        return;
    const cb_gemm_part done = {.row = part->row,
                               .column = part->column,
                               .m = part->m,
                               .n = part->n,
                               .c = part->c,
                               .ld = part->ld,
                               .row_sums = sums_from(&w->a, w->gemm->plan.row_sums, part->row),
                               .column_sums =
                                   sums_from(&w->b, w->gemm->plan.column_sums, part->column)};
    w->args->epilogue(w->args->epilogue_arg, &done);
}

/* What is the same for all tiles of a block. */
static cb_gemm_tile tile_of(const worker *w, const part_of_c *part)
{
    const cb_gemm_packing *a = &w->a.packing, *b = &w->b.packing;
    cb_gemm_tile tile = {.k = w->k_count,
                         .a_row_bytes = a->kr * a->element,
                         .a_step_bytes = a->width * a->kr * a->element,
                         .b_step_bytes = b->width * b->kr * b->element,
                         .c_row_bytes = part->ld * w->gemm->type.c_bytes,
                         .accumulate = w->k_first > 0 || w->args->beta != 0};
    if (w->a.element_bytes) {
        tile.a_row_bytes = w->a.element_bytes;
        tile.a_step_bytes = a->kr * a->element;
    }
    if (w->b.element_bytes)
        tile.b_step_bytes = b->operand->ld * b->element;
    return tile;
}

static void run_tile(const cb_gemm *g, const cb_gemm_tile *tile)
{
    g->plan.kernel->run(tile);
    if (g->adds_start)
        cb_gemm_add_start(tile);
}

/* The panel that the next strip starts with, towards the second-level cache, a slice with each tile
 * of this strip: it comes from the third level or from memory, and the first tile would wait for
 * it. */
typedef struct {
    const char *at;
    size_t slice_bytes; /* 0: it is not packed, or near anyway */
} coming_panel;

static coming_panel coming(const cb_gemm_side *side, size_t panel, size_t last, size_t tiles)
{
    if (side->element_bytes || panel >= last || side->panel_bytes < FAR_PANEL_BYTES)
        return (coming_panel){NULL, 0};
    return (coming_panel){cb_side_panel(side, panel), cb_ceil_div(side->panel_bytes, tiles)};
}

static void fetch_slice(coming_panel *panel)
{
    for (size_t at = 0; at < panel->slice_bytes; at += LINE_BYTES)
        __builtin_prefetch(panel->at + at, 0, 2);
    panel->at += panel->slice_bytes;
}

/* One panel of B against the block of A: down a strip of C. */
static void compute_column(const worker *w, cb_range rows, size_t column, size_t last_column)
{
    const cb_gemm *g = w->gemm;
    part_of_c part = part_at(w, rows, (cb_range){column, column + 1});
    apply_beta(w, &part);
    cb_gemm_tile tile = tile_of(w, &part);
    tile.b = cb_side_panel(&w->b, column);
    cb_side_read_notes(&w->b, &tile);
    tile.next_b = tile.b;
    tile.n = part.n;
    tile.c = part.c;
    tile.next_a = cb_side_panel(&w->a, rows.first);
    coming_panel next = coming(&w->b, column + 1, last_column, rows.last - rows.first);
    for (size_t i = rows.first; i < rows.last; i++) {
        bool more = i + 1 < rows.last;
        tile.a = tile.next_a;
        tile.next_a = cb_side_panel(&w->a, more ? i + 1 : rows.first);
        if (!more && column + 1 < last_column)
            tile.next_b = cb_side_panel(&w->b, column + 1);
        size_t m = cb_panel_length(&g->m, i);
        tile.again = i > rows.first && m == tile.m;
        tile.m = m;
        fetch_slice(&next);
        run_tile(g, &tile);
        tile.c = (char *)tile.c + tile.m * tile.c_row_bytes;
    }
    finish_part(w, &part);
}

/* One panel of A against the block of B: along a strip of C. */
static void compute_row(const worker *w, size_t row, size_t last_row, cb_range columns)
{
    const cb_gemm *g = w->gemm;
    part_of_c part = part_at(w, (cb_range){row, row + 1}, columns);
    apply_beta(w, &part);
    cb_gemm_tile tile = tile_of(w, &part);
    tile.a = cb_side_panel(&w->a, row);
    tile.next_a = tile.a;
    tile.m = part.m;
    tile.c = part.c;
    tile.next_b = cb_side_panel(&w->b, columns.first);
    coming_panel next = coming(&w->a, row + 1, last_row, columns.last - columns.first);
    for (size_t j = columns.first; j < columns.last; j++) {
        bool more = j + 1 < columns.last;
        tile.b = tile.next_b;
        cb_side_read_notes(&w->b, &tile);
        tile.next_b = cb_side_panel(&w->b, more ? j + 1 : columns.first);
        if (!more && row + 1 < last_row)
            tile.next_a = cb_side_panel(&w->a, row + 1);
        size_t n = cb_panel_length(&g->n, j);
        tile.again = j > columns.first && n == tile.n;
        tile.n = n;
        fetch_slice(&next);
        run_tile(g, &tile);
        tile.c = (char *)tile.c + tile.n * g->type.c_bytes;
    }
    finish_part(w, &part);
}

/* ---- loops ---- */

/* The next block of `step` panels behind `range`, inside `all`; empty at the end. */
static cb_range next_block(cb_range all, size_t from, size_t step)
{
    return (cb_range){from, fewer(all.last, from + step)};
}

static bool next_k(worker *w, bool first)
{
    const cb_gemm_plan *p = &w->gemm->plan;
    if (first)
        w->k_first = w->k_count = 0;
    w->k_first += w->k_count;
    w->k_count = fewer(p->kc, p->k - w->k_first);
    w->is_last_k = w->k_first + w->k_count == p->k;
    return first || w->k_count > 0;
}

static void inner_of_b(worker *w, cb_range columns, size_t m_step)
{
    cb_range rows = next_block(w->rows, w->rows.first, m_step);
    for (; rows.first < rows.last; rows = next_block(w->rows, rows.last, m_step)) {
        pack_inner(w, &w->a, rows);
        for (size_t j = columns.first; j < columns.last && !w->only_packs; j++)
            compute_column(w, rows, j, columns.last);
    }
}

static void inner_of_a(worker *w, cb_range rows, size_t n_step)
{
    cb_range columns = next_block(w->columns, w->columns.first, n_step);
    for (; columns.first < columns.last; columns = next_block(w->columns, columns.last, n_step)) {
        pack_inner(w, &w->b, columns);
        for (size_t i = rows.first; i < rows.last && !w->only_packs; i++)
            compute_row(w, i, rows.last, columns);
    }
}

static void run_b_outer(worker *w)
{
    size_t m_step = w->gemm->m_step, n_step = w->gemm->n_step;
    cb_range columns = next_block(w->columns, w->columns.first, n_step);
    for (; columns.first < columns.last; columns = next_block(w->columns, columns.last, n_step))
        for (bool more = next_k(w, true); more; more = next_k(w, false)) {
            pack_outer(w, &w->b, columns);
            inner_of_b(w, columns, m_step);
        }
}

static void run_a_outer(worker *w)
{
    size_t m_step = w->gemm->m_step, n_step = w->gemm->n_step;
    cb_range rows = next_block(w->rows, w->rows.first, m_step);
    for (; rows.first < rows.last; rows = next_block(w->rows, rows.last, m_step))
        for (bool more = next_k(w, true); more; more = next_k(w, false)) {
            pack_outer(w, &w->a, rows);
            inner_of_a(w, rows, n_step);
        }
}

static void run_blocks(worker *w, const cb_gemm_args *args, bool only_packs)
{
    set_args(w, args);
    w->only_packs = only_packs;
    if (w->gemm->plan.order == CB_GEMM_B_OUTER)
        run_b_outer(w);
    else
        run_a_outer(w);
}

static void meet(cb_gemm *gemm)
{
    if (gemm->threads > 1)
        cb_spin_barrier_wait(&gemm->barriers[groups_of(gemm)], (unsigned)gemm->threads);
}

static void run(cb_gemm *gemm, const cb_gemm_args *args, int thread, bool only_packs)
{
    if (gemm->split) {
        cb_gemm_split_call(gemm->split, args, thread, only_packs);
        return;
    }
    run_blocks(&gemm->workers[thread], args, only_packs);
    meet(gemm);
}

/* All but the last panel of columns, and that. */
static void run_with_edge(worker *w, const cb_gemm_args *args)
{
    w->columns.last--;
    run_blocks(w, args, false);
    w->columns.last++;
    cb_gemm_direct_run(&w->edge, args);
    meet(w->gemm);
}

void cb_gemm_call(cb_gemm *gemm, const cb_gemm_args *args, int thread)
{
    if (thread >= gemm->threads)
        return;
    worker *w = gemm->split ? NULL : &gemm->workers[thread];
    if (gemm->is_direct && cb_gemm_is_plain(args)) {
        cb_gemm_direct_run(&w->direct, args);
        if (w->has_edge)
            cb_gemm_direct_run(&w->edge, args);
        meet(gemm);
    } else if (w && w->has_edge && cb_gemm_is_plainest(args)) {
        run_with_edge(w, args);
    } else {
        run(gemm, args, thread, false);
    }
}

void cb_gemm_call_packing(cb_gemm *gemm, const cb_gemm_args *args, int thread)
{
    if (thread < gemm->threads)
        run(gemm, args, thread, true);
}
