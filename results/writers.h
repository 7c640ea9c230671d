/* One writer a format, and what they share. A new format is one file and one row in write.c. */
#ifndef CB_RESULTS_WRITERS_H
#define CB_RESULTS_WRITERS_H

#include "base/status.h"
#include "base/units.h"

#include <jansson.h>
#include <stdio.h>

/* A writer puts a checked document on the stream. It reports what only it can know (no memory);
 * whether the stream took the bytes is asked once, by cb_results_write. */
typedef cb_status cb_writer(const json_t *document, FILE *out, cb_error *err);

cb_writer cb_write_table, cb_write_json, cb_write_csv;

/* The shortest decimal text that reads back as the same number. A real keeps a point or an
 * exponent, so that it is read back as a real. */
cb_text cb_number_text(const json_t *number);

#endif
