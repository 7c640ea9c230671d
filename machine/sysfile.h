/* Small text files below a root directory that a test may choose. */
#ifndef CB_MACHINE_SYSFILE_H
#define CB_MACHINE_SYSFILE_H

#include "base/status.h"
#include "machine/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether `root` stands for this machine itself: NULL, "" or "/". */
bool cb_sysfile_root_is_here(const char *root);

/* The whole file "<root>/<path>" as one string: NUL bytes (device tree) become line ends, more than
 * 4 MiB is cut. NULL when it cannot be read. The caller frees. */
char *cb_sysfile_read(const char *root, const char *path_format, ...) CB_PRINTF(2, 3);

/* A whole number in [low, high] that a file holds; false when it is missing or holds another thing.
 */
bool cb_sysfile_integer(const char *root, int64_t low, int64_t high, int64_t *value,
                        const char *path_format, ...) CB_PRINTF(5, 6);

/* The first line of a file, made printable. */
bool cb_sysfile_line(const char *root, char *line, size_t bytes, const char *path_format, ...)
    CB_PRINTF(4, 5);

/* A fact that is known, and one that is not. */
static inline cb_fact cb_fact_known(double value)
{
    return (cb_fact){.value = value, .reason = NULL};
}

static inline cb_fact cb_fact_unknown(const char *reason)
{
    return (cb_fact){.value = 0, .reason = reason};
}

#endif
