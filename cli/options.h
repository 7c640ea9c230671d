/* The command line: one table (options.inc), one parser over it. */
#ifndef CB_CLI_OPTIONS_H
#define CB_CLI_OPTIONS_H

#include "cli/command.h"

#include <stdint.h>

typedef enum {
    CB_KIND_FLAG,    /* bool; takes no value */
    CB_KIND_TEXT,    /* const char *; any text but the empty one */
    CB_KIND_CHOICE,  /* const char *; one of the words of the metavar */
    CB_KIND_FORMAT,  /* cb_format */
    CB_KIND_SECONDS, /* double > 0 */
    CB_KIND_LIST,    /* cb_texts; may stand several times */
} cb_option_kind;

typedef struct {
    const char *long_name;
    char short_name; /* 0: none */
    cb_option_kind kind;
    const char *metavar;
    uint64_t commands; /* bit n: the command with cb_command_number n takes it */
    const char *default_text;
    const char *help;
    size_t field_at; /* offset in cb_options */
} cb_option;

extern const cb_option cb_option_table[];
extern const size_t cb_option_count;

/* Whether the command takes the option. */
bool cb_option_applies(const cb_option *option, const cb_command *command);

/* Reads the command line. The first operand names the command: *command is NULL when there is none.
 * CB_USAGE names the argument and what to write instead. The caller frees with cb_options_free. */
cb_status cb_options_parse(int argc, char **argv, cb_error *err, cb_options *options,
                           const cb_command **command);
void cb_options_free(cb_options *options);

/* The --color of a command line that need not be valid: errors in it are coloured too. */
const char *cb_options_color(int argc, char *const *argv);

#endif
