#include "cli/options.h"

#include "base/units.h"
#include "cli/suggest.h"

#include <stdlib.h>
#include <string.h>

#define ON(name)  ((uint64_t)1 << CB_COMMAND_##name)
#define EVERY     UINT64_MAX
#define MEASURING                                                                                  \
    (ON(peak) | ON(membw) | ON(gemm) | ON(conv) | ON(bitserial) | ON(characterize) | ON(network))
#define WRITING                                                                                    \
    (MEASURING | ON(estimate) | ON(calibrate) | ON(doctor) | ON(machine) | ON(list) | ON(plot) |   \
     ON(model) | ON(report) | ON(compare) | ON(summary) | ON(completions) | ON(man))

const cb_option cb_option_table[] = {
#define CB_OPTION(field, long_name, short_name, kind, metavar, commands, default_text, help)       \
    {long_name, short_name,   CB_KIND_##kind, metavar,                                             \
     commands,  default_text, help,           offsetof(cb_options, field)},
#include "cli/options.inc"
#undef CB_OPTION
};

const size_t cb_option_count = sizeof cb_option_table / sizeof *cb_option_table;

/* What is known while the command line is read. */
typedef struct {
    int argc, at; /* at: the next argument */
    char **argv;
    cb_options *options;
    const cb_command *command;
    const cb_option **seen; /* argc of them at most; NULL entries are none */
    size_t seen_count;
    cb_error *err;
} parser;

bool cb_option_applies(const cb_option *option, const cb_command *command)
{
    return option->commands >> (command - cb_commands) & 1;
}

static const cb_option *find_long(const char *name, size_t length)
{
    for (size_t i = 0; i < cb_option_count; i++) {
        const char *candidate = cb_option_table[i].long_name;
        if (strlen(candidate) == length && memcmp(candidate, name, length) == 0)
            return &cb_option_table[i];
    }
    return NULL;
}

static const cb_option *find_short(char letter)
{
    for (size_t i = 0; i < cb_option_count; i++)
        if (letter && cb_option_table[i].short_name == letter)
            return &cb_option_table[i];
    return NULL;
}

/* The options of this command are worth suggesting before those of others. */
static const char *nearest_option(const char *name, const cb_command *command)
{
    cb_suggestion suggestion = {.word = name};
    for (size_t i = 0; command && i < cb_option_count; i++)
        if (cb_option_applies(&cb_option_table[i], command))
            cb_suggest(&suggestion, cb_option_table[i].long_name);
    for (size_t i = 0; !suggestion.nearest && i < cb_option_count; i++)
        cb_suggest(&suggestion, cb_option_table[i].long_name);
    return suggestion.nearest;
}

static cb_status unknown_option(const parser *p, const char *name, int length)
{
    char word[64];
    size_t kept = (size_t)length < sizeof word ? (size_t)length : sizeof word - 1;
    memcpy(word, name, kept);
    word[kept] = 0;
    const char *nearest = nearest_option(word, p->command);
    if (nearest)
        return cb_fail(p->err, CB_USAGE, "--%s is not an option; did you mean --%s?", word,
                       nearest);
    return cb_fail(p->err, CB_USAGE, "--%s is not an option; 'cachebound help%s%s' lists them",
                   word, p->command ? " " : "", p->command ? p->command->name : "");
}

/* Whether `value` is one of the words between the bars of `words`. */
static bool is_choice(const char *words, const char *value)
{
    size_t length = strlen(value);
    for (const char *word = words; word; word = strchr(word, '|')) {
        word += *word == '|';
        if (strcspn(word, "|") == length && memcmp(word, value, length) == 0)
            return true;
    }
    return false;
}

static cb_status set_seconds(const cb_option *option, const char *value, cb_error *err, double *to)
{
    cb_error why;
    double seconds;
    if (cb_parse_seconds(value, &why, &seconds))
        return cb_fail(err, CB_USAGE, "--%s: %.200s", option->long_name, why.text);
    if (!(seconds > 0 && seconds <= 3600))
        return cb_fail(err, CB_USAGE, "--%s: '%.40s' is not between 0 and one hour",
                       option->long_name, value);
    *to = seconds;
    return CB_OK;
}

static cb_status add_text(const cb_option *option, const char *value, cb_error *err, cb_texts *to)
{
    if (to->count == CB_TEXTS)
        return cb_fail(err, CB_USAGE, "--%s stands there more than %d times", option->long_name,
                       CB_TEXTS);
    to->item[to->count++] = value;
    return CB_OK;
}

static cb_status set_value(const parser *p, const cb_option *option, const char *value)
{
    void *field = (char *)p->options + option->field_at;
    if (!*value)
        return cb_fail(p->err, CB_USAGE, "--%s needs a value: --%s %s", option->long_name,
                       option->long_name, option->metavar);
    bool chosen = option->kind == CB_KIND_CHOICE || option->kind == CB_KIND_FORMAT;
    if (chosen && !is_choice(option->metavar, value))
        return cb_fail(p->err, CB_USAGE, "--%s: '%.40s' is none of %s", option->long_name, value,
                       option->metavar);
    switch (option->kind) {
    case CB_KIND_FORMAT:
        p->options->format_given = true;
        return cb_format_from_name(value, p->err, field);
    case CB_KIND_SECONDS:
        return set_seconds(option, value, p->err, field);
    case CB_KIND_LIST:
        return add_text(option, value, p->err, field);
    case CB_KIND_TEXT:
    case CB_KIND_CHOICE:
        *(const char **)field = value;
        break;
    case CB_KIND_FLAG:
        break;
    }
    return CB_OK;
}

