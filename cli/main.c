/* cachebound: finds the command, runs it, prints its error, chooses the exit code. */
#include "cli/color.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* A standard stream that the caller closed would give its number to the first file we open, and a
 * table would be printed into a results document. A read-only stand-in makes such prints fail. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static void print_error(const char *color, const char *command, const char *text)
{
    bool colored = cb_color_wanted(color, stderr);
    fprintf(stderr, "cachebound%s%s: %serror:%s %s\n", command ? " " : "", command ? command : "",
            cb_color(colored, CB_COLOR_RED), cb_color(colored, CB_COLOR_RESET), text);
}

static cb_status run(const cb_options *options, const cb_command *command, cb_error *err)
{
    if (options->version) {
        cb_version_write(stdout);
        return CB_OK;
    }
    if (options->help) {
        cb_help_write(command, stdout);
        return CB_OK;
    }
    if (!command)
        return cb_fail(err, CB_USAGE, "no command was given; 'cachebound help' lists them");
    return command->run(options, err);
}

/* What was printed may not have arrived: /dev/full, a closed stream. */
static cb_status flush_output(cb_status status, cb_error *err)
{
    errno = 0;
    bool failed = ferror(stdout);
    failed |= fflush(stdout) != 0;
    if (!failed || status)
        return status;
    return cb_fail(err, CB_IO, "standard output: cannot be written: %s",
                   strerror(errno ? errno : EIO));
}

int main(int argc, char **argv)
{
    cb_error err = {.text = ""};
    cb_options options;
    const cb_command *command = NULL;
    hold_standard_streams();
    cb_interrupt_install();
    cb_status status = cb_options_parse(argc, argv, &err, &options, &command);
    if (status) {
        print_error(cb_options_color(argc, argv), NULL, err.text);
        return cb_exit_code(status);
    }
    status = flush_output(run(&options, command, &err), &err);
    if (status && err.text[0])
        print_error(options.color, command ? command->name : NULL, err.text);
    cb_options_free(&options);
    return cb_exit_code(status);
}
