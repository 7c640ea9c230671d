/* --help and --version, made from the tables. */
#ifndef CB_CLI_HELP_H
#define CB_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* The whole program's help (command NULL), or one command's. */
void cb_help_write(const cb_command *command, FILE *out);

void cb_version_write(FILE *out);

#endif
