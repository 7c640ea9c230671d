/* "Did you mean": the nearest of some words. */
#ifndef CB_CLI_SUGGEST_H
#define CB_CLI_SUGGEST_H

#include <stddef.h>

/* Fewest insertions, deletions, replacements and swaps of neighbours that make `a` into `b`
 * (optimal string alignment distance). Texts longer than 63 bytes are as far away as they are long.
 */
size_t cb_edit_distance(const char *a, const char *b);

/* Collects the nearest word; start with nearest NULL. */
typedef struct {
    const char *word;    /* what was typed */
    const char *nearest; /* NULL: nothing is near enough to be worth saying */
    size_t distance;
} cb_suggestion;

void cb_suggest(cb_suggestion *suggestion, const char *candidate);

#endif
