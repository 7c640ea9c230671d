/* The rows as tables for a person: one table a family, only the columns that say something, no line
 * longer than 100 columns, a row without figures with its reason. */
#include "results/fit.h"
#include "results/results.h"
#include "results/writers.h"

#include <stdlib.h>
#include <string.h>

/* Behind a row whose clock moved, and below its table with what it means. */
#define DRIFT_MARK " *"

enum { MARK = sizeof DRIFT_MARK - 1, GAP = 2, NARROWEST = 8, MAX_COLUMNS = 14 };

typedef enum {
    WORDS,
    KIND,
    PARAMS,
    COUNT_OF,
    SIZE,
    OPS,
    RATE,
    PER_CYCLE,
    HERTZ,
    SECONDS,
    CYCLES,
    SPREAD
} kind;

typedef struct {
    const char *title;
    const char *path;
    kind kind; /* up to SIZE a column says what was measured; from OPS on what came out */
} column;

/* In each table what was measured comes before what came out. */
static const column peak_columns[] = {
    {"kernel", "kernel", WORDS},
    {"type", "dtype", WORDS},
    {"core", "core_kind", KIND},
    {"tool", "tool", WORDS},
    {"n", "params.n", COUNT_OF},
    {"threads", "threads", COUNT_OF},
    {"rate", "ops_per_s", OPS},
    {"/cycle", "ops_per_cycle", PER_CYCLE},
    {"limit", "theoretical.ops_per_cycle", PER_CYCLE},
    {"latency", "latency_cycles", CYCLES},
    {"clock", "clock_hz", HERTZ},
    {"spread", "time_s", SPREAD},
    {0},
};
static const column membw_columns[] = {
    {"kernel", "kernel", WORDS},
    {"pattern", "params.pattern", WORDS},
    {"core", "core_kind", KIND},
    {"tool", "tool", WORDS},
    {"level", "params.level", WORDS},
    {"block", "params.block_bytes", SIZE},
    {"threads", "threads", COUNT_OF},
    {"rate", "bytes_per_s", RATE},
    {"B/cycle", "bytes_per_cycle", PER_CYCLE},
    {"latency", "latency_s", SECONDS},
    {"spread", "time_s", SPREAD},
    {0},
};
static const column bitserial_columns[] = {
    {"kernel", "kernel", WORDS},
    {"variant", "variant", WORDS},
    {"bits", "dtype", WORDS},
    {"layer", "params.layer", WORDS},
    {"m", "params.m", COUNT_OF},
    {"core", "core_kind", KIND},
    {"threads", "threads", COUNT_OF},
    {"rate", "ops_per_s", OPS},
    {"of peak", "peak_share", PER_CYCLE},
    {"bandwidth", "bytes_per_s", RATE},
    {"time", "time_s.median", SECONDS},
    {0},
};
static const column gemm_columns[] = {
    {"variant", "variant", WORDS},
    {"kernel", "kernel", WORDS},
    {"type", "dtype", KIND},
    {"trans", "params.trans", KIND},
    {"shape", "params.shape", WORDS},
    {"m", "params.m", COUNT_OF},
    {"n", "params.n", COUNT_OF},
    {"k", "params.k", COUNT_OF},
    {"core", "core_kind", KIND},
    {"threads", "threads", COUNT_OF},
    {"rate", "ops_per_s", OPS},
    {"of peak", "peak_share", PER_CYCLE},
    {"time", "time_s.median", SECONDS},
    {0},
};
static const column conv_columns[] = {
    {"layer", "params.layer", WORDS},
    {"layout", "params.layout", WORDS},
    {"variant", "variant", WORDS},
    {"type", "dtype", KIND},
    {"core", "core_kind", KIND},
    {"tool", "tool", WORDS},
    {"threads", "threads", COUNT_OF},
    {"rate", "ops_per_s", OPS},
    {"of peak", "peak_share", PER_CYCLE},
    {"time", "time_s.median", SECONDS},
    {"layout time", "layout_s", SECONDS},
    {0},
};
static const column network_columns[] = {
    {"layer", "params.layer", COUNT_OF},
    {"operators", "params.covers", WORDS},
    {"bits", "dtype", WORDS},
    {"core", "core_kind", KIND},
    {"by", "variant", WORDS},
    {"kernel", "kernel", WORDS},
    {"rate", "ops_per_s", OPS},
    {"time", "time_s.median", SECONDS},
    {"share", "share", PER_CYCLE},
    {0},
};
static const column other_columns[] = {
    {"kernel", "kernel", WORDS},        {"variant", "variant", WORDS},
    {"type", "dtype", WORDS},           {"params", "params", PARAMS},
    {"core", "core_kind", KIND},        {"tool", "tool", WORDS},
    {"threads", "threads", COUNT_OF},   {"rate", "ops_per_s", OPS},
    {"bandwidth", "bytes_per_s", RATE}, {"time", "time_s.median", SECONDS},
    {"spread", "time_s", SPREAD},       {0},
};

