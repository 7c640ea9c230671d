#include "cli/threads.h"

#include "base/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The list while it is read; `counts` has room for every count there can be. */
typedef struct {
    const cb_thread_limits *limits;
    cb_error *err;
    int *counts;
    size_t count;
} list;

static cb_status refuse(const list *l, const char *text, int length)
{
    return cb_fail(l->err, CB_USAGE,
                   "--threads: '%.*s' is not a thread count; write numbers from 1 to %d, ranges "
                   "like 1..%d, or max",
                   length < 40 ? length : 40, text, l->limits->most, l->limits->most);
}

/* One number of the list: text[0..length). */
static cb_status read_count(const list *l, const char *text, size_t length, int *count)
{
    char number[12];
    int64_t value;
    if (length == 3 && memcmp(text, "max", 3) == 0) {
        *count = l->limits->cores;
        return CB_OK;
    }
    if (length >= sizeof number)
        return refuse(l, text, (int)length);
    memcpy(number, text, length);
    number[length] = 0;
    if (cb_parse_integer(number, 0, INT32_MAX, NULL, &value))
        return refuse(l, text, (int)length);
    if (value < 1)
        return cb_fail(l->err, CB_USAGE,
                       "--threads: a run needs at least 1 thread; 1 to %d can be used here",
                       l->limits->most);
    if (value > l->limits->most)
        return cb_fail(l->err, CB_USAGE,
                       "--threads: %s is more than the %d CPU%s of one core kind that this process "
                       "may run on (affinity mask, cgroup)",
                       number, l->limits->most, l->limits->most == 1 ? "" : "s");
    *count = (int)value;
    return CB_OK;
}

static void add(list *l, int count)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->counts[i] == count)
            return;
    if (count <= l->limits->cpus)
        l->counts[l->count++] = count;
}

/* "2" or "1..4": text[0..length). */
static cb_status read_item(list *l, const char *text, size_t length)
{
    int first, last;
    size_t first_length = 0;
    while (first_length + 1 < length && memcmp(text + first_length, "..", 2) != 0)
        first_length++;
    if (first_length + 1 >= length)
        first_length = length;
    cb_status status = read_count(l, text, first_length, &first);
    last = first;
    if (status == CB_OK && first_length < length)
        status = read_count(l, text + first_length + 2, length - first_length - 2, &last);
    if (status != CB_OK)
        return status;
    if (last < first)
        return cb_fail(l->err, CB_USAGE, "--threads: '%.*s' runs backwards; write %d..%d",
                       (int)length, text, last, first);
    for (int count = first; count <= last; count++)
        add(l, count);
    return CB_OK;
}

cb_status cb_threads_parse(const char *text, const cb_thread_limits *limits, cb_error *err,
                           int **counts, size_t *count)
{
    list l = {.limits = limits, .err = err};
    cb_status status = CB_OK;
    l.counts = calloc((size_t)limits->most + 1, sizeof *l.counts);
    if (!l.counts)
        return cb_fail(err, CB_NO_MEMORY, "no memory for thread counts");
    if (!text)
        text = "1,max";
    for (const char *at = text; status == CB_OK && at; at = strchr(at, ',')) {
        at += at != text;
        status = read_item(&l, at, strcspn(at, ","));
    }
    if (status != CB_OK) {
        free(l.counts);
        return status;
    }
    *counts = l.counts;
    *count = l.count;
    return CB_OK;
}
