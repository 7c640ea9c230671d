#include "models/misscurve.h"

#include <math.h>
#include <pthread.h>

enum {
    TABLE_PER_OCTAVE = 32,
    TABLE_OCTAVES = 4, /* on each side of ratio 1 */
    TABLE_SIZE = 2 * TABLE_OCTAVES * TABLE_PER_OCTAVE + 1,
    SHAPES = 11,
    AGED_WAYS = 16,             /* of a set whose lines have ages */
    AGED_LINES = 4 * AGED_WAYS, /* with more, all miss */
};
static const double DEVIATIONS = 9; /* of a Poisson load: beyond, less than 1e-15 */
static const double CONVERGED = 1e-13;

const cb_miss_shape cb_miss_shapes[SHAPES] = {
    {"lru", CB_REPLACE_LRU, 0, 2},
    {"lru", CB_REPLACE_LRU, 0, 4},
    {"lru", CB_REPLACE_LRU, 0, 8},
    {"lru", CB_REPLACE_LRU, 0, 16},
    {"random", CB_REPLACE_RANDOM, 0, 4},
    {"random", CB_REPLACE_RANDOM, 0, 16},
    {"coloured lru", CB_REPLACE_LRU, 1, 16},
    {"coloured lru", CB_REPLACE_LRU, 1, 32},
    {"coloured lru", CB_REPLACE_LRU, 1, 64},
    {"coloured random", CB_REPLACE_RANDOM, 1, 16},
    {"coloured quad-age", CB_REPLACE_QUAD_AGE, 1, 16},
};
const size_t cb_miss_shape_count = SHAPES;

typedef struct {
    int line[AGED_WAYS], age[AGED_WAYS];
} aged_set;

/* Ages 0 (used again) to 3 (goes next): a line comes in with age 1, a hit makes it 0, the first of
 * age 3 is replaced; when none is 3, all but the line just used grow until one is. */
static int quad_age_misses(aged_set *set, int line)
{
    int at = -1, oldest = 0;
    for (int i = 0; i < AGED_WAYS; i++)
        if (set->line[i] == line)
            at = i;
    int missed = at < 0;
    for (int i = AGED_WAYS - 1; missed && i >= 0; i--)
        if (set->age[i] == 3)
            at = i;
    set->line[at] = line;
    set->age[at] = missed;
    for (int i = 0; i < AGED_WAYS; i++)
        if (i != at && set->age[i] > oldest)
            oldest = set->age[i];
    for (int i = 0; i < AGED_WAYS; i++)
        set->age[i] += i != at ? 3 - oldest : 0;
    return missed;
}

/* Walked some times around until it is in its rhythm, then counted. */
static double quad_age_set(int lines)
{
    enum { SETTLE = 8, COUNTED = 16 };
    aged_set set;
    int misses = 0;
    for (int i = 0; i < AGED_WAYS; i++) {
        set.line[i] = -1;
        set.age[i] = 3;
    }
    for (int step = 0; step < (SETTLE + COUNTED) * lines; step++)
        misses += quad_age_misses(&set, step % lines) && step >= SETTLE * lines;
    return (double)misses / (COUNTED * lines);
}

static double aged[AGED_LINES + 1];
static pthread_once_t aged_once = PTHREAD_ONCE_INIT;

static void aged_make(void)
{
    for (int lines = 1; lines <= AGED_LINES; lines++)
        aged[lines] = quad_age_set(lines);
}

static double aged_share(double lines)
{
    pthread_once(&aged_once, aged_make);
    return lines > AGED_LINES ? 1 : aged[(int)lines];
}

/* Miss share of a cyclic walk over `lines` lines of one set. LRU: one line too many and all miss.
 * Random victim: a line survives each of the (1 - h)(lines - 1) misses of the others between two
 * visits with probability 1 - 1/ways, so h = (1 - 1/ways)^((1 - h)(lines - 1)). */
static double one_set(const cb_miss_shape *shape, double lines)
{
    if (lines <= shape->ways)
        return 0;
    if (shape->replacement != CB_REPLACE_RANDOM)
        return shape->replacement == CB_REPLACE_LRU ? 1 : aged_share(lines);
    double decay = -log1p(-1 / shape->ways) * (lines - 1);
    double miss = 1, before = 2;
    for (int i = 0; i < 60 && before - miss > CONVERGED; i++) {
        before = miss;
        miss = 1 - exp(-miss * decay);
    }
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
    double mean = shape->ways * ratio, spread = DEVIATIONS * (sqrt(mean) + 1);
    double first = fmax(shape->ways + 1, floor(mean - spread)), last = ceil(mean + spread);
    double weight = exp((first - 1) * log(mean) - mean - lgamma(first)), sum = 0;
    for (double lines = first; lines <= last; lines++) {
        sum += weight * one_set(shape, lines);
        weight *= mean / lines;
    }
    return fmin(sum, 1);
}

double cb_miss_share(const cb_miss_shape *shape, double ratio)
{
    if (!(ratio > 0))
        return 0;
    return shape->coloured ? coloured(shape, ratio) : contiguous(shape, ratio);
}

static double table[SHAPES][TABLE_SIZE];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void table_make(void)
{
    for (size_t s = 0; s < SHAPES; s++)
        for (int i = 0; i < TABLE_SIZE; i++)
            table[s][i] = cb_miss_share(&cb_miss_shapes[s],
                                        exp2((double)i / TABLE_PER_OCTAVE - TABLE_OCTAVES));
}

double cb_miss_share_at(size_t shape, double octaves)
{
    pthread_once(&table_once, table_make);
    const double *miss = table[shape];
    double at = (octaves + TABLE_OCTAVES) * TABLE_PER_OCTAVE;
    if (at <= 0)
        return miss[0];
    if (at >= TABLE_SIZE - 1)
        return miss[TABLE_SIZE - 1];
    size_t i = (size_t)at;
    return miss[i] + (at - (double)i) * (miss[i + 1] - miss[i]);
}