static const struct {
    const char *family;
    const column *columns;
} tables[] = {
    {"peak", peak_columns},
    {"membw", membw_columns},
    {"gemm", gemm_columns},
    {"conv", conv_columns},
    {"bitserial", bitserial_columns},
    {"network", network_columns},
};

typedef struct {
    const column *columns;
    size_t column_count;
    int width[MAX_COLUMNS]; /* 0: the column has nothing to say */
} layout;

static const column *columns_of(const char *family)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].family, family) == 0)
            return tables[i].columns;
    return other_columns;
}

/* ---- cells ---- */

static void spread_text(const json_t *row, cb_cell *to)
{
    double median = cb_row_number(row, "time_s.median", 0);
    double mad = cb_row_number(row, "time_s.mad", -1);
    if (median > 0 && mad >= 0)
        snprintf(to->text, sizeof to->text, mad < 10 * median ? "%.2f %%" : "%.3g %%",
                 100 * mad / median);
}

/* "m=512 n=512 k=512" */
static void params_text(const json_t *row, cb_cell *to)
{
    const char *key;
    json_t *value;
    char all[4 * CB_CELL_BYTES] = ""; /* room for one whole pair behind a cell that is full */
    size_t used = 0;
    json_object_foreach(json_object_get(row, "params"), key, value)
    {
        const char *text = json_string_value(value);
        cb_cell name, content;
        if (used >= CB_CELL_BYTES || (!text && !json_is_number(value)))
            continue;
        cb_copy_plain(&name, key);
        cb_copy_plain(&content, text ? text : cb_number_text(value).text);
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s=%s", used ? " " : "",
                                 name.text, content.text);
    }
    cb_copy_plain(to, all);
}

static const char *operation_unit(const json_t *row)
{
    const char *dtype = cb_row_text(row, "dtype");
    return dtype && (*dtype == 'f' || strncmp(dtype, "bf", 2) == 0) ? "FLOP/s" : "OP/s";
}

static void number_text(const json_t *row, const column *c, double value, cb_cell *to)
{
    cb_text text = {""};
    if (c->kind == SIZE && value < 0x1p63)
        text = cb_format_bytes((uint64_t)value);
    else if (c->kind == OPS)
        text = cb_format_si(value, operation_unit(row));
    else if (c->kind == SIZE)
        text = cb_format_si(value, "B");
    else if (c->kind == RATE)
        text = cb_format_si(value, "B/s");
    else if (c->kind == HERTZ)
        text = cb_format_si(value, "Hz");
    else if (c->kind == SECONDS)
        text = cb_format_si(value, "s");
    else
        snprintf(text.text, sizeof text.text, c->kind == CYCLES ? "%.4g cyc" : "%.4g", value);
    snprintf(to->text, sizeof to->text, "%s", text.text);
}

