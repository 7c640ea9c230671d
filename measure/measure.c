#include "measure/measure.h"

#include "measure/samples.h"
#include "measure/team.h"

#include <math.h>
#include <stdlib.h>

/* What one thread noted in one round. */
typedef struct {
    uint64_t start, end;
    double probe_before_hz, probe_after_hz;
    char padding[64]; /* the next thread's slot lies in another cache line */
} slot;

static const double SETTLE_S = 10e-6;

typedef enum { CALIBRATE, SAMPLE } phase;

typedef struct {
    const cb_case *work;
    cb_samples *samples;
    phase phase;
    uint64_t repeats;
    uint64_t filler; /* untimed repeats before each sample: state and caches of this case */
    double repeat_s;
    double sampled_s;  /* spent on this case, fillers and probes included */
    double next_check; /* sample count at which the interval is looked at again */
    bool doubtful;     /* at the last look: undisturbed work may not have been seen yet */
    bool done;
} progress;

typedef struct {
    cb_team *team;
    const cb_timer *timer;
    const cb_sampling *sampling;
    progress *cases;
    size_t count;
    const volatile sig_atomic_t *stop;
    slot *slots;
    double sample_s, probe_s;
    double clock_guess_hz;
    size_t turn;
    uint64_t round_start;
    bool first_round;
    bool quit;
} loop;

static double seconds_between(const loop *l, uint64_t start, uint64_t end)
{
    double elapsed_s = (double)(end - start) * l->timer->seconds_per_tick - l->timer->overhead_s;
    return fmax(elapsed_s, l->timer->resolution_s / 2);
}

static double probe_clock_hz(const loop *l, double length_s)
{
    const cb_clock_chain *chain = cb_clock_chain_native();
    double cycles = chain->cycles_per_iteration;
    uint64_t iterations = 1 + (uint64_t)(length_s * l->clock_guess_hz / cycles);
    uint64_t start = cb_timer_ticks(l->timer);
    chain->run(iterations);
    uint64_t end = cb_timer_ticks(l->timer);
    return (double)iterations * cycles / seconds_between(l, start, end);
}

static void one_round(loop *l, int thread)
{
    progress *now = &l->cases[l->turn];
    slot *mine = &l->slots[thread];
    if (now->filler)
        now->work->run(now->work->arg, thread, now->filler);
    mine->probe_before_hz = probe_clock_hz(l, l->probe_s);
    cb_team_barrier(l->team);
    mine->start = cb_timer_ticks(l->timer);
    now->work->run(now->work->arg, thread, now->repeats);
    mine->end = cb_timer_ticks(l->timer);
    mine->probe_after_hz = probe_clock_hz(l, l->probe_s);
}

/* Every thread started at its own barrier exit, some 100 ns apart: time runs from their mean start
 * to the last end. */
static double round_elapsed_s(const loop *l)
{
    size_t threads = cb_team_size(l->team);
    uint64_t first = l->slots[0].start, last = l->slots[0].end;
    for (size_t t = 1; t < threads; t++) {
        first = l->slots[t].start < first ? l->slots[t].start : first;
        last = l->slots[t].end > last ? l->slots[t].end : last;
    }
    double late = 0;
    for (size_t t = 0; t < threads; t++)
        late += (double)(l->slots[t].start - first);
    return seconds_between(l, first, last) - late / (double)threads * l->timer->seconds_per_tick;
}

static cb_sample take_sample(const loop *l, const progress *now)
{
    size_t threads = cb_team_size(l->team);
    double repeats = (double)now->repeats;
    cb_sample sample = {.elapsed_s = round_elapsed_s(l) / repeats, .probe_ratio = 1};
    for (size_t t = 0; t < threads; t++) {
        const slot *s = &l->slots[t];
        /* Whatever disturbs a probe makes it slower: the faster one is nearer to the truth. */
        double clock_hz = fmax(s->probe_before_hz, s->probe_after_hz);
        sample.clock_hz += clock_hz / (double)threads;
        sample.cycles +=
            seconds_between(l, s->start, s->end) * clock_hz / repeats / (double)threads;
        double ratio = s->probe_after_hz / s->probe_before_hz;
        if (fabs(ratio - 1) >= fabs(sample.probe_ratio - 1)) /* the most disturbed thread counts */
            sample.probe_ratio = ratio;
    }
    return sample;
}

