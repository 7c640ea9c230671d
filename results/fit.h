/* Text of unknown origin made to fit a terminal's line: widths count characters, not bytes. */
#ifndef CB_RESULTS_FIT_H
#define CB_RESULTS_FIT_H

#include <stdio.h>

enum { CB_LINE = 100, CB_CELL_BYTES = 128 };

typedef struct {
    char text[CB_CELL_BYTES];
} cb_cell;

int cb_width(const char *text);

/* Copies without control characters, at most what a cell holds, in whole characters. */
void cb_copy_plain(cb_cell *to, const char *from);

/* Both ends of a name tell kernels apart, so what is too long loses its middle. */
void cb_put_cut(const char *text, int width, FILE *out);

/* Words from column `at` on, where the line already is; further lines start at that column too. */
void cb_put_wrapped(const char *text, int at, FILE *out);

#endif