static void cell_text(const json_t *row, const column *c, cb_cell *to)
{
    double number = cb_row_number(row, c->path, -1);
    const char *text = cb_row_text(row, c->path);
    to->text[0] = 0;
    if (c->kind == SPREAD)
        spread_text(row, to);
    else if (c->kind == PARAMS)
        params_text(row, to);
    else if ((c->kind == WORDS || c->kind == KIND) && text)
        cb_copy_plain(to, text);
    else if (c->kind > PARAMS && number >= 0)
        number_text(row, c, number, to);
}

static int is_ok(const json_t *row)
{
    return strcmp(cb_row_text(row, "status"), "ok") == 0;
}

static int is_of(const json_t *row, const char *family)
{
    return strcmp(cb_row_text(row, "family"), family) == 0;
}

/* ---- layout ---- */

static int total_width(const layout *l)
{
    int total = -GAP;
    for (size_t i = 0; i < l->column_count; i++)
        total += l->width[i] ? l->width[i] + GAP : 0;
    return total;
}

/* The widest column of words that may still lose a character, or `column_count`. */
static size_t widest_column(const layout *l)
{
    size_t widest = l->column_count;
    for (size_t i = 0; i < l->column_count; i++)
        if (l->columns[i].kind <= PARAMS && l->width[i] > NARROWEST &&
            (widest == l->column_count || l->width[i] > l->width[widest]))
            widest = i;
    return widest;
}

/* The column to leave out: the last one of words, or the last one, but never a row's name. */
static size_t least_column(const layout *l)
{
    size_t of_words = 0, of_all = 0;
    for (size_t i = 1; i < l->column_count; i++) {
        if (!l->width[i])
            continue;
        of_all = i;
        of_words = l->columns[i].kind <= PARAMS ? i : of_words;
    }
    return of_words ? of_words : of_all;
}

/* Takes from the widest column of words until the line fits; when all are narrow, leaves columns
 * out. */
static void shrink(layout *l)
{
    while (total_width(l) > CB_LINE - MARK) {
        size_t widest = widest_column(l);
        if (widest < l->column_count)
            l->width[widest]--;
        else
            l->width[least_column(l)] = 0;
    }
}

/* How wide a column has to be for the family's rows; 0 when it says nothing: no row has it, or all
 * cores are of one kind. */
static int width_of_column(const json_t *document, const char *family, const column *c)
{
    cb_cell first = {""}, text;
    int width = 0, differs = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (!is_of(row, family))
            continue;
        cell_text(row, c, &text);
        int needed = cb_width(text.text);
        width = needed > width ? needed : width;
        if (!needed)
            continue;
        differs |= *first.text && strcmp(first.text, text.text) != 0;
        first = text;
    }
    if (!width || (c->kind == KIND && !differs))
        return 0;
    int title = cb_width(c->title);
    return width > title ? width : title;
}

static layout layout_of(const json_t *document, const char *family)
{
    layout l = {.columns = columns_of(family)};
    for (; l.columns[l.column_count].title; l.column_count++)
        l.width[l.column_count] = width_of_column(document, family, &l.columns[l.column_count]);
    shrink(&l);
    return l;
}

/* Words stand left, figures right. */
static void put_aligned(const char *text, const column *c, int width, FILE *out)
{
    int pad = width - cb_width(text);
    pad = pad > 0 ? pad : 0;
    if (c->kind > PARAMS)
        fprintf(out, "%*s", pad, "");
    cb_put_cut(text, width, out);
    if (c->kind <= PARAMS)
        fprintf(out, "%*s", pad, "");
}

static void put_header(const layout *l, FILE *out)
{
    int gap = 0;
    for (size_t i = 0; i < l->column_count; i++) {
        if (!l->width[i])
            continue;
        fprintf(out, "%*s", gap, "");
        put_aligned(l->columns[i].title, &l->columns[i], l->width[i], out);
        gap = GAP;
    }
    putc('\n', out);
}

/* The row's cells up to kind `last`; returns how far the line then is. */
static int put_cells(const json_t *row, const layout *l, kind last, FILE *out)
{
    int at = 0;
    for (size_t i = 0; i < l->column_count; i++) {
        cb_cell text;
        if (!l->width[i] || l->columns[i].kind > last)
            continue;
        cell_text(row, &l->columns[i], &text);
        fprintf(out, "%*s", at ? GAP : 0, "");
        put_aligned(*text.text ? text.text : "-", &l->columns[i], l->width[i], out);
        at += l->width[i] + (at ? GAP : 0);
    }
    return at;
}