/* `attached` is the value inside the same argument, or NULL. */
static cb_status take_option(parser *p, const cb_option *option, const char *attached)
{
    p->seen[p->seen_count++] = option;
    if (option->kind == CB_KIND_FLAG) {
        if (attached)
            return cb_fail(p->err, CB_USAGE, "--%s takes no value; '%.40s' was given",
                           option->long_name, attached);
        *(bool *)((char *)p->options + option->field_at) = true;
        return CB_OK;
    }
    if (!attached && p->at == p->argc)
        return set_value(p, option, "");
    return set_value(p, option, attached ? attached : p->argv[p->at++]);
}

static cb_status take_long(parser *p, const char *text)
{
    size_t length = strcspn(text, "=");
    const cb_option *option = find_long(text, length);
    if (!option)
        return unknown_option(p, text, (int)length);
    return take_option(p, option, text[length] ? text + length + 1 : NULL);
}

/* -q, -qv, -o FILE, -oFILE. */
static cb_status take_short(parser *p, const char *letters)
{
    for (; *letters; letters++) {
        const cb_option *option = find_short(*letters);
        if (!option)
            return cb_fail(p->err, CB_USAGE, "-%c is not an option; 'cachebound help' lists them",
                           *letters);
        bool takes_rest = option->kind != CB_KIND_FLAG && letters[1];
        cb_status status = take_option(p, option, takes_rest ? letters + 1 : NULL);
        if (status || takes_rest)
            return status;
    }
    return CB_OK;
}

static cb_status take_operand(parser *p, const char *text)
{
    if (p->command) {
        p->options->operands[p->options->operand_count++] = text;
        return CB_OK;
    }
    p->command = cb_command_find(text);
    if (p->command)
        return CB_OK;
    return cb_command_unknown(text, p->err);
}

static cb_status take_arguments(parser *p)
{
    bool only_operands = false;
    cb_status status = CB_OK;
    while (!status && p->at < p->argc) {
        const char *text = p->argv[p->at++];
        if (only_operands || text[0] != '-' || !text[1])
            status = take_operand(p, text);
        else if (strcmp(text, "--") == 0)
            only_operands = true;
        else if (text[1] == '-')
            status = take_long(p, text + 2);
        else
            status = take_short(p, text + 1);
    }
    return status;
}

/* "peak, membw and characterize" */
static void name_commands(const cb_option *option, char *text, size_t bytes)
{
    size_t left = 0;
    for (size_t i = 0; i < cb_command_count; i++)
        left += cb_option_applies(option, &cb_commands[i]);
    text[0] = 0;
    for (size_t i = 0; i < cb_command_count; i++) {
        if (!cb_option_applies(option, &cb_commands[i]))
            continue;
        left--;
        strncat(text, cb_commands[i].name, bytes - strlen(text) - 1);
        strncat(text, left > 1 ? ", " : left == 1 ? " and " : "", bytes - strlen(text) - 1);
    }
}

static cb_status check_applies(const parser *p)
{
    if (!p->command || p->options->help || p->options->version)
        return CB_OK;
    for (size_t i = 0; i < p->seen_count; i++) {
        char takers[256];
        if (cb_option_applies(p->seen[i], p->command))
            continue;
        name_commands(p->seen[i], takers, sizeof takers);
        return cb_fail(p->err, CB_USAGE, "%s does not take --%s; it is for %s", p->command->name,
                       p->seen[i]->long_name, takers);
    }
    if (p->options->operand_count && !*p->command->operands)
        return cb_fail(p->err, CB_USAGE, "%s takes options only; '%.80s' is not one",
                       p->command->name, p->options->operands[0]);
    return CB_OK;
}

cb_status cb_options_parse(int argc, char **argv, cb_error *err, cb_options *options,
                           const cb_command **command)
{
    cb_options parsed = {.argc = argc, .argv = argv, .color = "auto", .root = ""};
    parser p = {.argc = argc, .at = 1, .argv = argv, .options = &parsed, .err = err};
    size_t letters = 1;
    for (int i = 0; i < argc; i++)
        letters += strlen(argv[i]) + 1;
    parsed.operands = calloc(letters, sizeof *parsed.operands);
    p.seen = calloc(letters, sizeof *p.seen);
    cb_status status = CB_NO_MEMORY;
    if (!parsed.operands || !p.seen) {
        cb_fail(err, status, "no memory for the command line");
        goto out;
    }
    status = take_arguments(&p);
    status = status ? status : check_applies(&p);
out:
    free(p.seen);
    if (status) {
        free(parsed.operands);
        return status;
    }
    *options = parsed;
    *command = p.command;
    return CB_OK;
}

void cb_options_free(cb_options *options)
{
    free(options->operands);
    options->operands = NULL;
}

const char *cb_options_color(int argc, char *const *argv)
{
    const char *color = "auto";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--color=", 8) == 0)
            color = argv[i] + 8;
        else if (strcmp(argv[i], "--color") == 0 && i + 1 < argc)
            color = argv[i + 1];
    }
    return color;
}
