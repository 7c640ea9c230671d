#include "cli/membw_options.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERNS = CB_PATTERN_UPDATE + 1, WORD = 64 };

/* The next word of a comma list into `word`; NULL at the end. Long words are cut: nothing known is
 * that long. */
static const char *next_word(const char *at, char word[WORD])
{
    size_t length = strcspn(at, ",");
    snprintf(word, WORD, "%.*s", (int)(length < WORD ? length : WORD - 1), at);
    return at[length] ? at + length + 1 : NULL;
}

static size_t count_words(const char *list)
{
    size_t count = 1;
    for (; *list; list++)
        count += *list == ',';
    return count;
}

static cb_status parse_blocks(const char *list, cb_error *err, cb_membw_options *parsed)
{
    cb_error why;
    char word[WORD];
    if (!list)
        return CB_OK;
    uint64_t *blocks = calloc(count_words(list), sizeof *blocks);
    if (!blocks)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the list of blocks");
    for (const char *at = list; at;) {
        at = next_word(at, word);
        if (cb_parse_bytes(word, &why, &blocks[parsed->block_count++]) != CB_OK) {
            free(blocks);
            return cb_fail(err, CB_USAGE, "--block: %s", why.text);
        }
    }
    parsed->blocks = blocks;
    return CB_OK;
}

static cb_status parse_pattern(const char *word, cb_error *err, unsigned *patterns)
{
    for (int p = 0; p < PATTERNS; p++)
        if (strcmp(word, cb_membw_pattern_name((cb_membw_pattern)p)) == 0) {
            *patterns |= 1u << p;
            return CB_OK;
        }
    return cb_fail(err, CB_USAGE,
                   "--pattern: '%.40s' is none of read, write, copy, triad, mix21, rmw, update",
                   word);
}

static cb_status parse_patterns(const char *list, cb_error *err, cb_membw_options *parsed)
{
    char word[WORD];
    cb_status status = CB_OK;
    for (const char *at = list; at && status == CB_OK;) {
        at = next_word(at, word);
        status = parse_pattern(word, err, &parsed->patterns);
    }
    return status;
}

static cb_pages pages_of(const char *word)
{
    if (word && strcmp(word, "small") == 0)
        return CB_PAGES_SMALL;
    return word && strcmp(word, "huge") == 0 ? CB_PAGES_HUGE : CB_PAGES_DEFAULT;
}

cb_status cb_membw_options_parse(const cb_options *options, cb_error *err, cb_membw_options *parsed)
{
    cb_membw_options wanted = {.pages = pages_of(options->pages),
                               .shared = options->shared,
                               .chase = options->chase,
                               .stride = options->stride};
    cb_status status = parse_patterns(options->pattern, err, &wanted);
    status = status ? status : parse_blocks(options->block, err, &wanted);
    if (status == CB_OK)
        *parsed = wanted;
    return status;
}
