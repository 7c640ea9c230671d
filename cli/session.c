#include "cli/session.h"

#include "cli/color.h"
#include "cli/interrupt.h"
#include "cli/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static cb_status emit(void *sink, json_t *row, cb_error *err)
{
    cb_session *session = sink;
    const char *kernel = cb_row_text(row, "kernel"), *state = cb_row_text(row, "status");
    const char *reason = cb_row_text(row, "reason");
    cb_detail(&session->progress, "%s: %s%s%s", kernel ? kernel : "?", state ? state : "?",
              reason ? ", " : "", reason ? reason : "");
    session->emitted++;
    return session->bench.earlier ? cb_sink_emit_again(&session->sink, row, err)
                                  : cb_sink_emit(&session->sink, row, err);
}

static bool time_left(void *sink)
{
    const cb_session *session = sink;
    return cb_progress_now_s() < session->ends_s;
}

static void progress(void *sink, size_t done, size_t total, const char *what)
{
    cb_session *session = sink;
    session->bench.sampling = cb_budget_next(&session->budget, cb_progress_now_s(), done, total);
    cb_progress_step(&session->progress, done, total, what);
}

/* docs/METHOD.md, "Summary", says what these figures do. */
static cb_sampling sampling_of(const cb_options *options)
{
    cb_sampling s = {.min_time_s = options->quick ? 0.02 : 0.05,
                     .max_time_s = options->quick ? 0.15 : 0.6,
                     .patience = 4,
                     .relative_ci = 0.01,
                     .sample_s = 40e-6,
                     .min_samples = 24,
                     .max_samples = options->quick ? 2000 : 4000};
    if (options->min_time_s > 0) {
        s.min_time_s = options->min_time_s;
        s.max_time_s = 5 * options->min_time_s;
    }
    return s;
}

/* ---- core kinds and thread counts ---- */

static cb_status choose_kind(cb_session *session, cb_error *err)
{
    const cb_machine *m = &session->machine;
    const char *wanted = session->options->core_kind;
    char names[256] = "";
    session->only_kind = -1;
    if (!wanted)
        return CB_OK;
    for (size_t i = 0; i < m->kind_count; i++) {
        char number[24];
        size_t used = strlen(names);
        snprintf(number, sizeof number, "%zu", i);
        snprintf(names + used, sizeof names - used, "%s%zu (%.60s)", i ? ", " : "", i,
                 m->kinds[i].name);
        if (strcmp(number, wanted) == 0 || strcasecmp(m->kinds[i].name, wanted) == 0)
            session->only_kind = (int)i;
    }
    if (session->only_kind >= 0)
        return CB_OK;
    return cb_fail(err, CB_USAGE, "--core-kind: '%.60s' is none of this machine's kinds: %s",
                   wanted, names);
}

static bool kind_is_wanted(const cb_session *session, int kind)
{
    return session->only_kind < 0 || session->only_kind == kind;
}

/* The CPUs of a kind that this process may use, and how many cores they belong to. */
static cb_status limits_of_kind(const cb_session *session, int kind, cb_error *err,
                                cb_thread_limits *limits)
{
    const cb_machine *m = &session->machine;
    int *cpus = calloc(m->cpu_count + 1, sizeof *cpus), cores = 0;
    if (!cpus)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu CPU numbers", m->cpu_count);
    size_t count = cb_machine_cpus_of_kind(m, kind, cpus, m->cpu_count);
    for (size_t i = 0; i < m->cpu_count; i++) {
        bool first = m->cpus[i].allowed && m->cpus[i].kind == kind;
        for (size_t j = 0; first && j < i; j++)
            first = !(m->cpus[j].allowed && m->cpus[j].core == m->cpus[i].core);
        cores += first;
    }
    free(cpus);
    *limits = (cb_thread_limits){.cores = cores, .cpus = (int)count, .most = session->most_cpus};
    return CB_OK;
}

/* Refuses bad thread counts before anything is measured. */
static cb_status check_threads(cb_session *session, cb_error *err)
{
    cb_thread_limits limits;
    for (int kind = 0; kind < (int)session->machine.kind_count; kind++) {
        if (!kind_is_wanted(session, kind))
            continue;
        cb_status status = limits_of_kind(session, kind, err, &limits);
        if (status != CB_OK)
            return status;
        session->most_cpus = limits.cpus > session->most_cpus ? limits.cpus : session->most_cpus;
    }
    if (session->most_cpus < 1)
        return cb_fail(err, CB_UNSUPPORTED,
                       "this process may run on no CPU of the core kind asked for; widen its "
                       "affinity mask (taskset) or leave --core-kind out");
    int *counts;
    size_t count;
    limits = (cb_thread_limits){session->most_cpus, session->most_cpus, session->most_cpus};
    cb_status status = cb_threads_parse(session->options->threads, &limits, err, &counts, &count);
    if (status == CB_OK)
        free(counts);
    return status;
}

