#include "models/misscurve.h"

#include <math.h>

const cb_miss_shape cb_miss_shapes[] = {
    {"lru", 0, 0, 2},           {"lru", 0, 0, 4},
    {"lru", 0, 0, 8},           {"lru", 0, 0, 16},
    {"random", 1, 0, 4},        {"random", 1, 0, 16},
    {"coloured lru", 0, 1, 16}, {"coloured lru", 0, 1, 32},
    {"coloured lru", 0, 1, 64}, {"coloured random", 1, 1, 16},
};
const size_t cb_miss_shape_count = sizeof cb_miss_shapes / sizeof *cb_miss_shapes;

/* Miss share of a cyclic walk over `lines` lines of one set. LRU: one line too many and all miss.
 * Random victim: a line survives each of the (1 - h)(lines - 1) misses of the others between two
 * visits with probability 1 - 1/ways, so h = (1 - 1/ways)^((1 - h)(lines - 1)). */
static double one_set(const cb_miss_shape *shape, double lines)
{
    if (lines <= shape->ways)
        return 0;
    if (!shape->random)
        return 1;
    double decay = -log1p(-1 / shape->ways) * (lines - 1);
    double miss = 1;
    for (int i = 0; i < 60; i++)
        miss = 1 - exp(-miss * decay);
    return miss;
}

/* A block that is contiguous for the cache: its sets hold as many lines each, or one more. */
static double contiguous(const cb_miss_shape *shape, double ratio)
{
    double mean = shape->ways * ratio;
    double few = floor(mean), more = mean - few;
    return ((1 - more) * few * one_set(shape, few) + more * (few + 1) * one_set(shape, few + 1)) /
           mean;
}

/* Pages of a physically indexed cache fall on its page colours by chance: the load of a colour is
 * Poisson with mean ways x ratio, and a visit goes to a colour in proportion to its load. */
static double coloured(const cb_miss_shape *shape, double ratio)
{
    double mean = shape->ways * ratio;
    int last = (int)(mean + 12 * sqrt(mean) + 12);
    double sum = 0;
    for (int lines = 1; lines <= last; lines++) {
        double weight = exp((lines - 1) * log(mean) - mean - lgamma(lines));
        sum += weight * one_set(shape, lines);
    }
    return fmin(sum, 1);
}

double cb_miss_share(const cb_miss_shape *shape, double ratio)
{
    if (!(ratio > 0))
        return 0;
    return shape->coloured ? coloured(shape, ratio) : contiguous(shape, ratio);
}
