/* Cycles of one, fitted to traces. */
#ifndef CB_ACCEL_FIT_H
#define CB_ACCEL_FIT_H

#include "models/accel/time.h"

/* A layer that somebody timed. */
typedef struct {
    cb_accel_terms counts;
    double cycles; /* measured */
    double waits;  /* of the model, that no term holds: stalls */
    cb_accel_family family;
    int group; /* rows of one network */
    int cores;
} cb_accel_observation;

/* Non-negative least squares of relative errors (Lawson and Hanson, Solving Least Squares Problems,
 * 1974, chapter 23). Each term is drawn to its start by an error of 1 % of a row for being off by
 * all of it: what the rows cannot tell stays where it starts. Terms that the platform lacks stay
 * out. CB_FAILED when it does not end. */
cb_status cb_accel_fit(const cb_accel_platform *platform, const cb_accel_observation *rows,
                       size_t count, cb_error *err, cb_accel_terms *cycles);

/* predicted / measured - 1. */
double cb_accel_error_of(const cb_accel_observation *row, const cb_accel_terms *cycles);

/* Each row predicted from the others: CB_FIT_FOLDS parts of a shuffled list, CB_FIT_ROUNDS times
 * shuffled anew (the same way in every run). errors has count x CB_FIT_ROUNDS places; row i of
 * round r is errors[r x count + i]. */
enum { CB_FIT_FOLDS = 5, CB_FIT_ROUNDS = 5 };
cb_status cb_accel_cross_validate(const cb_accel_platform *platform,
                                  const cb_accel_observation *rows, size_t count, cb_error *err,
                                  double *errors);

/* The platform with these cycles, its spread and guard from the errors of cross-validation. */
void cb_accel_calibrated(const cb_accel_observation *rows, size_t count, const double *errors,
                         const cb_accel_terms *cycles, cb_accel_platform *platform);

#endif
