/* Any words as a command line (one a line): understood, or refused in one line. */
#include "fuzz.h"

#include "cli/membw_options.h"
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64 };

/* Splits at line ends; returns how many words there are, the program's name among them. */
static int split(char *text, size_t size, char **words)
{
    static char name[] = "cachebound";
    int count = 0;
    words[count++] = name;
    for (char *word = text; word <= text + size && count < WORDS_MAX; count++) {
        words[count] = word;
        word += strcspn(word, "\n");
        *word++ = 0;
    }
    words[count] = NULL;
    return count;
}

static void check_refusal(cb_status status, const cb_error *err)
{
    FUZZ_REQUIRE(status == CB_OK || err->text[0]);
    FUZZ_REQUIRE(status == CB_OK || status == CB_USAGE || status == CB_NO_MEMORY);
    FUZZ_REQUIRE(!strchr(err->text, '\n'));
}

static void read_membw(const cb_options *options)
{
    cb_error err = {""};
    cb_membw_options membw = {0};
    check_refusal(cb_membw_options_parse(options, &err, &membw), &err);
    free((void *)membw.blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[WORDS_MAX + 1], *text = malloc(size + 1);
    const cb_command *command = NULL;
    cb_options options;
    cb_error err = {""};
    FUZZ_REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = 0;
    size = strlen(text);
    cb_status status = cb_options_parse(split(text, size, words), words, &err, &options, &command);
    check_refusal(status, &err);
    if (status == CB_OK) {
        if (command && strcmp(command->name, "membw") == 0)
            read_membw(&options);
        cb_options_free(&options);
    }
    free(text);
    return 0;
}