/* ---- opening ---- */

static cb_format file_format(const cb_options *options)
{
    const char *dot = options->output ? strrchr(options->output, '.') : NULL;
    if (options->format_given && options->output)
        return options->format;
    if (dot && strcasecmp(dot, ".csv") == 0)
        return CB_FORMAT_CSV;
    if (dot && strcasecmp(dot, ".txt") == 0)
        return CB_FORMAT_TABLE;
    return CB_FORMAT_JSON;
}

static cb_status open_sink(cb_session *session, bool default_file, cb_error *err)
{
    char path[4096];
    const char *output = session->options->output;
    session->document =
        cb_results_new(&session->machine, session->options->argc, session->options->argv);
    if (!session->document)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a results document");
    if (!output && default_file) {
        cb_status status = cb_results_default_path(session->document, err, path, sizeof path);
        if (status != CB_OK)
            return status;
        output = path;
    }
    return cb_sink_open(&session->sink, session->document, output, file_format(session->options),
                        &session->progress, err);
}

static cb_status check_machine(cb_session *session, cb_error *err)
{
    const cb_options *options = session->options;
    session->bench.isa = session->machine.isa;
    cb_status status = CB_OK;
    if (options->isa)
        status = cb_isa_cap(session->machine.isa, options->isa, err, &session->bench.isa);
    status = status ? status : choose_kind(session, err);
    status = status ? status : check_threads(session, err);
    if (status != CB_OK)
        return status;
    session->trust = cb_trust_machine(&session->machine, &session->machine.environment);
    return options->strict ? cb_trust_strict(&session->trust, err) : CB_OK;
}

cb_status cb_session_open(cb_session *session, const cb_options *options, bool default_file,
                          cb_error *err)
{
    *session = (cb_session){.options = options, .progress = cb_progress_new(options)};
    cb_status status = cb_machine_read("", err, &session->machine);
    if (status != CB_OK)
        return status;
    session->bench = (cb_bench){.machine = &session->machine,
                                .sampling = sampling_of(options),
                                .kernel_glob = options->kernel_glob,
                                .core_kind = -1,
                                .quick = options->quick,
                                .stop = cb_interrupt_flag(),
                                .emit = emit,
                                .progress = progress,
                                .time_left = time_left,
                                .sink = session};
    status = check_machine(session, err);
    status = status ? status : open_sink(session, default_file, err);
    if (status != CB_OK) {
        cb_session_free(session);
        return status;
    }
    for (size_t i = 0; i < session->trust.count; i++)
        cb_note(&session->progress, "note: %s", session->trust.doubts[i].text);
    session->bench.timer = cb_timer_calibrate();
    session->clock_hz_before = cb_clock_measure_hz(&session->bench.timer);
    return CB_OK;
}

/* ---- running ---- */

void cb_session_set_time(cb_session *session, double seconds)
{
    session->ends_s = cb_progress_now_s() + seconds;
}

/* `kinds_left` kinds of cores share what is left of the time. */
static void start_budget(cb_session *session, double share, int kinds_left)
{
    double now_s = cb_progress_now_s();
    double deadline_s = now_s + (session->ends_s - now_s) * share / kinds_left;
    cb_sampling full = sampling_of(session->options);
    if (session->later_attempts)
        full.patience = 1;
    session->budget = (cb_budget){.full = full,
                                  .deadline_s = session->ends_s > 0 ? deadline_s : 0,
                                  .started_s = now_s,
                                  .share = 1};
}

static cb_status run_kind(cb_session *session, int kind, cb_family *family, const void *options,
                          cb_error *err)
{
    cb_thread_limits limits;
    int *counts = NULL;
    size_t count = 0;
    cb_status status = limits_of_kind(session, kind, err, &limits);
    if (status != CB_OK)
        return status;
    const char *name = session->machine.kinds[kind].name;
    if (limits.cpus < 1) {
        cb_note(&session->progress, "note: %s is left out: none of its CPUs may be used", name);
        return CB_OK;
    }
    status = cb_threads_parse(session->options->threads, &limits, err, &counts, &count);
    if (status != CB_OK)
        return status;
    if (!count)
        cb_note(&session->progress, "note: %s is left out: it has %d CPUs only", name, limits.cpus);
    session->bench.core_kind = kind;
    session->bench.threads = counts;
    session->bench.thread_count = count;
    if (count)
        status = family(&session->bench, options, err);
    session->bench.threads = NULL;
    free(counts);
    return status;
}

cb_status cb_session_run(cb_session *session, const char *phase, double share, cb_family *family,
                         const void *options, cb_error *err)
{
    cb_status status = CB_OK;
    int kinds = (int)session->machine.kind_count;
    for (int kind = 0; kind < kinds && status == CB_OK; kind++) {
        if (!kind_is_wanted(session, kind))
            continue;
        cb_progress_phase(&session->progress, phase);
        start_budget(session, share, session->only_kind < 0 ? kinds - kind : 1);
        status = run_kind(session, kind, family, options, err);
    }
    cb_progress_clear(&session->progress);
    return status;
}

