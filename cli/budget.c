#include "cli/budget.h"

#include <math.h>

static double share_for(const cb_budget *budget, double now_s, size_t done, size_t total)
{
    double elapsed_s = now_s - budget->started_s, left_s = budget->deadline_s - now_s;
    if (done < 3 || done >= total || elapsed_s <= 0)
        return budget->share;
    double needed_s = elapsed_s / (double)done * (double)(total - done);
    return fmin(1, fmax(0.1, left_s / needed_s));
}

cb_sampling cb_budget_next(cb_budget *budget, double now_s, size_t done, size_t total)
{
    cb_sampling sampling = budget->full;
    if (budget->deadline_s <= 0)
        return sampling;
    budget->share = share_for(budget, now_s, done, total);
    sampling.min_time_s *= budget->share;
    sampling.max_time_s *= budget->share;
    return sampling;
}
