#include "cli/columns.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool add_row(cb_columns *table)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 16;
        void *rows = realloc(table->rows, capacity * sizeof *table->rows);
        if (!rows)
            return false;
        table->rows = rows;
        table->capacity = capacity;
    }
    memset(table->rows[table->count++], 0, sizeof *table->rows);
    return true;
}

void cb_columns_put(cb_columns *table, int column, const char *format, ...)
{
    va_list args;
    if ((column == 0 && !add_row(table)) || table->count == 0)
        return;
    va_start(args, format);
    vsnprintf(table->rows[table->count - 1][column], CB_COLUMN_BYTES, format, args);
    va_end(args);
}

void cb_columns_print(cb_columns *table, FILE *out)
{
    int widths[CB_COLUMNS] = {0};
    for (size_t row = 0; row < table->count; row++)
        for (int column = 0; column < CB_COLUMNS; column++) {
            int width = (int)strlen(table->rows[row][column]);
            widths[column] = width > widths[column] ? width : widths[column];
        }
    for (size_t row = 0; row < table->count; row++) {
        int last = CB_COLUMNS - 1;
        while (last > 0 && !table->rows[row][last][0])
            last--;
        for (int column = 0; column <= last; column++) {
            bool right = table->right & 1u << column;
            int width = right ? widths[column] : column < last ? -widths[column] : 0;
            fprintf(out, "  %*s", width, table->rows[row][column]);
        }
        putc('\n', out);
    }
    free(table->rows);
    memset(table, 0, sizeof *table);
}
