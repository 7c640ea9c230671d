#include "machine/sysfile.h"

#include "machine/text.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_BYTES ((size_t)4 << 20)

bool cb_sysfile_root_is_here(const char *root)
{
    return !root || root[0] == '\0' || strcmp(root, "/") == 0;
}

/* Files in /proc have no size, so it is read until the end. */
static char *read_all(int fd)
{
    size_t capacity = 4096, length = 0;
    char *text = malloc(capacity + 1);
    while (text) {
        ssize_t n = read(fd, text + length, capacity - length);
        if (n < 0) {
            free(text);
            return NULL;
        }
        length += (size_t)n;
        if (n == 0 || length >= MAX_FILE_BYTES)
            break;
        if (length < capacity)
            continue;
        char *larger = realloc(text, 2 * capacity + 1);
        if (!larger) {
            free(text);
            return NULL;
        }
        text = larger;
        capacity *= 2;
    }
    if (!text)
        return NULL;
    for (char *nul = memchr(text, '\0', length); nul;
         nul = memchr(nul, '\0', length - (size_t)(nul - text)))
        *nul = '\n';
    text[length] = '\0';
    return text;
}

static char *read_formatted(const char *root, const char *path_format, va_list args)
{
    char path[PATH_MAX];
    int start = snprintf(path, sizeof path, "%s/", cb_sysfile_root_is_here(root) ? "" : root);
    if (start < 0 || (size_t)start >= sizeof path)
        return NULL;
    size_t left = sizeof path - (size_t)start;
    int n = vsnprintf(path + start, left, path_format, args);
    if (n < 0 || (size_t)n >= left)
        return NULL;
    /* Not blocking: a pipe that lies in a tree must not stop us. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    char *text = read_all(fd);
    close(fd);
    return text;
}

char *cb_sysfile_read(const char *root, const char *path_format, ...)
{
    va_list args;
    va_start(args, path_format);
    char *text = read_formatted(root, path_format, args);
    va_end(args);
    return text;
}

bool cb_sysfile_integer(const char *root, int64_t low, int64_t high, int64_t *value,
                        const char *path_format, ...)
{
    va_list args;
    va_start(args, path_format);
    char *text = read_formatted(root, path_format, args);
    va_end(args);
    bool read = text && cb_text_integer(text, low, high, value);
    free(text);
    return read;
}

bool cb_sysfile_line(const char *root, char *line, size_t bytes, const char *path_format, ...)
{
    va_list args;
    va_start(args, path_format);
    char *text = read_formatted(root, path_format, args);
    va_end(args);
    if (!text)
        return false;
    cb_text_clean(text, strcspn(text, "\n"), line, bytes);
    free(text);
    return line[0] != '\0';
}
