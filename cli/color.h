/* Whether a stream may be coloured. Colour never carries meaning alone. */
#ifndef CB_CLI_COLOR_H
#define CB_CLI_COLOR_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CB_COLOR_RED    "\033[31m"
#define CB_COLOR_YELLOW "\033[33m"
#define CB_COLOR_BOLD   "\033[1m"
#define CB_COLOR_RESET  "\033[0m"

/* A terminal that understands control sequences. */
static inline bool cb_is_smart_terminal(FILE *stream)
{
    const char *term = getenv("TERM");
    return isatty(fileno(stream)) && term && strcmp(term, "dumb") != 0;
}

/* `when` is --color: "always", "never", else (NULL, "auto") what the terminal and NO_COLOR
 * (https://no-color.org) say. */
static inline bool cb_color_wanted(const char *when, FILE *stream)
{
    if (when && strcmp(when, "always") == 0)
        return true;
    if (when && strcmp(when, "never") == 0)
        return false;
    const char *no_color = getenv("NO_COLOR");
    return !(no_color && *no_color) && cb_is_smart_terminal(stream);
}

/* The sequence, or "" without colour, so that printing code needs no branches. */
static inline const char *cb_color(bool wanted, const char *sequence)
{
    return wanted ? sequence : "";
}

#endif