/* One attempt may not take long: a quiet moment is found by many short ones. */
static cb_status run_attempt(cb_session *session, const cb_later *later, cb_error *err)
{
    cb_status status = CB_OK;
    cb_sampling asked = session->bench.sampling, brief = sampling_of(session->options);
    int kinds = (int)session->machine.kind_count;
    cb_progress_phase(&session->progress, later->phase);
    brief.max_time_s = brief.min_time_s;
    brief.patience = 1;
    session->budget = (cb_budget){.full = brief, .share = 1};
    session->bench.sampling = brief;
    for (int kind = 0; kind < kinds && status == CB_OK; kind++)
        if (kind_is_wanted(session, kind))
            status = run_kind(session, kind, later->family, later->options, err);
    cb_progress_clear(&session->progress);
    session->bench.sampling = asked;
    return status;
}

cb_status cb_session_run_again(cb_session *session, double least_s, const cb_later *later,
                               size_t count, cb_error *err)
{
    cb_status status = CB_OK;
    size_t before;
    session->ends_s = fmax(session->ends_s, cb_progress_now_s() + least_s);
    session->bench.earlier = session->document;
    do {
        before = session->emitted;
        for (size_t i = 0; i < count && status == CB_OK; i++)
            status = run_attempt(session, &later[i], err);
    } while (status == CB_OK && session->emitted > before && time_left(session));
    session->bench.earlier = NULL;
    return status;
}

/* ---- ending ---- */

static cb_status judge_rows(cb_session *session, cb_error *err)
{
    for (size_t i = 0; i < cb_results_count(session->document); i++) {
        const json_t *row = cb_results_row(session->document, i);
        const char *kernel = cb_row_text(row, "kernel");
        if (json_is_false(json_object_get(json_object_get(row, "check"), "ok")))
            return cb_fail(
                err, CB_FAILED,
                "%s gives other results than its oracle %s (row %zu); its figures are no "
                "measurement, please report this",
                kernel ? kernel : "a kernel", cb_row_text(row, "check.against"), i);
    }
    return session->options->strict ? cb_trust_strict(&session->trust, err) : CB_OK;
}

static void tell_interrupted(cb_session *session)
{
    size_t rows = cb_results_count(session->document);
    const char *place = *session->sink.path ? session->sink.path : "printed to standard output";
    if (!rows)
        cb_warn(&session->progress, "interrupted before anything was measured");
    else
        cb_warn(&session->progress, "interrupted; the %zu results measured until then are %s%s",
                rows, *session->sink.path ? "in " : "", place);
}

cb_status cb_session_finish(cb_session *session, cb_status status, cb_error *err)
{
    cb_environment after;
    cb_error write_err;
    cb_environment_read("", &session->machine, &after);
    cb_results_finish(session->document, &after, session->clock_hz_before,
                      cb_clock_measure_hz(&session->bench.timer));
    cb_trust_add_rows(&session->trust, session->document);
    cb_status written = cb_sink_finish(&session->sink, &write_err);
    if (status == CB_INTERRUPTED) {
        tell_interrupted(session);
        cb_fail(err, status, "%s", "");
    }
    if (status == CB_OK)
        status = judge_rows(session, err);
    if (written != CB_OK && (status == CB_OK || status == CB_INTERRUPTED))
        return cb_fail(err, written, "%s", write_err.text);
    if (written == CB_OK && *session->sink.path && status != CB_INTERRUPTED &&
        !session->sink.is_stream && cb_results_count(session->document))
        cb_note(&session->progress, "results: %s", session->sink.path);
    return status;
}

cb_status cb_session_print(cb_session *session, cb_status status, cb_error *err)
{
    cb_error why;
    bool in_file = *session->sink.path;
    cb_format format = session->options->output ? CB_FORMAT_TABLE : session->options->format;
    if (!cb_results_count(session->document) || (in_file && session->options->quiet))
        return status;
    if (cb_results_write(session->document, format, stdout, &why) == CB_OK)
        return status;
    clearerr(stdout);
    if (in_file)
        return cb_fail(err, CB_IO, "standard output: %.200s; the results are in %.200s", why.text,
                       session->sink.path);
    cb_error lost;
    cb_fail(&lost, CB_IO, "standard output: %s", why.text);
    cb_status rescued = cb_sink_rescue(&session->sink, lost.text, err);
    if (rescued != CB_OK)
        return rescued;
    return cb_fail(err, CB_IO, "%.250s; the results are in %.200s", lost.text, session->sink.path);
}

void cb_session_free(cb_session *session)
{
    cb_progress_clear(&session->progress);
    json_decref(session->document);
    session->document = NULL;
    cb_machine_free(&session->machine);
}
