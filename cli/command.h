/* A subcommand: one file cli/cmd_<name>.c, one row in commands.inc. */
#ifndef CB_CLI_COMMAND_H
#define CB_CLI_COMMAND_H

#include "base/status.h"
#include "bench/bench.h"
#include "results/results.h"

#include <stdbool.h>

/* Everything that the option table (options.inc) can set. Strings point into argv. */
typedef struct {
    int argc;            /* the whole command line, for the document */
    char **argv;
    const char **operands; /* what is not an option */
    size_t operand_count;

    cb_format format;
    const char *output;    /* NULL: standard output (or the default results path) */
    const int *threads;    /* NULL: the command's default */
    size_t thread_count;
    const char *kernel_glob;
    const char *isa;
    double min_time_s;     /* 0: default */
    bool quick, list, quiet, verbose, no_progress, strict;
    const char *color;     /* auto, always, never */
    const char *root;      /* of /sys and /proc; "" is this machine */
    const char *core_kind; /* name or number, NULL: each alone */

    const char *dtype;     /* peak, gemm, ... */
    bool paper, latency;   /* peak */
    const char *block, *pattern, *pages; /* membw */
    bool shared;           /* membw: threads share one block */
    bool chase, stride;    /* membw: latency ladder, strided reads */
} cb_options;

typedef struct {
    const char *name;
    const char *summary; /* one line for --help and the man page */
    cb_status (*run)(const cb_options *options, cb_error *err);
} cb_command;

extern const cb_command cb_commands[];
extern const size_t cb_command_count;

#endif
