/* Parsers of what the files below /sys and /proc hold. All of them read text in memory, take
 * anything (short, binary, absurdly large), and say false when it is not what they are for. */
#ifndef CB_MACHINE_TEXT_H
#define CB_MACHINE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CPUs with higher numbers are left out of what is read. */
#define CB_CPU_LIMIT 4096

typedef struct {
    uint64_t words[CB_CPU_LIMIT / 64];
} cb_cpu_set;

void cb_cpu_set_add(cb_cpu_set *set, int cpu);
bool cb_cpu_set_has(const cb_cpu_set *set, int cpu);
int cb_cpu_set_count(const cb_cpu_set *set);
/* The lowest CPU that is `from` or higher; -1 when there is none. */
int cb_cpu_set_next(const cb_cpu_set *set, int from);

/* A whole decimal number in [low, high], with white space around it and nothing else. */
bool cb_text_integer(const char *text, int64_t low, int64_t high, int64_t *value);

/* The same in hexadecimal, with or without "0x", without sign. */
bool cb_text_hex(const char *text, uint64_t *value);

/* A finite decimal fraction >= 0 at the start of the text, white space behind it ("0.25 0.1 1/9").
 */
bool cb_text_fraction(const char *text, double *value);

/* "48K", "2048K", "1M", "64": as sysfs writes cache sizes. Not 0. */
bool cb_text_cache_bytes(const char *text, uint64_t *bytes);

/* "0-3,8,10-11"; false for an empty text, a number that is no CPU, or a range that runs backwards.
 */
bool cb_text_cpu_list(const char *text, cb_cpu_set *set);

/* Whether a word stands, between white space, in the text. */
bool cb_text_has_word(const char *text, const char *word);

/* "always [madvise] never" gives "madvise". */
bool cb_text_bracketed(const char *text, char *word, size_t bytes);

/* Copies as text: controls and bytes that are not ASCII become '?', space at both ends goes, what
 * is too long is cut. */
void cb_text_clean(const char *text, size_t length, char *out, size_t bytes);

/* The start of the line behind this one; NULL behind the last. */
const char *cb_text_next_line(const char *line);

/* The value of the first line "key<white space>:<white space>value". */
bool cb_text_field(const char *text, const char *key, char *value, size_t bytes);

/* The same among the lines that start before `end`, which lies inside the text. */
bool cb_text_field_before(const char *text, const char *end, const char *key, char *value,
                          size_t bytes);

/* The value of the first line KEY=value or KEY="value", as in /etc/os-release. */
bool cb_text_assignment(const char *text, const char *key, char *value, size_t bytes);

/* A line of /proc/meminfo, "MemTotal:  24684096 kB" (or without unit), in bytes (or as counted). */
bool cb_text_meminfo(const char *text, const char *key, double *value);

/* /proc/self/cgroup: our path in the hierarchy of a version-1 controller ("memory"), or in the
 * unified one (controller ""). */
bool cb_text_cgroup_path(const char *text, const char *controller, char *path, size_t bytes);

/* cpu.max, "50000 100000" or "max 100000": CPUs; false for "max". */
bool cb_text_cpu_max(const char *text, double *cpus);

#endif
