/* Which type is the fastest at each pair of widths, from the rows of one run. */
#ifndef CB_CLI_BITSERIAL_ADVISE_H
#define CB_CLI_BITSERIAL_ADVISE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* For each shape and number of threads of the document's bitserial rows: the rates of bit-serial,
 * look-up, int8 and float32 products, the fastest, and in words where bit-serial wins and where it
 * loses. What was not measured is a dash and wins nothing. */
void cb_bits_advise(const json_t *document, FILE *out);

/* Whether the interleaved peak beside a row stands far below what it reached beside another one. */
bool cb_bits_advice_is_disturbed(const json_t *document);

#endif
