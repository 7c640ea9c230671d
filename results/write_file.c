/* A file that is whole at every moment: written beside itself, made durable, renamed. */
#include "results/results.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the person can do about a failed system call. */
static const char *advice(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "free some space, or name a file on another disk with --output";
    case EACCES:
    case EPERM:
    case EROFS:
        return "name a file in a folder that you may write to with --output, or set "
               "CACHEBOUND_RESULTS";
    case ENOTDIR:
    case EEXIST:
        return "a part of the path is a file; name another with --output";
    case EISDIR:
        return "it is a folder; name a file in it";
    default:
        return "name another file with --output";
    }
}

static cb_status io_error(const char *path, int error, cb_error *err)
{
    return cb_fail(err, CB_IO, "%.300s: cannot be written: %s; %s", path, strerror(error),
                   advice(error));
}

/* Makes every missing folder above the file. */
static cb_status make_folders(const char *path, cb_error *err)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        /* A root that is read-only, say, answers EROFS for a folder that is there. */
        if (mkdir(folder, 0777) != 0 && errno != EEXIST && access(folder, F_OK) != 0)
            return io_error(path, errno, err);
        *slash = '/';
    }
    return CB_OK;
}

/* ".<file>.<process>-<n>.tmp" in the file's folder, created here and by nobody else. */
static int open_temporary(const char *path, char *temporary, size_t bytes)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash + 1 - path) : 0;
    int fd = -1;
    for (int n = 0; n < 100 && fd < 0; n++) {
        int needed = snprintf(temporary, bytes, "%.*s.%s.%ld-%d.tmp", folder, path, path + folder,
                              (long)getpid(), n);
        if (needed < 0 || (size_t)needed >= bytes) {
            errno = ENAMETOOLONG;
            return -1;
        }
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            return -1;
    }
    return fd;
}

/* Writes and closes; `durable` waits until the disk has it. */
static cb_status write_and_close(const json_t *document, int fd, const char *path, cb_format format,
                                 bool durable, cb_error *err)
{
    FILE *out = fdopen(fd, "w");
    if (!out) {
        close(fd);
        return io_error(path, errno, err);
    }
    cb_status status = cb_results_write(document, format, out, err);
    if (status == CB_IO)
        status = io_error(path, errno, err);
    if (status == CB_OK && durable && fsync(fd) != 0)
        status = io_error(path, errno, err);
    if (fclose(out) != 0 && status == CB_OK)
        status = io_error(path, errno, err);
    return status;
}

/* The rename itself is durable once the folder is; a file system that cannot say so is no failure,
 * the file is whole either way. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static cb_status replace(const json_t *document, const char *path, cb_format format, cb_error *err)
{
    char temporary[PATH_MAX];
    cb_status status = make_folders(path, err);
    if (status != CB_OK)
        return status;
    int fd = open_temporary(path, temporary, sizeof temporary);
    if (fd < 0)
        return io_error(path, errno, err);
    status = write_and_close(document, fd, path, format, true, err);
    if (status == CB_OK && rename(temporary, path) != 0)
        status = io_error(path, errno, err);
    if (status == CB_OK)
        sync_folder(path);
    else
        unlink(temporary);
    return status;
}

cb_status cb_results_write_file(const json_t *document, const char *path, cb_format format,
                                cb_error *err)
{
    char target[PATH_MAX];
    struct stat about;
    if (!*path)
        return cb_fail(err, CB_USAGE, "--output: the file's name is empty");
    if (strlen(path) >= sizeof target)
        return io_error(path, ENAMETOOLONG, err);
    /* A link stays a link: what it points to is replaced. */
    if (!realpath(path, target))
        snprintf(target, sizeof target, "%s", path);
    if (stat(target, &about) != 0)
        return replace(document, target, format, err);
    if (S_ISDIR(about.st_mode))
        return io_error(path, EISDIR, err);
    if (S_ISREG(about.st_mode))
        return replace(document, target, format, err);
    /* /dev/stdout, a pipe: nothing there to keep whole, and it must not be renamed over. */
    int fd = open(target, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error(path, errno, err);
    return write_and_close(document, fd, path, format, false, err);
}
