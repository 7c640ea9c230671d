#include "models/accel/trace.h"

#include "base/units.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST_COLUMNS = 32,
    MOST_ROWS = 1 << 20,
    LINE_BYTES = 1024,
    MOST_CORES = 1024,
    MOST_BYTES = 1 << 30
};

enum { CASE, LAYER, CYCLES, CORES, L1, L2, L1_TILE, L2_TILE, FIELDS };
static const char *const names[FIELDS] = {"Case",   "layer_name", "num_cycles", "num_cores",
                                          "L1_mem", "L2_mem",     "L1_tiling",  "L2_tiling"};

typedef struct {
    const char *path;
    int line;
    int column[FIELDS]; /* of the file; -1: not there */
    cb_error *err;
} place;

static cb_status fail_at(const place *at, const char *why, const char *what)
{
    return cb_fail(at->err, CB_PARSE, "%.200s:%d: %s '%.60s'", at->path, at->line, why, what);
}

/* Cuts a line at its commas. */
static int split(char *line, char *cells[MOST_COLUMNS])
{
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (line && count < MOST_COLUMNS)
        cells[count++] = strsep(&line, ",");
    return count;
}

static cb_status read_header(place *at, char *line)
{
    char *cells[MOST_COLUMNS];
    int count = split(line, cells);
    for (int f = 0; f < FIELDS; f++) {
        at->column[f] = -1;
        for (int c = 0; c < count; c++)
            if (strcmp(cells[c], names[f]) == 0)
                at->column[f] = c;
        if (at->column[f] < 0 && f < L1_TILE)
            return fail_at(at, "no column", names[f]);
    }
    return CB_OK;
}

static cb_status number(const place *at, char *const *cells, int count, int field, double low,
                        double high, double *value)
{
    int column = at->column[field];
    const char *text = column >= 0 && column < count ? cells[column] : "";
    if (cb_parse_number(text, low, high, NULL, value) != CB_OK)
        return fail_at(at, "expected a number in column", names[field]);
    return CB_OK;
}

static cb_status read_tiles(const place *at, char *const *cells, int count, cb_accel_trace_row *row)
{
    row->l1_tile_bytes = row->l2_tile_bytes = -1;
    cb_status status = CB_OK;
    if (at->column[L1_TILE] >= 0)
        status = number(at, cells, count, L1_TILE, 0, 1e15, &row->l1_tile_bytes);
    if (status == CB_OK && at->column[L2_TILE] >= 0)
        status = number(at, cells, count, L2_TILE, 0, 1e15, &row->l2_tile_bytes);
    return status;
}

static cb_status read_row(const place *at, char *line, cb_accel_trace_row *row)
{
    char *cells[MOST_COLUMNS];
    int count = split(line, cells);
    double cores = 0, l1 = 0, l2 = 0;
    if (at->column[CASE] >= count || at->column[LAYER] >= count)
        return fail_at(at, "too few columns behind", cells[0]);
    snprintf(row->network, sizeof row->network, "%s", cells[at->column[CASE]]);
    snprintf(row->layer, sizeof row->layer, "%s", cells[at->column[LAYER]]);
    const char *digits = row->layer + strlen(row->layer);
    while (digits > row->layer && isdigit((unsigned char)digits[-1]))
        digits--;
    int64_t index = 0;
    if (cb_parse_integer(digits, 0, MOST_ROWS, NULL, &index) != CB_OK)
        return fail_at(at, "expected a number at the end of", row->layer);
    row->index = (size_t)index;
    cb_status status = number(at, cells, count, CYCLES, 1, 1e15, &row->cycles);
    if (status == CB_OK)
        status = number(at, cells, count, CORES, 1, MOST_CORES, &cores);
    if (status == CB_OK)
        status = number(at, cells, count, L1, 1, MOST_BYTES, &l1);
    if (status == CB_OK)
        status = number(at, cells, count, L2, 1, MOST_BYTES, &l2);
    row->cores = (int)cores;
    row->l1_bytes = (long)l1;
    row->l2_bytes = (long)l2;
    return status == CB_OK ? read_tiles(at, cells, count, row) : status;
}

static void number_network(cb_accel_trace *trace)
{
    cb_accel_trace_row *row = &trace->rows[trace->count];
    for (size_t i = 0; i < trace->count; i++)
        if (strcmp(trace->rows[i].network, row->network) == 0) {
            row->group = trace->rows[i].group;
            return;
        }
    row->group = trace->groups++;
}

