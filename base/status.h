/* The one status enum and the one error message that every part of cachebound shares.
 *
 * A fallible function returns cb_status and, where it can say more, fills a cb_error that its
 * caller owns. A message is one line that names the file, the place in it, what was expected and
 * what to do. Only cli/ prints it. */
#ifndef CB_BASE_STATUS_H
#define CB_BASE_STATUS_H

typedef enum {
    CB_OK = 0,
    CB_FAILED,      /* something went wrong that no other code names */
    CB_USAGE,       /* the person asked for something that cannot be */
    CB_UNSUPPORTED, /* right in itself, but not on this machine or in this build */
    CB_UNSTABLE,    /* the environment is too unsteady to measure (--strict) */
    CB_REGRESSION,  /* compare found a significant slow-down */
    CB_INTERRUPTED, /* the person pressed Ctrl-C; what was measured is kept */
    CB_NO_MEMORY,
    CB_IO,    /* a file could not be read or written */
    CB_PARSE, /* a file was read and does not hold what it should */
} cb_status;

typedef struct {
    char text[512];
} cb_error;

#if defined(__GNUC__)
#define CB_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#else
#define CB_PRINTF(format_at, args_at)
#endif

/* Writes the message (cut at the buffer's end) and returns `status`, so that a failing function can
 * `return cb_fail(err, CB_IO, "%s: ...", path);`. `err` may be NULL. */
cb_status cb_fail(cb_error *err, cb_status status, const char *format, ...) CB_PRINTF(3, 4);

/* The process exit code that stands for a status (the list is in the man page). */
int cb_exit_code(cb_status status);

#endif
