#include "measure/samples.h"

#include <math.h>
#include <stdlib.h>

static const double SAME_CLOCK = 0.01; /* two probes that differ by no more */
/* In steady work the cycles tell, and the faster probe gives them: the slower one may be off. */
static const double SIMILAR_CLOCK = 0.03;
/* Of the cycles that one thread alone took, which may have been disturbed itself. */
static const double LEAST_CYCLES = 0.95;

void cb_samples_free(cb_samples *samples)
{
    free(samples->elapsed_s);
    free(samples->cycles);
    free(samples->clock_hz);
    free(samples->disturbed);
    free(samples->probe_ratio);
    *samples = (cb_samples){0};
}

cb_status cb_samples_reserve(cb_samples *samples, size_t capacity, cb_error *err)
{
    samples->elapsed_s = calloc(capacity, sizeof(double));
    samples->cycles = calloc(capacity, sizeof(double));
    samples->clock_hz = calloc(capacity, sizeof(double));
    samples->disturbed = calloc(capacity, sizeof(bool));
    samples->probe_ratio = calloc(capacity, sizeof(double));
    if (samples->elapsed_s && samples->cycles && samples->clock_hz && samples->disturbed &&
        samples->probe_ratio)
        return CB_OK;
    cb_samples_free(samples);
    return cb_fail(err, CB_NO_MEMORY, "no memory for %zu samples", capacity);
}

void cb_samples_add(cb_samples *samples, const cb_sample *sample)
{
    size_t i = samples->count++;
    samples->elapsed_s[i] = sample->elapsed_s;
    samples->cycles[i] = sample->cycles;
    samples->clock_hz[i] = sample->clock_hz;
    samples->probe_ratio[i] = sample->probe_ratio;
}

/* Copies the values of the samples that are not disturbed; returns how many there are. */
static size_t collect(const cb_samples *samples, const double *values, double *into)
{
    size_t n = 0;
    for (size_t i = 0; i < samples->count; i++)
        if (!samples->disturbed[i])
            into[n++] = values[i];
    return n;
}

typedef struct {
    double low, high;
} range;

/* The undisturbed cycle count of work that varies by nature (memory) has a lower edge, and an
 * interruption only adds to it. The lower quarter of the samples shows how sharp the edge is:
 * beyond five times that width (and at least 1 %) something else ran. */
static range range_of_varying(const double *cycles, size_t n)
{
    double edge = cb_quantile(cycles, n, 0.05);
    double width = cb_quantile(cycles, n, 0.25) - edge;
    return (range){0, edge + fmax(0.01 * edge, 5 * width)};
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Steady work takes one and the same number of cycles (or one time, at one clock) whenever nothing
 * else uses the core. Another hardware thread of the core (a neighbour that a virtual machine does
 * not see) can slow most of the samples down, to many different counts; the undisturbed ones alone
 * agree. So: the lowest count that enough samples agree on, and from there up to the nearest peak
 * of agreement, because the clock probes scatter by some tenths of a percent. What lies below it
 * had its probes slowed, and so had what lies below `least`. */
static bool range_of_steady(double *sorted, size_t n, double least, double tolerance, range *found)
{
    enum { FEWEST = 24, AGREEING = 6, SHARE = 200 };
    if (n < FEWEST)
        return false;
    qsort(sorted, n, sizeof *sorted, ascending);
    size_t enough = n / SHARE > AGREEING ? n / SHARE : AGREEING;
    size_t first = 0, most = 0;
    while (first < n && sorted[first] < least)
        first++;
    size_t peak = first, end = first;
    for (size_t i = first; i < n && (most < enough || sorted[i] <= 1.005 * sorted[peak]); i++) {
        while (end < n && sorted[end] <= 1.004 * sorted[i])
            end++;
        if (end - i < enough || end - i <= most)
            continue;
        most = end - i;
        peak = i;
    }
    if (most < enough)
        return false;
    double middle = 1.002 * sorted[peak];
    *found = (range){(1 - tolerance) * middle, (1 + tolerance) * middle};
    return true;
}

/* A clock that moved during a sample, or an interruption of a probe, shows as a ratio of the two
 * probes that is not the usual one. The usual one need not be 1: behind a kernel that waits for
 * memory the clock may always be higher than behind one that computes. Where a neighbour disturbs
 * most probes, the usual one is his, and the same clock before and behind is still a good sign. */
void cb_samples_judge(cb_samples *samples)
{
    double *sorted = malloc((samples->count + 1) * sizeof *sorted);
    if (!sorted)
        return; /* nothing is marked: the summary is then over all samples, which is honest too */
    bool steady = samples->steadiness != CB_VARIES;
    double usual = cb_quantile(samples->probe_ratio, samples->count, 0.5);
    double spread = cb_quantile(samples->probe_ratio, samples->count, 0.75) -
                    cb_quantile(samples->probe_ratio, samples->count, 0.25);
    double allowed = fmax(SAME_CLOCK * usual, 3 * spread);
    for (size_t i = 0; i < samples->count; i++)
        samples->disturbed[i] = fabs(samples->probe_ratio[i] - usual) > allowed &&
                                !(steady && fabs(samples->probe_ratio[i] - 1) <= SIMILAR_CLOCK);
    const double *values =
        samples->steadiness == CB_STEADY_TIME ? samples->elapsed_s : samples->cycles;
    size_t n = collect(samples, values, sorted);
    range usual_values = {0, INFINITY};
    /* The near caches' hits and misses scatter a little; registers do not. */
    double tolerance = samples->steadiness == CB_STEADY_TIME ? 0.02 : 0.008;
    double least =
        samples->steadiness == CB_STEADY_CYCLES ? LEAST_CYCLES * samples->expected_cycles : 0;
    if (n && !(steady && range_of_steady(sorted, n, least, tolerance, &usual_values)))
        usual_values = range_of_varying(sorted, n);
    samples->disturbed_count = 0;
    for (size_t i = 0; i < samples->count; i++) {
        samples->disturbed[i] |= values[i] < usual_values.low || values[i] > usual_values.high;
        samples->disturbed_count += samples->disturbed[i];
    }
    free(sorted);
}

cb_summary cb_samples_summary(const cb_samples *samples, const double *values)
{
    double *kept = malloc((samples->count + 1) * sizeof *kept);
    if (!kept)
        return cb_summarize(values, samples->count);
    size_t n = collect(samples, values, kept);
    bool too_few = samples->steadiness != CB_VARIES ? n < 5 : 4 * n < samples->count;
    cb_summary summary = too_few ? cb_summarize(values, samples->count) : cb_summarize(kept, n);
    free(kept);
    return summary;
}
