/* A subcommand: one file cli/cmd_<name>.c, one row in commands.inc. */
#ifndef CB_CLI_COMMAND_H
#define CB_CLI_COMMAND_H

#include "base/status.h"
#include "bench/bench.h"
#include "results/results.h"

#include <stdbool.h>

/* The values of an option that may stand several times. */
enum { CB_TEXTS = 16 };
typedef struct {
    const char *item[CB_TEXTS];
    size_t count;
} cb_texts;

/* Everything that the option table (options.inc) can set. Strings point into argv. */
typedef struct {
    int argc; /* the whole command line, for the document */
    char **argv;
    const char **operands; /* what is not an option, the command's name left out */
    size_t operand_count;

    bool help, version;
    cb_format format;
    bool format_given;   /* --format was typed (without it a file's ending decides) */
    const char *output;  /* NULL: standard output (or the default results path) */
    const char *threads; /* NULL: the command's default; cli/threads.h reads it */
    const char *kernel_glob;
    const char *isa;
    double min_time_s; /* 0: default */
    bool quick, list, quiet, verbose, no_progress, strict;
    const char *color;     /* auto, always, never */
    const char *root;      /* of /sys and /proc; "" is this machine */
    const char *core_kind; /* name or number, NULL: each alone */

    const char *dtype;                   /* peak, gemm, ... */
    bool paper, latency;                 /* peak */
    const char *block, *pattern, *pages; /* membw */
    bool shared;                         /* membw: threads share one block */
    bool chase, stride;                  /* membw: latency ladder, strided reads */
    const char *size, *shape, *shapes;   /* gemm */
    const char *transpose;               /* gemm */
    bool tune;                           /* gemm */
    const char *search, *log;            /* gemm: of the tuner */
    const char *layer, *layers;          /* conv */
    const char *variant, *layout; /* conv */
    const char *op, *bits, *encoding;    /* bitserial */
    bool advise;                         /* bitserial */
    bool no_plots;                       /* characterize */
    bool dot, run, nodes;                /* network */
    const char *backend;
    const char *input, *dataset;         /* network */
    const char *network, *impl;          /* estimate */
    const char *platform, *trace;        /* estimate, calibrate */
    const char *results;                 /* calibrate: of a machine; gemm --tune: bandwidths */
    const char *set, *tiler;             /* estimate: of the platform; how tiles are chosen */
    const char *deadline;                /* estimate */
    bool explain;                        /* estimate: every term of every bound */
    cb_texts sweep;                      /* estimate: axes */
    const char *plots;                   /* estimate: a folder */
    const char *against;                 /* compare: a published board, or any other document */
    const char *cost;                    /* model: a cost file; NULL: fitted to the document */
    const char *machine;                 /* model: whose ceilings; NULL: the documents' own */
} cb_options;

typedef struct {
    const char *name;
    const char *operands; /* metavars for the help; "" when it takes none */
    const char *summary;  /* one line for --help and the man page */
    cb_status (*run)(const cb_options *options, cb_error *err);
} cb_command;

extern const cb_command cb_commands[];
extern const size_t cb_command_count;

/* The command with this name, or NULL. */
const cb_command *cb_command_find(const char *name);

/* CB_USAGE, and what may have been meant. */
cb_status cb_command_unknown(const char *name, cb_error *err);

/* Commands as numbers, for sets of them (bit n is the command with number n). */
typedef enum {
#define CB_COMMAND(name, operands, summary) CB_COMMAND_##name,
#include "cli/commands.inc"
#undef CB_COMMAND
} cb_command_number;

#define CB_COMMAND(name, operands, summary)                                                        \
    cb_status cb_cmd_##name(const cb_options *options, cb_error *err);
#include "cli/commands.inc"
#undef CB_COMMAND

#endif
