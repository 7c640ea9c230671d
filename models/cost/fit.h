/* Fits the time model's figures to measured operators, and says how far they can be trusted. */
#ifndef CB_COST_FIT_H
#define CB_COST_FIT_H

#include "base/status.h"
#include "models/cost/time.h"

/* One measured operator that the model can follow. */
typedef struct {
    cb_operator op;
    cb_demand demand;
    const cb_hardware *hardware;
    double time_s; /* measured */
    double state;  /* cb_hardware_state */
    int shape;     /* rows of one shape have the same number */
} cb_fit_row;

/* A figure with its uncertainty: 95 % interval from the covariance of the fit. */
typedef struct {
    double value, low, high;
    bool determined; /* the rows tell it: less than 0.6 of the uncertainty that it started with */
} cb_fit_figure;

typedef struct {
    cb_costs costs;
    cb_fit_figure term[CB_COST_COUNT];
    cb_fit_figure kernel[CB_TIME_KERNELS];
    size_t kernel_rows[CB_TIME_KERNELS];
    double spread; /* standard deviation of log(predicted / measured), robust */
} cb_fit;

/* log(predicted / measured), both without the neighbour. */
double cb_fit_log_error(const cb_fit_row *row, const cb_costs *costs);

/* Levenberg and Marquardt (MINPACK) on log(predicted / measured), Huber's weights, each figure kept
 * inside its bounds and drawn to its start as if that were known to a factor of two. Only rows with
 * use[i] count (NULL: all). CB_UNSUPPORTED when the rows cannot determine what they depend on;
 * CB_UNSUPPORTED too where cachebound was built without MINPACK. */
cb_status cb_fit_run(const cb_fit_row *rows, size_t count, const bool *use, cb_error *err,
                     cb_fit *fit);

/* |predicted / measured - 1| over some rows. */
typedef struct {
    size_t rows;
    double median, p95, worst;
} cb_fit_errors;

/* The q-quantile; sorts the values. 0 of none. */
double cb_fit_quantile(double *values, size_t count, double q);

/* Takes their sizes and sorts them. */
cb_fit_errors cb_fit_errors_of(double *errors, size_t count);

enum { CB_FIT_FAMILIES = 4, CB_TIME_FOLDS = 5 };

typedef struct {
    cb_fit_errors own;   /* rows that the figures were fitted to */
    cb_fit_errors folds; /* each fifth of the shapes from the other four */
    struct {
        const char *name; /* "conv", "int8", "bitserial" */
        cb_fit_errors errors;
    } without[CB_FIT_FAMILIES]; /* all of a family from the other families */
    size_t families;
} cb_fit_validation;

/* `errors`, if not NULL, has a place for each row's 5-fold error (predicted / measured - 1). */
cb_status cb_fit_validate(const cb_fit_row *rows, size_t count, const cb_fit *fit, cb_error *err,
                          double *errors, cb_fit_validation *validation);

#endif