/* Doubles the repeats until one round is long enough to be scaled to the wanted length. */
static void calibrate(loop *l, progress *now)
{
    double elapsed_s = round_elapsed_s(l);
    if (elapsed_s < l->sample_s / 4 && now->repeats < UINT64_C(1) << 40) {
        now->repeats *= 2;
        return;
    }
    now->repeat_s = elapsed_s / (double)now->repeats;
    now->repeats = (uint64_t)fmax(1, round(l->sample_s / now->repeat_s));
    double sample_s = now->repeat_s * (double)now->repeats;
    double share_s = l->sampling->min_time_s / (double)l->sampling->max_samples;
    double spare_s = share_s - sample_s - 2 * l->probe_s;
    bool brief = sample_s < 1e-3;
    now->filler = brief && spare_s > 0 ? (uint64_t)(spare_s / now->repeat_s) : 0;
    /* The other cases have had the caches since, and a clock of their own: it follows the work
     * within some microseconds. */
    double settle_s = fmin(SETTLE_S, l->sample_s / 2);
    if (brief && l->count > 1 && (double)now->filler * now->repeat_s < settle_s)
        now->filler = (uint64_t)ceil(settle_s / now->repeat_s);
    now->samples->repeats = now->repeats;
    now->phase = SAMPLE;
}

/* Most samples of steady work were disturbed, or all of them: then they may agree too, on what a
 * neighbour leaves. */
static bool is_doubtful(const progress *now, size_t kept)
{
    const cb_samples *samples = now->samples;
    double expected = now->work->expected_cycles;
    if (samples->steadiness == CB_VARIES)
        return false;
    return 4 * kept < samples->count ||
           (expected > 0 && cb_samples_summary(samples, samples->cycles).median > 1.004 * expected);
}

/* Whether the samples do for a median. */
static bool interval_is_narrow(const loop *l, progress *now)
{
    cb_samples *samples = now->samples;
    cb_samples_judge(samples);
    size_t kept = samples->count - samples->disturbed_count;
    bool in_cycles = samples->steadiness == CB_STEADY_CYCLES;
    now->doubtful = is_doubtful(now, kept);
    if (kept < l->sampling->min_samples || now->doubtful)
        return false; /* go on: a quiet moment may come */
    /* The clock's own movement is no reason to go on measuring steady work. */
    cb_summary summary =
        cb_samples_summary(samples, in_cycles ? samples->cycles : samples->elapsed_s);
    samples->converged =
        summary.ci_high - summary.ci_low <= 2 * l->sampling->relative_ci * summary.median;
    return samples->converged;
}

/* Looks at the samples when there are 1.3 times as many as at the last look. */
static bool is_converged(const loop *l, progress *now)
{
    double count = (double)now->samples->count;
    if (count < now->next_check)
        return false;
    now->next_check = 1.3 * count;
    return interval_is_narrow(l, now);
}

static bool case_is_done(const loop *l, progress *now)
{
    const cb_sampling *s = l->sampling;
    size_t count = now->samples->count;
    bool brief = count < s->min_samples || now->sampled_s < s->min_time_s;
    if (!brief && is_converged(l, now))
        return true;
    size_t patience = now->doubtful && s->patience ? s->patience : 1;
    return count >= patience * s->max_samples ||
           (count > 0 && now->sampled_s >= (double)patience * s->max_time_s);
}

