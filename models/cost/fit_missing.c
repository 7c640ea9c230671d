#include "models/cost/fit.h"

cb_status cb_fit_run(const cb_fit_row *rows, size_t count, const bool *use, cb_error *err,
                     cb_fit *fit)
{
    (void)rows;
    (void)use;
    (void)fit;
    return cb_fail(err, CB_UNSUPPORTED,
                   "%zu rows cannot be fitted: cachebound was built without MINPACK; install "
                   "libcminpack-dev and build it again",
                   count);
}
