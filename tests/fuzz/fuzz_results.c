/* Any bytes as a results document: they are read or refused, and what is read can be written in
 * every format and read back the same. */
#include "fuzz.h"

#include "results/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *written(const json_t *document, cb_format format, size_t *length)
{
    char *text = NULL;
    cb_error err = {""};
    FILE *out = open_memstream(&text, length);
    FUZZ_REQUIRE(out != NULL);
    FUZZ_REQUIRE(cb_results_write(document, format, out, &err) == CB_OK);
    fclose(out);
    return text;
}

static void read_back(const json_t *document)
{
    size_t length;
    cb_error err = {""};
    json_t *again = NULL;
    char *text = written(document, CB_FORMAT_JSON, &length);
    FUZZ_REQUIRE(cb_results_parse(text, length, "again", &err, &again) == CB_OK);
    FUZZ_REQUIRE(json_equal(document, again));
    json_decref(again);
    free(text);
}

/* No line of a table is longer than the terminal. */
static void measure_table(const json_t *document)
{
    size_t length, width = 0;
    char *text = written(document, CB_FORMAT_TABLE, &length);
    for (size_t i = 0; i < length; i++) {
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
        width = text[i] == '\n' ? 0 : width;
        FUZZ_REQUIRE(width <= 100);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t length;
    char path[256];
    cb_error err = {""};
    json_t *document = NULL;
    cb_status status = cb_results_parse((const char *)data, size, "input", &err, &document);
    FUZZ_REQUIRE((status == CB_OK) == (document != NULL));
    if (status != CB_OK) {
        FUZZ_REQUIRE(strncmp(err.text, "input", 5) == 0 && !strchr(err.text, '\n'));
        return 0;
    }
    read_back(document);
    measure_table(document);
    free(written(document, CB_FORMAT_CSV, &length));
    if (cb_results_default_path(document, &err, path, sizeof path) == CB_OK)
        FUZZ_REQUIRE(strstr(path, "/..") == NULL || getenv("CACHEBOUND_RESULTS"));
    json_decref(document);
    return 0;
}