/* Thread 0, between rounds: book the last round, choose the next one. */
static void decide(loop *l)
{
    if (l->stop && *l->stop) {
        l->quit = true;
        return;
    }
    if (l->first_round) {
        l->first_round = false;
        return;
    }
    progress *now = &l->cases[l->turn];
    if (now->phase == CALIBRATE) {
        calibrate(l, now);
    } else {
        cb_sample sample = take_sample(l, now);
        cb_samples_add(now->samples, &sample);
        now->sampled_s += seconds_between(l, l->round_start, cb_timer_ticks(l->timer));
        now->done = case_is_done(l, now);
    }
    if (now->phase == CALIBRATE)
        return; /* calibration stays with one case */
    for (size_t i = 1; i <= l->count; i++) {
        size_t next = (l->turn + i) % l->count;
        if (!l->cases[next].done) {
            l->turn = next;
            return;
        }
    }
    l->quit = true;
}

static void measure_on_thread(void *arg, int thread)
{
    loop *l = arg;
    for (;;) {
        if (thread == 0) {
            decide(l);
            l->round_start = cb_timer_ticks(l->timer);
        }
        cb_team_barrier(l->team);
        if (l->quit)
            return;
        one_round(l, thread);
        cb_team_barrier(l->team);
    }
}

static void finish(loop *l, double before_hz)
{
    double after_hz = cb_clock_measure_hz(l->timer);
    for (size_t i = 0; i < l->count; i++) {
        cb_samples *samples = l->cases[i].samples;
        cb_samples_judge(samples);
        samples->clock_hz_before = before_hz;
        samples->clock_hz_after = after_hz;
        samples->clock_drifted = fabs(after_hz - before_hz) > 0.02 * before_hz;
    }
}

static cb_status prepare(loop *l, const cb_case *cases, cb_samples *samples, cb_error *err)
{
    for (size_t i = 0; i < l->count; i++)
        samples[i] = (cb_samples){0};
    l->cases = calloc(l->count, sizeof *l->cases);
    l->slots = calloc(cb_team_size(l->team), sizeof *l->slots);
    if (!l->cases || !l->slots)
        return cb_fail(err, CB_NO_MEMORY, "no memory to measure %zu cases", l->count);
    for (size_t i = 0; i < l->count; i++) {
        l->cases[i] = (progress){.work = &cases[i],
                                 .samples = &samples[i],
                                 .repeats = 1,
                                 .next_check = (double)l->sampling->min_samples};
        bool steady = cases[i].steadiness != CB_VARIES;
        size_t patience = steady && l->sampling->patience ? l->sampling->patience : 1;
        cb_status status =
            cb_samples_reserve(&samples[i], patience * l->sampling->max_samples, err);
        samples[i].steadiness = cases[i].steadiness;
        samples[i].expected_cycles = cases[i].expected_cycles;
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

cb_status cb_measure(cb_team *team, const cb_timer *timer, const cb_sampling *sampling,
                     const cb_case *cases, size_t count, const volatile sig_atomic_t *stop,
                     cb_error *err, cb_samples *samples)
{
    /* A start skew of some 100 ns must be small against a sample of several threads, and a tick of
     * the timer against any sample. */
    double shortest_s =
        cb_team_size(team) > 1 ? fmax(50e-6, sampling->sample_s) : sampling->sample_s;
    loop l = {.team = team,
              .timer = timer,
              .sampling = sampling,
              .count = count,
              .stop = stop,
              .sample_s = fmax(shortest_s, 1000 * timer->resolution_s),
              .probe_s = fmax(6e-6, 300 * timer->resolution_s),
              .clock_guess_hz = 1e9,
              .first_round = true};
    cb_status status = prepare(&l, cases, samples, err);
    if (status != CB_OK)
        goto out;
    double before_hz = cb_clock_measure_hz(timer);
    l.clock_guess_hz = before_hz;
    cb_team_run(team, measure_on_thread, &l);
    finish(&l, before_hz);
    if (stop && *stop)
        status = cb_fail(err, CB_INTERRUPTED, "interrupted; what was measured is kept");
out:
    if (status != CB_OK && status != CB_INTERRUPTED)
        for (size_t i = 0; i < count; i++)
            cb_samples_free(&samples[i]);
    free(l.cases);
    free(l.slots);
    return status;
}
