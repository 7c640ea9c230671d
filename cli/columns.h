/* A small aligned table of texts. */
#ifndef CB_CLI_COLUMNS_H
#define CB_CLI_COLUMNS_H

#include "base/status.h"

#include <stddef.h>
#include <stdio.h>

enum { CB_COLUMNS = 8, CB_COLUMN_BYTES = 160 };

typedef struct {
    char (*rows)[CB_COLUMNS][CB_COLUMN_BYTES];
    size_t count, capacity;
    unsigned right; /* bit 1 << column: of numbers, right-aligned */
} cb_columns;

/* Sets a cell of the last row; column 0 starts a new row. Without memory the row is left out. */
void cb_columns_put(cb_columns *table, int column, const char *format, ...) CB_PRINTF(3, 4);

/* Prints every row, left-aligned where `right` does not say else, behind two spaces, and frees. */
void cb_columns_print(cb_columns *table, FILE *out);

#endif
