#include "bench/gemm/tune_log.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct cb_tune_log {
    const cb_machine *machine;
    char *path;
    json_t *lines; /* array */
};

static const char *text_of(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

static size_t size_of(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 ? (size_t)value : 0;
}

static const char *transposes_of(const cb_gemm_problem *q)
{
    static const char *const names[] = {"nn", "nt", "tn", "tt"};
    return names[2 * q->a_transposed + q->b_transposed];
}

/* ---- reading ---- */

static cb_status check_line(const cb_tune_log *log, const json_t *line, size_t number,
                            cb_error *err)
{
    const cb_machine *m = log->machine;
    if (!json_is_object(line) || !*text_of(line, "machine") ||
        !json_is_object(json_object_get(line, "candidate")) ||
        !json_is_number(json_object_get(line, "time_s")))
        return cb_fail(
            err, CB_PARSE,
            "%.200s:%zu: expected a line of the tuner's log, with machine, candidate and "
            "time_s; remove the line or name another --log",
            log->path, number);
    if (strcmp(text_of(line, "machine"), m->hostname) != 0 ||
        strcmp(text_of(line, "cpu_model"), m->cpu_model) != 0)
        return cb_fail(
            err, CB_USAGE,
            "%.200s:%zu: this log is of the machine '%.60s' (%.60s), this one is '%.60s' "
            "(%.60s); name another --log",
            log->path, number, text_of(line, "machine"), text_of(line, "cpu_model"), m->hostname,
            m->cpu_model);
    return CB_OK;
}

static cb_status read_lines(cb_tune_log *log, FILE *file, cb_error *err)
{
    char *text = NULL;
    size_t bytes = 0, number = 0;
    cb_status status = CB_OK;
    while (status == CB_OK && getline(&text, &bytes, file) >= 0) {
        number++;
        if (strspn(text, " \t\r\n") == strlen(text))
            continue;
        json_t *line = json_loads(text, 0, NULL);
        status = check_line(log, line, number, err);
        if (status == CB_OK)
            json_array_append(log->lines, line);
        json_decref(line);
    }
    free(text);
    return status;
}

cb_status cb_tune_log_read(const char *path, const cb_machine *machine, cb_error *err,
                           cb_tune_log **out)
{
    cb_tune_log *log = calloc(1, sizeof *log);
    if (log) {
        log->path = strdup(path);
        log->lines = json_array();
        log->machine = machine;
    }
    if (!log || !log->path || !log->lines) {
        cb_tune_log_free(log);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the tuner's log");
    }
    FILE *file = fopen(path, "r");
    cb_status status = CB_OK;
    if (file) {
        status = read_lines(log, file, err);
        fclose(file);
    } else if (errno != ENOENT) {
        status = cb_fail(err, CB_IO, "%.200s: cannot be read: %s", path, strerror(errno));
    }
    if (status != CB_OK) {
        cb_tune_log_free(log);
        return status;
    }
    *out = log;
    return CB_OK;
}

void cb_tune_log_free(cb_tune_log *log)
{
    if (!log)
        return;
    json_decref(log->lines);
    free(log->path);
    free(log);
}

size_t cb_tune_log_count(const cb_tune_log *log)
{
    return json_array_size(log->lines);
}

/* ---- finding ---- */

static bool is_for(const json_t *line, const cb_gemm_problem *q)
{
    return strcmp(text_of(line, "dtype"), q->dtype) == 0 && size_of(line, "m") == q->m &&
           size_of(line, "n") == q->n && size_of(line, "k") == q->k &&
           size_of(line, "threads") == (size_t)q->threads &&
           strcmp(text_of(line, "trans"), transposes_of(q)) == 0;
}

static const cb_gemm_kernel *kernel_named(const char *name)
{
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        if (strcmp(cb_gemm_kernels[i].name, name) == 0)
            return &cb_gemm_kernels[i];
    return NULL;
}

/* A kernel of a newer version, or one that may not be used now, makes a line useless, not wrong. */
static bool plan_of(const json_t *line, const cb_gemm_problem *q, const cb_gemm_target *t,
                    cb_gemm_plan *plan)
{
    const json_t *c = json_object_get(line, "candidate");
    const cb_gemm_kernel *kernel = kernel_named(text_of(c, "kernel"));
    if (!kernel || !(t->isa & cb_isa_bit(kernel->isa)) ||
        (t->kernel_glob && fnmatch(t->kernel_glob, kernel->name, 0) != 0))
        return false;
    cb_gemm_plan p = {.kernel = kernel,
                      .m = q->m,
                      .n = q->n,
                      .k = q->k,
                      .mc = size_of(c, "mc"),
                      .kc = size_of(c, "kc"),
                      .nc = size_of(c, "nc"),
                      .threads_m = (int)size_of(c, "threads_m"),
                      .threads_n = (int)size_of(c, "threads_n"),
                      .threads_k = (int)size_of(c, "threads_k"),
                      .order = strcmp(text_of(c, "order"), "ipj") == 0 ? CB_GEMM_A_OUTER
                                                                       : CB_GEMM_B_OUTER,
                      .no_c = q->no_c,
                      .dtype = cb_gemm_type_of(q->dtype)->dtype,
                      .row_sums = q->row_sums,
                      .column_sums = q->column_sums,
                      .origin = "tuned"};
    p.packs |= json_is_true(json_object_get(c, "pack_a")) ? CB_GEMM_PACK_A : 0u;
    p.packs |= json_is_true(json_object_get(c, "pack_b")) ? CB_GEMM_PACK_B : 0u;
    if (cb_gemm_plan_check(&p, q, NULL) != CB_OK)
        return false;
    *plan = p;
    return true;
}

bool cb_tune_log_find(const cb_tune_log *log, const cb_gemm_problem *problem,
                      const cb_gemm_target *target, cb_gemm_plan *plan)
{
    double best_s = -1;
    for (size_t i = 0; log && i < json_array_size(log->lines); i++) {
        const json_t *line = json_array_get(log->lines, i);
        double time_s = json_number_value(json_object_get(line, "time_s"));
        if (is_for(line, problem) && time_s > 0 && (best_s < 0 || time_s < best_s) &&
            plan_of(line, problem, target, plan))
            best_s = time_s;
    }
    return best_s > 0;
}

/* ---- adding ---- */

static json_t *line_of(const cb_tune_log *log, const cb_gemm_problem *q, const cb_gemm_plan *p)
{
    json_t *candidate =
        json_pack("{s:s, s:I, s:I, s:I, s:s, s:i, s:i, s:i, s:b, s:b}", "kernel", p->kernel->name,
                  "mc", (json_int_t)p->mc, "kc", (json_int_t)p->kc, "nc", (json_int_t)p->nc,
                  "order", cb_gemm_order_name(p->order), "threads_m", p->threads_m, "threads_n",
                  p->threads_n, "threads_k", cb_gemm_plan_parts(p), "pack_a",
                  (p->packs & CB_GEMM_PACK_A) != 0, "pack_b", (p->packs & CB_GEMM_PACK_B) != 0);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:i, s:s, s:o}", "machine",
                     log->machine->hostname, "cpu_model", log->machine->cpu_model, "dtype",
                     q->dtype, "m", (json_int_t)q->m, "n", (json_int_t)q->n, "k", (json_int_t)q->k,
                     "threads", q->threads, "trans", transposes_of(q), "candidate", candidate);
}

/* The folders that the file lies in; that they cannot be made is seen when it is opened. */
static void make_folders(const char *path)
{
    char *folder = strdup(path);
    for (char *slash = folder ? strchr(folder + 1, '/') : NULL; slash;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(folder, 0777);
        *slash = '/';
    }
    free(folder);
}

cb_status cb_tune_log_add(cb_tune_log *log, const cb_gemm_problem *problem,
                          const cb_gemm_plan *plan, const char *search, double time_s,
                          double predicted_s, cb_error *err)
{
    json_t *line = line_of(log, problem, plan);
    json_object_set_new(line, "search", json_string(search));
    json_object_set_new(line, "time_s", json_real(time_s));
    json_object_set_new(line, "predicted_s", json_real(predicted_s));
    json_array_append(log->lines, line);
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    make_folders(log->path);
    FILE *file = fopen(log->path, "a");
    bool written = file && text && fprintf(file, "%s\n", text) > 0;
    written = (!file || fclose(file) == 0) && written;
    free(text);
    if (!written)
        return cb_fail(err, CB_IO, "%.200s: cannot be written: %s", log->path, strerror(errno));
    return CB_OK;
}
