#include "machine/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void cb_cpu_set_add(cb_cpu_set *set, int cpu)
{
    if (cpu >= 0 && cpu < CB_CPU_LIMIT)
        set->words[cpu / 64] |= (uint64_t)1 << (cpu % 64);
}

bool cb_cpu_set_has(const cb_cpu_set *set, int cpu)
{
    return cpu >= 0 && cpu < CB_CPU_LIMIT && (set->words[cpu / 64] >> (cpu % 64) & 1);
}

int cb_cpu_set_count(const cb_cpu_set *set)
{
    int count = 0;
    for (int cpu = cb_cpu_set_next(set, 0); cpu >= 0; cpu = cb_cpu_set_next(set, cpu + 1))
        count++;
    return count;
}

int cb_cpu_set_next(const cb_cpu_set *set, int from)
{
    for (int cpu = from; cpu < CB_CPU_LIMIT; cpu++)
        if (cb_cpu_set_has(set, cpu))
            return cpu;
    return -1;
}

static const char *skip_space(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static bool only_space(const char *text)
{
    return *skip_space(text) == '\0';
}

/* Digits at *cursor, moved behind them; false without digits or past int64_t. */
static bool take_digits(const char **cursor, int64_t *value)
{
    if (!isdigit((unsigned char)**cursor))
        return false;
    char *end;
    errno = 0;
    long long number = strtoll(*cursor, &end, 10);
    if (errno)
        return false;
    *cursor = end;
    *value = number;
    return true;
}

bool cb_text_integer(const char *text, int64_t low, int64_t high, int64_t *value)
{
    const char *cursor = skip_space(text);
    bool negative = *cursor == '-';
    int64_t number;
    cursor += negative;
    if (!take_digits(&cursor, &number) || !only_space(cursor))
        return false;
    number = negative ? -number : number;
    if (number < low || number > high)
        return false;
    *value = number;
    return true;
}

bool cb_text_hex(const char *text, uint64_t *value)
{
    const char *cursor = skip_space(text);
    if (cursor[0] == '0' && (cursor[1] == 'x' || cursor[1] == 'X'))
        cursor += 2;
    if (!isxdigit((unsigned char)*cursor))
        return false;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(cursor, &end, 16);
    if (errno || !only_space(end))
        return false;
    *value = number;
    return true;
}

bool cb_text_fraction(const char *text, double *value)
{
    const char *cursor = skip_space(text), *digits = cursor;
    while (isdigit((unsigned char)*cursor) || *cursor == '.')
        cursor++;
    if (!isdigit((unsigned char)*digits) || cursor - digits > 20 ||
        !(isspace((unsigned char)*cursor) || !*cursor))
        return false;
    double whole = 0, scale = 0;
    for (const char *c = digits; c < cursor; c++) {
        if (*c == '.' && scale > 0)
            return false;
        if (*c == '.') {
            scale = 1;
            continue;
        }
        whole = whole * 10 + (*c - '0');
        scale *= 10;
    }
    *value = scale > 0 ? whole / scale : whole;
    return true;
}

bool cb_text_cache_bytes(const char *text, uint64_t *bytes)
{
    const char *cursor = skip_space(text);
    int64_t number;
    if (!take_digits(&cursor, &number) || number <= 0)
        return false;
    int shift = *cursor == 'K' ? 10 : *cursor == 'M' ? 20 : *cursor == 'G' ? 30 : 0;
    cursor += shift > 0;
    if (!only_space(cursor) || number > INT64_MAX >> shift)
        return false;
    *bytes = (uint64_t)number << shift;
    return true;
}

/* "3" or "3-7" at *cursor. */
static bool take_range(const char **cursor, int64_t *low, int64_t *high)
{
    if (!take_digits(cursor, low))
        return false;
    *high = *low;
    if (**cursor != '-')
        return true;
    (*cursor)++;
    return take_digits(cursor, high);
}

bool cb_text_cpu_list(const char *text, cb_cpu_set *set)
{
    cb_cpu_set found;
    memset(&found, 0, sizeof found);
    const char *cursor = skip_space(text);
    for (;;) {
        int64_t low, high;
        if (!take_range(&cursor, &low, &high) || high < low || high >= CB_CPU_LIMIT)
            return false;
        for (int64_t cpu = low; cpu <= high; cpu++)
            cb_cpu_set_add(&found, (int)cpu);
        if (*cursor != ',')
            break;
        cursor++;
    }
    if (!only_space(cursor))
        return false;
    *set = found;
    return true;
}

bool cb_text_has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
        bool starts = at == text || isspace((unsigned char)at[-1]);
        bool ends = !at[length] || isspace((unsigned char)at[length]);
        if (starts && ends)
            return true;
    }
    return false;
}

