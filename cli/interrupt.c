#include "cli/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static void install(int number)
{
    struct sigaction old, action = {.sa_handler = on_signal};
    if (sigaction(number, NULL, &old) || old.sa_handler == SIG_IGN)
        return;
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)(SA_RESETHAND | SA_RESTART);
    sigaction(number, &action, NULL);
}

void cb_interrupt_install(void)
{
    install(SIGINT);
    install(SIGTERM);
    install(SIGHUP);
}

const volatile sig_atomic_t *cb_interrupt_flag(void)
{
    return &interrupted;
}
