/* The manual page, from the tables that the parser and the help are made from. */
#include "cli/command.h"

#include "build_info.h"
#include "cli/options.h"
#include "cli/output.h"

#include <string.h>

typedef struct {
    const char *name, *meaning;
} entry;

/* Text with what roff would take for itself escaped: backslashes, hyphens that are meant as minus
 * signs, and a dot or apostrophe that begins a line. */
static void put(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '~')
            fputs("\\(ti", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else if (*text == '`')
            fputs("\\(ga", out);
        else
            fputc(*text, out);
    }
}

static void put_line(FILE *out, const char *text)
{
    put(out, text);
    fputc('\n', out);
}

static void put_entry(FILE *out, const char *name, const char *meaning)
{
    fputs(".TP\n.B ", out);
    put_line(out, name);
    put_line(out, meaning);
}

static void write_entries(FILE *out, const char *heading, const entry *entries, size_t count)
{
    fprintf(out, ".SH %s\n", heading);
    for (size_t i = 0; i < count; i++)
        put_entry(out, entries[i].name, entries[i].meaning);
}

static void write_commands(FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < cb_command_count; i++) {
        fprintf(out, ".TP\n\\fB%s\\fR", cb_commands[i].name);
        if (*cb_commands[i].operands) {
            fputs(" \\fI", out);
            put(out, cb_commands[i].operands);
            fputs("\\fR", out);
        }
        fputc('\n', out);
        put_line(out, cb_commands[i].summary);
    }
}

static void put_takers(FILE *out, const cb_option *option)
{
    size_t takers = 0;
    for (size_t i = 0; i < cb_command_count; i++)
        takers += cb_option_applies(option, &cb_commands[i]);
    if (takers == cb_command_count)
        return;
    fputs("Taken by", out);
    for (size_t i = 0, left = takers; i < cb_command_count; i++)
        if (cb_option_applies(option, &cb_commands[i]))
            fprintf(out, "\n.BR %s %s", cb_commands[i].name, --left ? "," : ".");
    fputc('\n', out);
}

static void write_option(FILE *out, const cb_option *option)
{
    fputs(".TP\n", out);
    if (option->short_name)
        fprintf(out, "\\fB\\-%c\\fR, ", option->short_name);
    fputs("\\fB\\-\\-", out);
    put(out, option->long_name);
    fputs("\\fR", out);
    if (*option->metavar) {
        fputs(" \\fI", out);
        put(out, option->metavar);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put(out, option->help);
    fputs(".\n", out);
    if (*option->default_text) {
        fputs("Default: ", out);
        put(out, option->default_text);
        fputs(".\n", out);
    }
    put_takers(out, option);
}

static void write_options(FILE *out)
{
    fputs(".SH OPTIONS\n", out);
    fputs("Options stand anywhere behind the command, as \\fB\\-\\-name\\fR \\fIvalue\\fR or\n"
          "\\fB\\-\\-name=\\fIvalue\\fR; \\fB\\-\\-\\fR ends them.\n",
          out);
    for (size_t i = 0; i < cb_option_count; i++)
        write_option(out, &cb_option_table[i]);
}

static void write_examples(FILE *out)
{
    static const entry examples[] = {
#define CB_EXAMPLE(command, line, what) {line, what},
#include "cli/manual.inc"
    };
    write_entries(out, "EXAMPLES", examples, sizeof examples / sizeof *examples);
}

static void write_outside(FILE *out)
{
    static const entry exits[] = {
#define CB_EXIT(code, meaning) {code, meaning},
#include "cli/manual.inc"
    };
    static const entry environment[] = {
#define CB_ENVIRONMENT(name, meaning) {name, meaning},
#include "cli/manual.inc"
    };
    static const entry files[] = {
#define CB_FILE(path, meaning) {path, meaning},
#include "cli/manual.inc"
    };
    write_entries(out, "EXIT STATUS", exits, sizeof exits / sizeof *exits);
    write_entries(out, "ENVIRONMENT", environment, sizeof environment / sizeof *environment);
    write_entries(out, "FILES", files, sizeof files / sizeof *files);
}

static void write_man(FILE *out)
{
    fprintf(out,
            ".TH CACHEBOUND 1 \"\" \"cachebound %s\" \"User Commands\"\n"
            ".SH NAME\ncachebound \\- what a machine can compute and move, and what limits an "
            "operator on it\n"
            ".SH SYNOPSIS\n.B cachebound\n.I command\n.RI [ option ]...\n.RI [ operand ]...\n"
            ".SH DESCRIPTION\n",
            CB_VERSION);
    put_line(out,
             "cachebound measures the peak arithmetic of a processor and the bandwidth and latency "
             "of every level of its memory, and draws the rooflines that follow from them. Data "
             "goes to standard output, everything else to standard error. Ctrl-C ends the current "
             "sample and keeps what was measured; a second one ends at once.");
    write_commands(out);
    write_options(out);
    write_outside(out);
    write_examples(out);
    fputs(".SH SEE ALSO\n.BR lscpu (1),\n.BR lstopo (1),\n.BR gnuplot (1)\n", out);
}

cb_status cb_cmd_man(const cb_options *options, cb_error *err)
{
    cb_output output;
    cb_status status = cb_output_open(options, err, &output);
    if (status != CB_OK)
        return status;
    write_man(output.stream);
    return cb_output_close(&output, CB_OK, err);
}
