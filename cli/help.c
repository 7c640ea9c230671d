#include "cli/help.h"

#include "build_info.h"
#include "cli/options.h"

#include <string.h>

enum { HELP_COLUMN = 26, WIDTH = 100 };

/* `text` behind `column` columns, wrapped between words; the caller has printed `used` of them. */
static void write_wrapped(FILE *out, const char *text, int column, int used)
{
    int at = used;
    if (at + 2 > column) {
        fputc('\n', out);
        at = 0;
    }
    at += fprintf(out, "%*s", column - at, "");
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (at > column && at + 1 + length > WIDTH)
            at = fprintf(out, "\n%*s", column, "") - 1;
        else if (at > column)
            at += fprintf(out, " ");
        at += fprintf(out, "%.*s", length, text);
        text += length;
        text += *text == ' ';
    }
    fputc('\n', out);
}

static void write_option(const cb_option *option, FILE *out)
{
    char help[256];
    int used =
        option->short_name ? fprintf(out, "  -%c, ", option->short_name) : fprintf(out, "      ");
    used +=
        fprintf(out, "--%s%s%s", option->long_name, *option->metavar ? " " : "", option->metavar);
    snprintf(help, sizeof help, "%s%s%s%s", option->help, *option->default_text ? " [" : "",
             option->default_text, *option->default_text ? "]" : "");
    write_wrapped(out, help, HELP_COLUMN, used);
}

static void write_options(const cb_command *command, FILE *out)
{
    fprintf(out, "\nOptions:\n");
    for (size_t i = 0; i < cb_option_count; i++)
        if (cb_option_applies(&cb_option_table[i], command))
            write_option(&cb_option_table[i], out);
}

static void write_examples(const cb_command *command, FILE *out)
{
    static const struct {
        const char *command, *line, *what;
    } examples[] = {
#define CB_EXAMPLE(name, line, what) {#name, line, what},
#include "cli/manual.inc"
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (strcmp(examples[i].command, command->name) == 0)
            fprintf(out, "\nExample: %s\n  %s\n", examples[i].what, examples[i].line);
}

static void write_command(const cb_command *command, FILE *out)
{
    fprintf(out, "cachebound %s: %s\n\nUsage: cachebound %s [OPTION]...%s%s\n", command->name,
            command->summary, command->name, *command->operands ? " " : "", command->operands);
    write_options(command, out);
    write_examples(command, out);
}

static void write_program(FILE *out)
{
    fprintf(out, "cachebound: what this machine can compute and move, and what stops an operator "
                 "from going faster\n\n"
                 "Usage: cachebound COMMAND [OPTION]...\n\nCommands:\n");
    for (size_t i = 0; i < cb_command_count; i++) {
        int used = fprintf(out, "  %s", cb_commands[i].name);
        write_wrapped(out, cb_commands[i].summary, 16, used);
    }
    fprintf(out, "\n'cachebound help COMMAND' shows its options; 'man cachebound' has all of it.\n"
                 "Start with 'cachebound doctor', then 'cachebound characterize --quick'.\n");
}

void cb_help_write(const cb_command *command, FILE *out)
{
    if (command)
        write_command(command, out);
    else
        write_program(out);
}

void cb_version_write(FILE *out)
{
    fprintf(out, "cachebound %s\ncommit %s%s\nbuilt with %s, flags%s%s\n", CB_VERSION,
            *CB_GIT_COMMIT ? CB_GIT_COMMIT : "unknown (not built from a git checkout)",
            CB_GIT_DIRTY ? " with local changes" : "", CB_COMPILER, *CB_C_FLAGS == ' ' ? "" : " ",
            CB_C_FLAGS);
}
