#include "measure/team.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef struct {
    cb_team *team;
    int thread;
    int cpu;
    pthread_t handle;
    bool started;
    cb_status pinned;
} worker;

struct cb_team {
    size_t threads;
    worker *workers;
    cpu_set_t callers_mask;
    bool caller_pinned;

    /* A job is posted under the lock; workers sleep between jobs and spin only inside one. */
    pthread_mutex_t lock;
    pthread_cond_t posted, finished;
    unsigned long job;
    size_t running;
    bool quit;
    void (*fn)(void *arg, int thread);
    void *arg;

    atomic_size_t arrived;
    atomic_ulong generation;
};

static void relax(void)
{
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#endif
}

void cb_team_barrier(cb_team *team)
{
    if (team->threads == 1)
        return;
    unsigned long generation = atomic_load_explicit(&team->generation, memory_order_acquire);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 == team->threads) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&team->generation, generation + 1, memory_order_release);
        return;
    }
    for (unsigned spins = 1;
         atomic_load_explicit(&team->generation, memory_order_acquire) == generation; spins++) {
        if (spins % 20000 == 0) /* a neighbour holds the last one's core: let it finish */
            sched_yield();
        else
            relax();
    }
}

cb_status cb_pin(int cpu, cb_error *err)
{
    size_t bytes = CPU_ALLOC_SIZE((size_t)cpu + 1);
    cpu_set_t *set = CPU_ALLOC((size_t)cpu + 1);
    if (!set)
        return cb_fail(err, CB_NO_MEMORY, "no memory to pin a thread");
    CPU_ZERO_S(bytes, set);
    CPU_SET_S((size_t)cpu, bytes, set);
    int failed = sched_setaffinity(0, bytes, set);
    CPU_FREE(set);
    if (failed)
        return cb_fail(err, CB_USAGE,
                       "CPU %d: cannot pin a thread there (%s); choose --threads inside the "
                       "affinity mask that `cachebound machine` shows",
                       cpu, strerror(errno));
    return CB_OK;
}

static void finish_job(cb_team *team)
{
    pthread_mutex_lock(&team->lock);
    if (--team->running == 0)
        pthread_cond_signal(&team->finished);
    pthread_mutex_unlock(&team->lock);
}

static void *work(void *arg)
{
    worker *me = arg;
    cb_team *team = me->team;
    unsigned long seen = 0;
    me->pinned = cb_pin(me->cpu, NULL);
    for (;;) {
        pthread_mutex_lock(&team->lock);
        while (team->job == seen && !team->quit)
            pthread_cond_wait(&team->posted, &team->lock);
        bool quit = team->quit;
        seen = team->job;
        pthread_mutex_unlock(&team->lock);
        if (quit)
            return NULL;
        team->fn(team->arg, me->thread);
        finish_job(team);
    }
}

void cb_team_run(cb_team *team, void (*fn)(void *arg, int thread), void *arg)
{
    pthread_mutex_lock(&team->lock);
    team->fn = fn;
    team->arg = arg;
    team->running = team->threads - 1;
    team->job++;
    pthread_cond_broadcast(&team->posted);
    pthread_mutex_unlock(&team->lock);

    fn(arg, 0);

    pthread_mutex_lock(&team->lock);
    while (team->running)
        pthread_cond_wait(&team->finished, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

static void do_nothing(void *arg, int thread)
{
    (void)arg, (void)thread;
}

static cb_status start_workers(cb_team *team, const int *cpus, cb_error *err)
{
    for (size_t i = 1; i < team->threads; i++) {
        worker *w = &team->workers[i];
        *w = (worker){.team = team, .thread = (int)i, .cpu = cpus[i]};
        if (pthread_create(&w->handle, NULL, work, w))
            return cb_fail(err, CB_FAILED, "cannot start thread %zu of %zu", i + 1, team->threads);
        w->started = true;
    }
    cb_team_run(team, do_nothing, NULL); /* every worker is awake, so `pinned` is set */
    for (size_t i = 1; i < team->threads; i++)
        if (team->workers[i].pinned != CB_OK)
            return cb_fail(err, CB_USAGE,
                           "CPU %d: cannot pin a thread there; it is outside the "
                           "affinity mask that `cachebound machine` shows",
                           cpus[i]);
    return CB_OK;
}

cb_status cb_team_start(const int *cpus, size_t threads, cb_error *err, cb_team **out)
{
    cb_team *team = calloc(1, sizeof *team);
    worker *workers = calloc(threads ? threads : 1, sizeof *workers);
    if (!team || !workers || !threads) {
        free(team);
        free(workers);
        return cb_fail(err, threads ? CB_NO_MEMORY : CB_USAGE, "cannot make a team of %zu threads",
                       threads);
    }
    team->threads = threads;
    team->workers = workers;
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->posted, NULL);
    pthread_cond_init(&team->finished, NULL);

    team->caller_pinned = sched_getaffinity(0, sizeof team->callers_mask, &team->callers_mask) == 0;
    cb_status status = cb_pin(cpus[0], err);
    if (status == CB_OK)
        status = start_workers(team, cpus, err);
    if (status != CB_OK) {
        cb_team_stop(team);
        return status;
    }
    *out = team;
    return CB_OK;
}

void cb_team_stop(cb_team *team)
{
    if (!team)
        return;
    pthread_mutex_lock(&team->lock);
    team->quit = true;
    pthread_cond_broadcast(&team->posted);
    pthread_mutex_unlock(&team->lock);
    for (size_t i = 1; i < team->threads; i++)
        if (team->workers[i].started)
            pthread_join(team->workers[i].handle, NULL);
    if (team->caller_pinned)
        sched_setaffinity(0, sizeof team->callers_mask, &team->callers_mask);
    pthread_cond_destroy(&team->posted);
    pthread_cond_destroy(&team->finished);
    pthread_mutex_destroy(&team->lock);
    free(team->workers);
    free(team);
}

size_t cb_team_size(const cb_team *team)
{
    return team->threads;
}
