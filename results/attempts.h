/* Steady work that is measured more than once in a run: a neighbour on a core's other hardware
 * thread slows down whole seconds of it, and seconds later he may be gone (docs/METHOD.md,
 * "Attempts"). */
#ifndef CB_RESULTS_ATTEMPTS_H
#define CB_RESULTS_ATTEMPTS_H

#include "results/results.h"

/* The row of `document` with this key and these params (not taken over); NULL: there is none. */
json_t *cb_attempts_row(const json_t *document, const cb_row_key *key, const json_t *params);

/* Whether nothing speaks for another attempt: the row stands at 0.99 of what its core is known for,
 * or another attempt reached what the best one did within 0.5 % (two others, where the row is
 * below a known limit), or there are `most` attempts. Rows that are not "ok" are settled. */
bool cb_attempts_settled(const json_t *row, size_t most);

/* Adds an attempt at a row that the document holds (reference taken over). The better of the two,
 * in work a cycle, is the row; what the others showed is in its "attempts". A row that was
 * interrupted before its first sample is dropped; CB_PARSE as cb_results_append. */
cb_status cb_attempts_add(json_t *document, json_t *row, cb_error *err);

#endif
