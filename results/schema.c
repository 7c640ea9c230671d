#include "results/schema.h"

#include <stddef.h>

static const cb_shape text_elements[] = {{.key = "", .types = CB_TEXT}, {0}};

static const cb_shape tool[] = {
    {.key = "version", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "git_commit", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "git_dirty", .types = CB_BOOL | CB_NOTHING, .required = true},
    {.key = "compiler", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "flags", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "argv", .types = CB_LIST, .required = true, .inside = text_elements},
    {0},
};

static const cb_shape core[] = {
    {.key = "kind", .types = CB_TEXT, .required = true},
    {.key = "count", .types = CB_INTEGER, .required = true},
    {.key = "max_hz", .types = CB_NUMBER | CB_NOTHING, .required = true},
    {0},
};

static const cb_shape cache[] = {
    {.key = "level", .types = CB_INTEGER, .required = true, .least = 1},
    {.key = "bytes", .types = CB_INTEGER | CB_NOTHING, .required = true},
    {.key = "line", .types = CB_INTEGER | CB_NOTHING, .required = true},
    {.key = "shared_by", .types = CB_INTEGER | CB_NOTHING, .required = true},
    {.key = "count", .types = CB_INTEGER, .required = true, .least = 1},
    {0},
};

static const cb_shape core_elements[] = {{.key = "", .types = CB_OBJECT, .inside = core}, {0}};
static const cb_shape cache_elements[] = {{.key = "", .types = CB_OBJECT, .inside = cache}, {0}};

static const cb_shape machine[] = {
    {.key = "name", .types = CB_TEXT, .required = true},
    {.key = "arch", .types = CB_TEXT, .required = true},
    {.key = "cpu_model", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "isa", .types = CB_LIST, .required = true, .inside = text_elements},
    {.key = "cores", .types = CB_LIST, .required = true, .inside = core_elements},
    {.key = "caches", .types = CB_LIST, .required = true, .inside = cache_elements},
    {.key = "ram_bytes", .types = CB_NUMBER | CB_NOTHING, .required = true},
    {.key = "os", .types = CB_TEXT | CB_NOTHING, .required = true},
    {0},
};