static int has_drifted(const json_t *row)
{
    return json_is_true(json_object_get(row, "clock_drifted"));
}

/* A figure that must not be quoted without its warning. */
static void put_warning(const json_t *row, FILE *out)
{
    const json_t *check = json_object_get(row, "check");
    if (json_is_false(json_object_get(check, "ok")))
        fprintf(out, "  ! wrong result: differs from its oracle by %.3g\n",
                cb_row_number(check, "max_abs_err", 0));
}

/* The key of a row without figures, and behind it, or below where there is no room, the reason. */
static void put_reason(const json_t *row, const layout *l, FILE *out)
{
    enum { ROOM = 40, INDENT = 4 }; /* columns that a wrapped reason has to have */
    const char *status = cb_row_text(row, "status"), *reason = cb_row_text(row, "reason");
    int at = put_cells(row, l, SIZE, out);
    int needed = GAP + cb_width(status) + 2 + cb_width(reason);
    if (at + needed > CB_LINE && at > CB_LINE - ROOM) {
        putc('\n', out);
        at = 0;
    }
    at += fprintf(out, "%*s%s: ", at ? GAP : INDENT, "", status);
    cb_put_wrapped(reason, at, out);
}

static void put_row(const json_t *row, const layout *l, FILE *out)
{
    if (!is_ok(row)) {
        put_reason(row, l, out);
        return;
    }
    put_cells(row, l, SPREAD, out);
    fputs(has_drifted(row) ? DRIFT_MARK "\n" : "\n", out);
    put_warning(row, out);
}

static void put_family(const json_t *document, const char *family, FILE *out)
{
    layout l = layout_of(document, family);
    cb_cell title;
    int drifted = 0;
    cb_copy_plain(&title, family);
    putc('\n', out);
    cb_put_wrapped(title.text, 0, out);
    put_header(&l, out);
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (!is_of(row, family))
            continue;
        put_row(row, &l, out);
        drifted |= is_ok(row) && has_drifted(row);
    }
    if (drifted)
        fputs(DRIFT_MARK " the clock moved by more than 2 % while this was measured\n", out);
}

/* Whose figures these are, before any of them. */
static void put_heading(const json_t *document, FILE *out)
{
    static const char *const paths[] = {"machine.name", "machine.board", "machine.cpu_model",
                                        "machine.os"};
    const json_t *context = json_object_get(document, "context");
    const char *source = cb_row_text(context, "source");
    char line[4 * CB_CELL_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *text = cb_row_text(context, paths[i]);
        cb_cell plain;
        if (!text || strstr(line, text)) /* a published board is its own name */
            continue;
        cb_copy_plain(&plain, text);
        used +=
            (size_t)snprintf(line + used, sizeof line - used, "%s%s", used ? ", " : "", plain.text);
    }
    cb_put_wrapped(line, 0, out);
    if (cb_results_emulated(document))
        fputs("EMULATED: these are the figures of an emulator, not of a machine.\n", out);
    if (source)
        cb_put_wrapped(source, 0, out);
}

/* Whether an earlier row already had this row's family, whose table then has been written. */
static int is_repeated(const json_t *document, size_t index)
{
    const char *family = cb_row_text(cb_results_row(document, index), "family");
    for (size_t i = 0; i < index; i++)
        if (is_of(cb_results_row(document, i), family))
            return 1;
    return 0;
}

cb_status cb_write_table(const json_t *document, FILE *out, cb_error *err)
{
    (void)err; /* nothing but the stream can fail */
    put_heading(document, out);
    for (size_t i = 0; i < cb_results_count(document); i++)
        if (!is_repeated(document, i))
            put_family(document, cb_row_text(cb_results_row(document, i), "family"), out);
    return CB_OK;
}
