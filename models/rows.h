/* Questions that models and plots ask of the rows of a results document. */
#ifndef CB_MODELS_ROWS_H
#define CB_MODELS_ROWS_H

#include "results/results.h"

#include <stdbool.h>

/* Whether a row has figures: its status is "ok". */
bool cb_row_ok(const json_t *row);

/* Whether the text at `path` is `text`; a missing text equals NULL only. */
bool cb_row_is(const json_t *row, const char *path, const char *text);

/* Whether params.<key> is true. */
bool cb_row_true(const json_t *row, const char *key);

/* "published" figures were measured by others, with their tools. */
bool cb_row_published(const json_t *row);

/* Whether a row was measured on cores of this kind; NULL is any kind, and a row without a kind is
 * of every kind. */
bool cb_row_on_core(const json_t *row, const char *core_kind);

int cb_row_threads(const json_t *row);

/* The kinds of cores that rows with figures were measured on, in order of appearance; texts of the
 * document. A document whose rows name none has the one kind NULL. Returns at most `capacity`. */
size_t cb_rows_core_kinds(const json_t *document, const char **kinds, size_t capacity);

/* The document with the rows alone that ceilings are made of, peaks and bandwidths: what is asked
 * of these is not asked of ten thousand operators. Texts stay the document's. NULL without memory.
 */
json_t *cb_rows_ceilings(const json_t *document);

/* The same with peaks alone. */
json_t *cb_rows_peaks(const json_t *document);

#endif