bool cb_text_bracketed(const char *text, char *word, size_t bytes)
{
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close || close == open + 1)
        return false;
    cb_text_clean(open + 1, (size_t)(close - open - 1), word, bytes);
    return true;
}

void cb_text_clean(const char *text, size_t length, char *out, size_t bytes)
{
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    if (length > bytes - 1)
        length = bytes - 1;
    for (size_t i = 0; i < length; i++)
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    out[length] = '\0';
}

/* Copies what is left of the line at `text`. */
static void copy_line(const char *text, char *value, size_t bytes)
{
    cb_text_clean(text, strcspn(text, "\n"), value, bytes);
}

const char *cb_text_next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : NULL;
}

bool cb_text_field_before(const char *text, const char *end, const char *key, char *value,
                          size_t bytes)
{
    size_t length = strlen(key);
    for (const char *line = text; line && line < end; line = cb_text_next_line(line)) {
        if (strncmp(line, key, length) != 0)
            continue;
        const char *colon = line + length;
        while (*colon == ' ' || *colon == '\t')
            colon++;
        if (*colon != ':')
            continue;
        copy_line(colon + 1, value, bytes);
        return true;
    }
    return false;
}

bool cb_text_field(const char *text, const char *key, char *value, size_t bytes)
{
    return cb_text_field_before(text, text + strlen(text), key, value, bytes);
}

bool cb_text_assignment(const char *text, const char *key, char *value, size_t bytes)
{
    size_t length = strlen(key);
    for (const char *line = text; line; line = cb_text_next_line(line)) {
        if (strncmp(line, key, length) != 0 || line[length] != '=')
            continue;
        const char *start = line + length + 1;
        char quote = *start;
        if (quote != '"' && quote != '\'') {
            copy_line(start, value, bytes);
            return true;
        }
        const char ends[] = {quote, '\n', '\0'};
        cb_text_clean(start + 1, strcspn(start + 1, ends), value, bytes);
        return true;
    }
    return false;
}

bool cb_text_meminfo(const char *text, const char *key, double *value)
{
    char line[64];
    int64_t number;
    if (!cb_text_field(text, key, line, sizeof line))
        return false;
    char *unit = strstr(line, " kB");
    if (unit)
        *unit = '\0';
    if (!cb_text_integer(line, 0, INT64_MAX, &number))
        return false;
    *value = (double)number * (unit ? 1024.0 : 1.0);
    return true;
}

/* Whether `name` is one of the comma-separated names in [list, end). */
static bool list_has(const char *list, const char *end, const char *name)
{
    size_t length = strlen(name);
    while (list <= end) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        const char *stop = comma ? comma : end;
        if ((size_t)(stop - list) == length && memcmp(list, name, length) == 0)
            return true;
        list = stop + 1;
    }
    return false;
}

bool cb_text_cgroup_path(const char *text, const char *controller, char *path, size_t bytes)
{
    for (const char *line = text; line; line = cb_text_next_line(line)) {
        size_t length = strcspn(line, "\n");
        const char *end = line + length;
        const char *first = memchr(line, ':', length);
        const char *second = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;
        if (!second || second[1] != '/' || (size_t)(end - second - 1) >= bytes)
            continue;
        if (!list_has(first + 1, second, controller))
            continue;
        memcpy(path, second + 1, (size_t)(end - second - 1));
        path[end - second - 1] = '\0';
        return true;
    }
    return false;
}

bool cb_text_cpu_max(const char *text, double *cpus)
{
    const char *cursor = skip_space(text);
    int64_t quota, period;
    if (!take_digits(&cursor, &quota))
        return false;
    cursor = skip_space(cursor);
    if (!take_digits(&cursor, &period) || !only_space(cursor) || quota <= 0 || period <= 0)
        return false;
    *cpus = (double)quota / (double)period;
    return true;
}
