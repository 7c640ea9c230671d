/* One measuring run of the command line: the machine, the policy, the document, the bar. */
#ifndef CB_CLI_SESSION_H
#define CB_CLI_SESSION_H

#include "cli/budget.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/sink.h"
#include "cli/trust.h"

/* Not to be copied: the bench points into it. */
typedef struct {
    const cb_options *options;
    cb_machine machine;
    cb_bench bench;
    cb_progress progress;
    cb_trust trust;
    json_t *document;
    cb_sink sink;
    int only_kind; /* --core-kind, or -1 */
    int most_cpus; /* of any kind in the run */
    double clock_hz_before;
    cb_budget budget;
    bool later_attempts; /* follow: the first one need not wait for a quiet moment */
    size_t emitted;      /* rows, those of later attempts too */
    double ends_s;       /* when the whole run is to be done; 0: whenever */
} cb_session;

/* A bench family behind its options. */
typedef cb_status cb_family(const cb_bench *bench, const void *options, cb_error *err);

/* Reads the machine, checks --isa, --threads, --core-kind and --strict, opens the results file
 * (`default_file`: that of cb_results_default_path when there is no --output). Nothing is held
 * after an error. */
cb_status cb_session_open(cb_session *session, const cb_options *options, bool default_file,
                          cb_error *err);

/* From now on the run is to be done in so many seconds. */
void cb_session_set_time(cb_session *session, double seconds);

/* Runs a family on each kind of core in turn. `phase` is its name for the progress bar, `share` the
 * part of the time left that it may take, if there is a limit. */
cb_status cb_session_run(cb_session *session, const char *phase, double share, cb_family *family,
                         const void *options, cb_error *err);

/* Runs families again, one after another and over and over, on those of the document's rows that
 * are not settled (results/attempts.h), until all are or the time of cb_session_set_time is up;
 * `least_s` are theirs in any case. */
typedef struct {
    const char *phase;
    cb_family *family;
    const void *options;
} cb_later;
cb_status cb_session_run_again(cb_session *session, double least_s, const cb_later *later,
                               size_t count, cb_error *err);

/* Ends the run that ended with `status`: writes the document, tells where it is, and returns the
 * status of the whole, with its message. What was measured is kept whatever happened. */
cb_status cb_session_finish(cb_session *session, cb_status status, cb_error *err);

/* Prints the document on standard output, as far as that is wanted, and passes `status` on. */
cb_status cb_session_print(cb_session *session, cb_status status, cb_error *err);

void cb_session_free(cb_session *session);

#endif
