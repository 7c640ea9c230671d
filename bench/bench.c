#include "bench/bench.h"

#include "results/attempts.h"

#include <fnmatch.h>

bool cb_bench_selects(const cb_bench *bench, const char *name)
{
    return !bench->kernel_glob || fnmatch(bench->kernel_glob, name, 0) == 0;
}

bool cb_bench_wants(const cb_bench *bench, const cb_row_key *key, json_t *params)
{
    enum { MOST_ATTEMPTS = 16 };
    bool wanted = !bench->earlier;
    if (bench->earlier && bench->time_left(bench->sink)) {
        const json_t *row = cb_attempts_row(bench->earlier, key, params);
        wanted = row && !cb_attempts_settled(row, MOST_ATTEMPTS);
    }
    json_decref(params);
    return wanted;
}

cb_status cb_bench_skip(const cb_bench *bench, const cb_row_key *key, json_t *params,
                        const char *reason, cb_error *err)
{
    json_t *row = cb_row_new(key, params);
    if (!row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a result row");
    cb_row_set_status(row, "skipped", reason);
    return bench->emit(bench->sink, row, err);
}

/* Work over time; null where the row states no such work. */
static void set_rate(json_t *row, const char *key, double work, double time, const char *reason)
{
    bool known = work > 0 && time > 0;
    cb_row_set_number(row, key, known ? work / time : 0, known ? NULL : reason);
}

void cb_bench_set_samples(json_t *row, const cb_samples *samples)
{
    static const char no_ops[] = "this kernel does no arithmetic";
    static const char no_bytes[] = "this kernel moves no data";
    if (!samples->count) {
        cb_row_set_status(row, "skipped", "interrupted before the first sample");
        return;
    }
    cb_summary time_s = cb_samples_summary(samples, samples->elapsed_s);
    cb_summary cycles = cb_samples_summary(samples, samples->cycles);
    cb_summary clock_hz = cb_samples_summary(samples, samples->clock_hz);
    double ops = cb_row_number(row, "work.ops", 0);
    double bytes = cb_row_number(row, "work.bytes_min", 0);
    double threads = cb_row_number(row, "threads", 1);

    cb_row_set_time(row, &time_s, samples->elapsed_s, samples->count);
    set_rate(row, "ops_per_s", ops, time_s.median, no_ops);
    set_rate(row, "bytes_per_s", bytes, time_s.median, no_bytes);
    set_rate(row, "ops_per_cycle", ops / threads, cycles.median, no_ops);
    set_rate(row, "bytes_per_cycle", bytes / threads, cycles.median, no_bytes);
    cb_row_set_number(row, "cycles", cycles.median, NULL);
    cb_row_set_number(row, "clock_hz", clock_hz.median, NULL);
    cb_row_set_number(row, "clock_hz_before", samples->clock_hz_before, NULL);
    cb_row_set_number(row, "clock_hz_after", samples->clock_hz_after, NULL);
    json_object_set_new(row, "clock_drifted", json_boolean(samples->clock_drifted));
    json_object_set_new(row, "converged", json_boolean(samples->converged));
    json_object_set_new(row, "repeats", json_integer((json_int_t)samples->repeats));
    json_object_set_new(row, "disturbed", json_integer((json_int_t)samples->disturbed_count));
}
