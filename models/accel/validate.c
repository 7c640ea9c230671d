#include "models/accel/fit.h"

#include "base/stats.h"

#include <math.h>
#include <stdlib.h>

/* Two runs of the simulator differ by so much at most (FACTS: 0.10 % in the mean). */
static const double noise = 0.016;

double cb_accel_error_of(const cb_accel_observation *row, const cb_accel_terms *cycles)
{
    return (cb_accel_dot(&row->counts, cycles) + row->waits) / row->cycles - 1;
}

/* Fisher and Yates with a fixed generator. */
static void shuffle(size_t *order, size_t count, uint32_t *state)
{
    for (size_t i = count; i > 1; i--) {
        *state = (1103515245u * *state + 12345u) & 0x7fffffffu;
        size_t j = (*state >> 8) % i, kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

static cb_status one_fold(const cb_accel_platform *p, const cb_accel_observation *rows,
                          size_t count, const size_t *order, size_t fold,
                          cb_accel_observation *others, cb_error *err, double *errors)
{
    cb_accel_terms cycles;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i % CB_FIT_FOLDS != fold)
            others[kept++] = rows[order[i]];
    cb_status status = cb_accel_fit(p, others, kept, err, &cycles);
    for (size_t i = fold; status == CB_OK && i < count; i += CB_FIT_FOLDS)
        errors[order[i]] = cb_accel_error_of(&rows[order[i]], &cycles);
    return status;
}

cb_status cb_accel_cross_validate(const cb_accel_platform *p, const cb_accel_observation *rows,
                                  size_t count, cb_error *err, double *errors)
{
    size_t *order = malloc((count + 1) * sizeof *order);
    cb_accel_observation *others = malloc((count + 1) * sizeof *others);
    cb_status status = CB_OK;
    uint32_t state = 12345;
    if (!order || !others)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to fit %zu rows", count);
    for (size_t i = 0; status == CB_OK && i < count; i++)
        order[i] = i;
    for (size_t round = 0; status == CB_OK && round < CB_FIT_ROUNDS; round++) {
        shuffle(order, count, &state);
        for (size_t fold = 0; status == CB_OK && fold < CB_FIT_FOLDS; fold++)
            status = one_fold(p, rows, count, order, fold, others, err, errors + round * count);
    }
    free(order);
    free(others);
    return status;
}

/* The 95th percentile of errors of a family, and the worst in the dangerous direction. */
static void errors_of(const cb_accel_observation *rows, size_t count, const double *errors,
                      cb_accel_family family, double *sizes, double *spread, double *too_low)
{
    size_t n = 0;
    *too_low = 0;
    for (size_t i = 0; i < count * CB_FIT_ROUNDS; i++) {
        if (rows[i % count].family != family)
            continue;
        sizes[n++] = fabs(errors[i]);
        *too_low = fmax(*too_low, 1 / (1 + errors[i]) - 1);
    }
    *spread = cb_quantile(sizes, n, 0.95);
}

static void count_rows(const cb_accel_observation *rows, size_t count, cb_accel_platform *platform)
{
    for (int t = 0; t < CB_ACCEL_TERMS; t++) {
        platform->rows[t] = 0;
        for (size_t i = 0; i < count; i++)
            platform->rows[t] += rows[i].counts.of[t] > 0;
    }
}

void cb_accel_calibrated(const cb_accel_observation *rows, size_t count, const double *errors,
                         const cb_accel_terms *cycles, cb_accel_platform *platform)
{
    double *sizes = malloc((count * CB_FIT_ROUNDS + 1) * sizeof *sizes);
    platform->cycles = *cycles;
    platform->calibrated_cores = 0;
    count_rows(rows, count, platform);
    for (size_t i = 0; i < count; i++)
        if (rows[i].cores > platform->calibrated_cores)
            platform->calibrated_cores = rows[i].cores;
    for (int f = 0; sizes && f < CB_ACCEL_FAMILIES; f++) {
        double too_low;
        errors_of(rows, count, errors, (cb_accel_family)f, sizes, &platform->spread[f], &too_low);
        platform->guard[f] = too_low + noise;
    }
    free(sizes);
}
