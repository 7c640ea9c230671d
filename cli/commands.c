#include "cli/command.h"
#include "cli/suggest.h"

#include <string.h>

const cb_command cb_commands[] = {
#define CB_COMMAND(name, operands, summary) {#name, operands, summary, cb_cmd_##name},
#include "cli/commands.inc"
#undef CB_COMMAND
};

const size_t cb_command_count = sizeof cb_commands / sizeof *cb_commands;

const cb_command *cb_command_find(const char *name)
{
    for (size_t i = 0; i < cb_command_count; i++)
        if (strcmp(cb_commands[i].name, name) == 0)
            return &cb_commands[i];
    return NULL;
}

cb_status cb_command_unknown(const char *name, cb_error *err)
{
    cb_suggestion suggestion = {.word = name};
    for (size_t i = 0; i < cb_command_count; i++)
        cb_suggest(&suggestion, cb_commands[i].name);
    if (suggestion.nearest)
        return cb_fail(err, CB_USAGE, "'%.40s' is not a command; did you mean %s?", name,
                       suggestion.nearest);
    return cb_fail(err, CB_USAGE, "'%.40s' is not a command; 'cachebound help' lists them", name);
}
