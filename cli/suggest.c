#include "cli/suggest.h"

#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t cb_edit_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > LONGEST || b_length > LONGEST)
        return a_length > b_length ? a_length : b_length;
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *reused = before;
        before = above;
        above = row;
        row = reused;
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] =
                smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
    }
    return row[b_length];
}

/* A word that is the beginning of another is near, however much is missing. */
static size_t distance_of(const char *typed, const char *candidate)
{
    size_t length = strlen(typed);
    if (length >= 3 && strncmp(typed, candidate, length) == 0)
        return 1;
    return cb_edit_distance(typed, candidate);
}

void cb_suggest(cb_suggestion *suggestion, const char *candidate)
{
    size_t distance = distance_of(suggestion->word, candidate);
    size_t allowed = smaller(strlen(suggestion->word), strlen(candidate)) / 3 + 1;
    if (distance > allowed || (suggestion->nearest && distance >= suggestion->distance))
        return;
    suggestion->nearest = candidate;
    suggestion->distance = distance;
}
