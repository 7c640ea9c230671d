/* What doctor looks at: each thing about a machine that moves figures, and the command that mends
 * it. */
#ifndef CB_CLI_CHECKS_H
#define CB_CLI_CHECKS_H

#include "machine/machine.h"

#include <stddef.h>

typedef enum { CB_CHECK_OK, CB_CHECK_UNKNOWN, CB_CHECK_WARN, CB_CHECK_PROBLEM } cb_check_state;

typedef struct {
    const char *name;
    cb_check_state state;
    char found[200];   /* what is there, and what it does to figures when it is not right */
    char command[160]; /* "" when none would help */
} cb_check;

enum { CB_CHECKS = 20 };

typedef struct {
    cb_check checks[CB_CHECKS];
    size_t count;
} cb_checkup;

/* "ok", "unknown", "warn", "problem". */
const char *cb_check_state_name(cb_check_state state);

/* Looks at everything. Timer, libraries and programs are asked only of this machine itself (root
 * ""), because the files of another do not hold them. Changes nothing. */
void cb_checkup_run(const char *root, const cb_machine *machine, cb_checkup *checkup);

#endif
