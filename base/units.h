/* The one formatter of numbers with units, and the one parser of sizes and lists.
 *
 * Inside the program every figure is an SI base unit; prefixes exist only here. */
#ifndef CB_BASE_UNITS_H
#define CB_BASE_UNITS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char text[32];
} cb_text;

/* "243.2 GFLOP/s": four significant digits and a decimal prefix. `unit` is "B/s", "Hz", "s", ... */
cb_text cb_format_si(double value, const char *unit);

/* "48 KiB", "2 MiB", "1.5 MiB", "333 B": binary prefixes, exact where that is short. */
cb_text cb_format_bytes(uint64_t bytes);

/* "4KiB", "4K", "4096", "1.5MiB", "16MB" (MB is decimal, M and MiB binary; letter case is free).
 * CB_USAGE for an empty, negative, fractional-byte, unknown-suffix or overflowing text. */
cb_status cb_parse_bytes(const char *text, cb_error *err, uint64_t *bytes);

/* A whole number in [low, high], decimal, nothing behind it. CB_USAGE otherwise. */
cb_status cb_parse_integer(const char *text, int64_t low, int64_t high, cb_error *err,
                           int64_t *value);

/* A finite number in [low, high], C locale. "5ms", "2.5us", "3s" and a bare number for seconds are
 * read by cb_parse_seconds. CB_USAGE otherwise. */
cb_status cb_parse_number(const char *text, double low, double high, cb_error *err, double *value);
cb_status cb_parse_seconds(const char *text, cb_error *err, double *seconds);

#endif