static const cb_shape environment[] = {
    {.key = "started", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "emulated", .types = CB_BOOL, .required = true},
    {.key = "clock_hz_before", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_hz_after", .types = CB_NUMBER | CB_NOTHING},
    {0},
};

static const cb_shape context[] = {
    {.key = "tool", .types = CB_OBJECT, .required = true, .inside = tool},
    {.key = "machine", .types = CB_OBJECT, .required = true, .inside = machine},
    {.key = "environment", .types = CB_OBJECT, .required = true, .inside = environment},
    {.key = "libraries", .types = CB_OBJECT, .required = true},
    {.key = "source", .types = CB_TEXT},
    {0},
};

static const cb_shape work[] = {
    {.key = "ops", .types = CB_NUMBER | CB_NOTHING, .required = true},
    {.key = "bytes_min", .types = CB_NUMBER | CB_NOTHING, .required = true},
    {0},
};

static const cb_shape sample_elements[] = {{.key = "", .types = CB_NUMBER}, {0}};

static const cb_shape time_s[] = {
    {.key = "min", .types = CB_NUMBER, .required = true},
    {.key = "median", .types = CB_NUMBER, .required = true},
    {.key = "max", .types = CB_NUMBER, .required = true},
    {.key = "mad", .types = CB_NUMBER, .required = true},
    {.key = "ci_low", .types = CB_NUMBER},
    {.key = "ci_high", .types = CB_NUMBER},
    {.key = "samples", .types = CB_LIST, .required = true, .inside = sample_elements},
    {0},
};

static const cb_shape attempt_keys[] = {
    {.key = "time_s", .types = CB_OBJECT, .required = true, .inside = time_s},
    {.key = "ops_per_cycle", .types = CB_NUMBER | CB_NOTHING},
    {.key = "bytes_per_cycle", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_hz", .types = CB_NUMBER | CB_NOTHING},
    {.key = "disturbed", .types = CB_INTEGER},
    {.key = "repeats", .types = CB_INTEGER},
    {0},
};

static const cb_shape attempts[] = {
    {.key = "", .types = CB_OBJECT, .inside = attempt_keys},
    {0},
};

static const cb_shape check[] = {
    {.key = "against", .types = CB_TEXT, .required = true},
    {.key = "max_abs_err", .types = CB_NUMBER | CB_NOTHING, .required = true},
    {.key = "ok", .types = CB_BOOL, .required = true},
    {0},
};

static const char *const statuses[] = {"ok", "skipped", "failed", NULL};
static const char *const origins[] = {"measured", "derived", "published", NULL};

const cb_shape cb_schema_row[] = {
    {.key = "family", .types = CB_TEXT, .required = true},
    {.key = "kernel", .types = CB_TEXT, .required = true},
    {.key = "variant", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "dtype", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "isa", .types = CB_TEXT | CB_NOTHING, .required = true},
    {.key = "core_kind", .types = CB_TEXT | CB_NOTHING},
    {.key = "threads", .types = CB_INTEGER | CB_NOTHING, .required = true, .least = 1},
    {.key = "params", .types = CB_OBJECT, .required = true},
    {.key = "tile", .types = CB_OBJECT},
    {.key = "blocking", .types = CB_OBJECT},
    {.key = "packing", .types = CB_OBJECT},
    {.key = "work", .types = CB_OBJECT, .inside = work},
    {.key = "time_s", .types = CB_OBJECT, .inside = time_s},
    {.key = "ops_per_s", .types = CB_NUMBER | CB_NOTHING},
    {.key = "bytes_per_s", .types = CB_NUMBER | CB_NOTHING},
    {.key = "ops_per_cycle", .types = CB_NUMBER | CB_NOTHING},
    {.key = "bytes_per_cycle", .types = CB_NUMBER | CB_NOTHING},
    {.key = "latency_s", .types = CB_NUMBER | CB_NOTHING},
    {.key = "latency_cycles", .types = CB_NUMBER | CB_NOTHING},
    {.key = "cycles", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_hz", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_hz_before", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_hz_after", .types = CB_NUMBER | CB_NOTHING},
    {.key = "clock_drifted", .types = CB_BOOL},
    {.key = "converged", .types = CB_BOOL},
    {.key = "repeats", .types = CB_INTEGER},
    {.key = "disturbed", .types = CB_INTEGER},
    {.key = "attempts", .types = CB_LIST, .inside = attempts},
    {.key = "peak_ops_per_s", .types = CB_NUMBER | CB_NOTHING},
    {.key = "peak_share", .types = CB_NUMBER | CB_NOTHING},
    {.key = "peak_kernel", .types = CB_TEXT},
    {.key = "library", .types = CB_TEXT},
    {.key = "search", .types = CB_OBJECT},
    {.key = "theoretical", .types = CB_OBJECT | CB_NOTHING},
    {.key = "check", .types = CB_OBJECT | CB_NOTHING, .inside = check},
    {.key = "origin", .types = CB_TEXT, .words = origins},
    {.key = "source", .types = CB_TEXT | CB_NOTHING},
    {.key = "tool", .types = CB_TEXT | CB_NOTHING},
    {.key = "status", .types = CB_TEXT, .required = true, .words = statuses},
    {.key = "reason", .types = CB_TEXT | CB_NOTHING, .required = true},
    {0},
};

static const cb_shape row_elements[] = {{.key = "", .types = CB_OBJECT, .inside = cb_schema_row},
                                        {0}};

const cb_shape cb_schema_document[] = {
    {.key = "schema", .types = CB_TEXT, .required = true},
    {.key = "context", .types = CB_OBJECT, .required = true, .inside = context},
    {.key = "results", .types = CB_LIST, .required = true, .inside = row_elements},
    {0},
};

const char *const cb_schema_timed_families[] = {"peak",      "membw", "gemm",    "conv",
                                                "bitserial", "slbc",  "network", NULL};

const char *const cb_schema_figures[] = {"ops_per_s",       "bytes_per_s", "ops_per_cycle",
                                         "bytes_per_cycle", "latency_s",   NULL};
