#include "plots/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Everything up to the end of the pipe; what does not fit is read and dropped, so that the program
 * never waits for us. */
static void read_all(int fd, char *text, size_t bytes)
{
    char chunk[512];
    size_t used = 0;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size_t keep = (size_t)got < bytes - 1 - used ? (size_t)got : bytes - 1 - used;
        memcpy(text + used, chunk, keep);
        used += keep;
    }
    text[used] = 0;
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    while (used && text[used - 1] == ' ')
        text[--used] = 0;
}

static int spawn(const char *directory, const char *script, int to, pid_t *pid)
{
    char *const argv[] = {"gnuplot", (char *)script, NULL};
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, to, 1);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, to, 2);
    if (!failed)
        failed = posix_spawnp(pid, "gnuplot", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static int wait_for(pid_t pid)
{
    int state = 0;
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

cb_status cb_gnuplot_run(const char *directory, const char *script, cb_error *err, char *complaint,
                         size_t complaint_bytes)
{
    int ends[2];
    pid_t pid;
    complaint[0] = 0;
    if (pipe(ends) != 0)
        return cb_fail(err, CB_FAILED, "gnuplot: no pipe: %s", strerror(errno));
    int failed = spawn(directory, script, ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        if (failed == ENOENT)
            return cb_fail(err, CB_UNSUPPORTED,
                           "gnuplot is not installed; install the package gnuplot-nox (Debian, "
                           "Raspberry Pi OS: apt install gnuplot-nox)");
        return cb_fail(err, CB_FAILED, "gnuplot cannot be started: %s", strerror(failed));
    }
    read_all(ends[0], complaint, complaint_bytes);
    close(ends[0]);
    int code = wait_for(pid);
    if (code == 127 && !complaint[0])
        return cb_fail(err, CB_UNSUPPORTED, "gnuplot is not installed; install gnuplot-nox");
    if (code != 0)
        return cb_fail(err, CB_FAILED, "%s/%s: gnuplot failed (%d): %.200s", directory, script,
                       code, complaint);
    return CB_OK;
}
