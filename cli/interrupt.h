/* Ctrl-C, SIGTERM and a closed terminal: asks the run to end, and keeps what was measured. */
#ifndef CB_CLI_INTERRUPT_H
#define CB_CLI_INTERRUPT_H

#include <signal.h>

/* From now on the first of these signals sets the flag and the second kills. Signals that the
 * caller ignores (nohup) stay ignored. */
void cb_interrupt_install(void);

/* Non-zero once one of them came. */
const volatile sig_atomic_t *cb_interrupt_flag(void);

#endif