static cb_status add_row(const place *at, char *line, cb_accel_trace *trace)
{
    if (trace->count >= MOST_ROWS)
        return fail_at(at, "more rows than", "2^20");
    if ((trace->count & (trace->count - 1)) == 0) {
        size_t capacity = trace->count ? 2 * trace->count : 1;
        cb_accel_trace_row *grown = realloc(trace->rows, capacity * sizeof *grown);
        if (!grown)
            return cb_fail(at->err, CB_NO_MEMORY, "%.200s: no memory to read it", at->path);
        trace->rows = grown;
    }
    cb_status status = read_row(at, line, &trace->rows[trace->count]);
    if (status != CB_OK)
        return status;
    number_network(trace);
    trace->count++;
    return CB_OK;
}

static cb_status read_lines(FILE *in, place *at, cb_accel_trace *trace)
{
    char line[LINE_BYTES];
    cb_status status = CB_OK;
    while (status == CB_OK && fgets(line, sizeof line, in)) {
        at->line++;
        if (!strchr(line, '\n') && !feof(in))
            return fail_at(at, "a line that is too long:", line);
        if (at->line == 1)
            status = read_header(at, line);
        else if (line[strspn(line, " \t\r\n")])
            status = add_row(at, line, trace);
    }
    if (status == CB_OK && trace->count == 0)
        return cb_fail(at->err, CB_PARSE, "%.200s: has no rows", at->path);
    return status;
}

void cb_accel_trace_free(cb_accel_trace *trace)
{
    free(trace->rows);
    *trace = (cb_accel_trace){NULL, 0, 0};
}

cb_status cb_accel_trace_read(const char *path, cb_error *err, cb_accel_trace *trace)
{
    place at = {.path = path, .err = err};
    *trace = (cb_accel_trace){NULL, 0, 0};
    FILE *in = fopen(path, "r");
    if (!in)
        return cb_fail(err, CB_IO, "%.200s: cannot be opened", path);
    cb_status status = read_lines(in, &at, trace);
    if (status == CB_OK && ferror(in))
        status = cb_fail(err, CB_IO, "%.200s: cannot be read", path);
    fclose(in);
    if (status != CB_OK)
        cb_accel_trace_free(trace);
    return status;
}

cb_status cb_accel_trace_impl(const char *trace_path, const cb_accel_trace_row *row, cb_error *err,
                              char *path, size_t bytes)
{
    static const char *const endings[] = {".impl.json", ".impl.yaml"};
    char stem[sizeof row->network];
    size_t length = 0;
    const char *slash = strrchr(trace_path, '/');
    int folder = slash ? (int)(slash - trace_path + 1) : 0;
    for (const char *c = row->network; *c; c++)
        if (isalnum((unsigned char)*c) || *c == '-' || *c == '_')
            stem[length++] = (char)tolower((unsigned char)*c);
    stem[length] = '\0';
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int needed = snprintf(path, bytes, "%.*s%s%s", folder, trace_path, stem, endings[i]);
        if (needed > 0 && (size_t)needed < bytes && access(path, R_OK) == 0)
            return CB_OK;
    }
    return cb_fail(err, CB_IO,
                   "%.200s: no file %s.impl.json or %s.impl.yaml beside it tells how "
                   "'%s' is implemented",
                   trace_path, stem, stem, row->network);
}

cb_status cb_accel_observe(const cb_accel_platform *platform, const cb_accel_model *model,
                           const cb_accel_trace_row *row, cb_error *err,
                           cb_accel_observation *observation, bool *same_tiles)
{
    cb_accel_platform p = *platform;
    cb_accel_plan plan;
    cb_accel_time time;
    if (row->index >= model->count)
        return cb_fail(err, CB_PARSE, "%s of %s: the network has %zu layers", row->layer,
                       row->network, model->count);
    const cb_accel_layer *layer = &model->layers[row->index];
    p.cores = row->cores;
    p.l1_bytes = row->l1_bytes;
    p.l2_bytes = row->l2_bytes;
    cb_status status = cb_accel_platform_check(&p, err);
    if (status == CB_OK)
        status = cb_accel_plan_layer(&p, layer, CB_TILER_DORY, err, &plan);
    if (status == CB_OK)
        status = cb_accel_time_layer(&p, layer, &plan, err, &time);
    if (status != CB_OK)
        return status;
    *observation = (cb_accel_observation){
        time.counts, row->cycles, time.stall_cycles + time.far_cycles, cb_accel_family_of(layer),
        row->group,  row->cores};
    *same_tiles = (row->l1_tile_bytes < 0 || row->l1_tile_bytes == plan.l1_bytes) &&
                  (row->l2_tile_bytes < 0 || row->l2_tile_bytes == plan.l2_bytes);
    return CB_OK;
}
