#include "cli/command.h"
#include "cli/help.h"

cb_status cb_cmd_help(const cb_options *options, cb_error *err)
{
    const cb_command *command = NULL;
    if (options->operand_count > 1)
        return cb_fail(err, CB_USAGE, "help takes one command, not %zu", options->operand_count);
    if (options->operand_count == 1) {
        command = cb_command_find(options->operands[0]);
        if (!command)
            return cb_command_unknown(options->operands[0], err);
    }
    cb_help_write(command, stdout);
    return CB_OK;
}
