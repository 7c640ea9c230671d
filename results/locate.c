#include "results/locate.h"

#include "results/results.h"

#include "build_info.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char reference_prefix[] = "reference:";

/* Below which the documents of all hosts are. */
static const char *results_root(void)
{
    const char *root = getenv("CACHEBOUND_RESULTS");
    return root && *root ? root : "results";
}

static cb_status put_path(char *path, size_t bytes, cb_error *err, const char *folder,
                          const char *file)
{
    int needed = snprintf(path, bytes, "%s/%s", folder, file);
    if (needed < 0 || (size_t)needed >= bytes)
        return cb_fail(err, CB_IO, "%.100s...: the path is too long; choose a shorter folder",
                       folder);
    return CB_OK;
}

/* ---- the default place ---- */

/* A host's name as a folder: letters, digits, '-', '_' and inner '.', the rest becomes '-'. */
static void folder_of_host(const char *host, char *folder, size_t bytes)
{
    size_t n = 0;
    for (; host[n] && n < bytes - 1; n++) {
        unsigned char c = (unsigned char)host[n];
        int keep = (c < 0x80 && isalnum(c)) || c == '-' || c == '_' || (c == '.' && n > 0);
        folder[n] = keep ? (char)c : '-';
    }
    folder[n] = 0;
    if (!n)
        snprintf(folder, bytes, "unnamed");
}

/* "2024-05-01T12:30:00.123+02:00" to "20240501T103000.123Z": in one zone, so that names sort by
 * time, and without the colons that some file systems refuse. Returns whether `started` was such.
 */
static int stamp_of(const char *started, char *stamp, size_t bytes)
{
    struct tm at = {0};
    int milliseconds, zone_hours, zone_minutes;
    char sign, date[32];
    if (sscanf(started, "%4d-%2d-%2dT%2d:%2d:%2d.%3d%c%2d:%2d", &at.tm_year, &at.tm_mon,
               &at.tm_mday, &at.tm_hour, &at.tm_min, &at.tm_sec, &milliseconds, &sign, &zone_hours,
               &zone_minutes) != 10 ||
        (sign != '+' && sign != '-') || milliseconds < 0)
        return 0;
    at.tm_year -= 1900;
    at.tm_mon -= 1;
    time_t offset_s = (zone_hours * 60 + zone_minutes) * 60;
    time_t utc = timegm(&at) - (sign == '+' ? offset_s : -offset_s);
    if (!gmtime_r(&utc, &at))
        return 0;
    strftime(date, sizeof date, "%Y%m%dT%H%M%S", &at);
    snprintf(stamp, bytes, "%s.%03dZ", date, milliseconds);
    return 1;
}

cb_status cb_results_default_path(const json_t *document, cb_error *err, char *path, size_t bytes)
{
    const json_t *context = json_object_get(document, "context");
    const char *started = cb_row_text(context, "environment.started");
    const char *host = cb_row_text(context, "machine.name");
    char folder[65], stamp[64], file[160];
    if (!started || !stamp_of(started, stamp, sizeof stamp))
        return cb_fail(err, CB_PARSE,
                       "context.environment.started: expected a time such as "
                       "2024-05-01T12:30:00.123+02:00, found '%.40s'; name a file with --output",
                       started ? started : "null");
    folder_of_host(host ? host : "", folder, sizeof folder);
    snprintf(file, sizeof file, "%s/%s.json", folder, stamp);
    return put_path(path, bytes, err, results_root(), file);
}

/* ---- latest ---- */

/* "20240501T103000...json": what cb_results_default_path makes. */
static int is_stamped(const char *file)
{
    size_t length = strlen(file);
    for (int i = 0; i < 15; i++)
        if (i == 8 ? file[i] != 'T' : !isdigit((unsigned char)file[i]))
            return 0;
    return length > 5 && strcmp(file + length - 5, ".json") == 0;
}

/* Keeps in `newest` the latest stamped file of one folder, if it is later than what is there. */
static void look_for_newest(const char *folder, char *newest_file, char *newest_path)
{
    DIR *files = opendir(folder);
    const struct dirent *entry;
    while (files && (entry = readdir(files)) != NULL) {
        if (!is_stamped(entry->d_name) || strcmp(entry->d_name, newest_file) <= 0)
            continue;
        if (put_path(newest_path, PATH_MAX, NULL, folder, entry->d_name) == CB_OK)
            snprintf(newest_file, NAME_MAX + 1, "%s", entry->d_name);
    }
    if (files)
        closedir(files);
}

static cb_status locate_latest(cb_error *err, char *path, size_t bytes)
{
    char newest_file[NAME_MAX + 1] = "", newest_path[PATH_MAX] = "", folder[PATH_MAX];
    const char *root = results_root();
    DIR *hosts = opendir(root);
    const struct dirent *entry;
    while (hosts && (entry = readdir(hosts)) != NULL)
        if (entry->d_name[0] != '.' &&
            put_path(folder, sizeof folder, NULL, root, entry->d_name) == CB_OK)
            look_for_newest(folder, newest_file, newest_path);
    if (hosts)
        closedir(hosts);
    if (!*newest_file)
        return cb_fail(err, CB_IO,
                       "latest: no results document below '%s/'; run 'cachebound characterize' "
                       "first, or set CACHEBOUND_RESULTS to where they are",
                       root);
    if (strlen(newest_path) >= bytes)
        return cb_fail(err, CB_IO, "latest: '%.200s' is too long a path", newest_path);
    strcpy(path, newest_path);
    return CB_OK;
}

/* ---- reference:NAME ---- */

/* Folders that hold published boards, in the order in which they are searched. */
enum { REFERENCE_FOLDERS = 3, MAX_REFERENCES = 64 };

typedef struct {
    char folder[REFERENCE_FOLDERS][PATH_MAX]; /* "": none */
} reference_folders;

static void find_reference_folders(reference_folders *at)
{
    const char *data = getenv("CACHEBOUND_DATA");
    at->folder[0][0] = 0;
    if (data && *data)
        (void)put_path(at->folder[0], PATH_MAX, NULL, data, "reference");
    snprintf(at->folder[1], PATH_MAX, "%s", CB_SOURCE_DIR "/results/reference");
    snprintf(at->folder[2], PATH_MAX, "%s", CB_DATA_DIR "/reference");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The names of the documents in one folder, behind the `count` that are there; no name twice. */
static size_t list_folder(const char *folder, char (*names)[64], size_t count)
{
    DIR *files = *folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (files && count < MAX_REFERENCES && (entry = readdir(files)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (length <= 5 || length >= 64 || strcmp(entry->d_name + length - 5, ".json") != 0)
            continue;
        size_t known = 0;
        snprintf(names[count], 64, "%.*s", (int)(length - 5), entry->d_name);
        while (strcmp(names[known], names[count]) != 0)
            known++;
        count += known == count;
    }
    if (files)
        closedir(files);
    return count;
}

static cb_status unknown_reference(const reference_folders *at, const char *name, cb_error *err)
{
    char names[MAX_REFERENCES + 1][64], list[400] = "none is installed";
    size_t count = 0, used = 0;
    for (int i = 0; i < REFERENCE_FOLDERS; i++)
        count = list_folder(at->folder[i], names, count);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    return cb_fail(err, CB_USAGE, "%s%.40s: no such published board; there are: %s",
                   reference_prefix, name, list);
}

static int is_plain_name(const char *name)
{
    return *name && name[0] != '.' && !strchr(name, '/');
}

static cb_status locate_reference(const char *name, cb_error *err, char *path, size_t bytes)
{
    reference_folders at;
    char file[128];
    find_reference_folders(&at);
    snprintf(file, sizeof file, "%s.json", name);
    for (int i = 0; i < REFERENCE_FOLDERS && is_plain_name(name); i++)
        if (*at.folder[i] && put_path(path, bytes, NULL, at.folder[i], file) == CB_OK &&
            access(path, R_OK) == 0)
            return CB_OK;
    return unknown_reference(&at, name, err);
}

cb_status cb_locate(const char *name, cb_error *err, char *path, size_t bytes)
{
    size_t prefix = sizeof reference_prefix - 1;
    if (strcmp(name, "latest") == 0)
        return locate_latest(err, path, bytes);
    if (strncmp(name, reference_prefix, prefix) == 0)
        return locate_reference(name + prefix, err, path, bytes);
    int needed = snprintf(path, bytes, "%s", name);
    if (needed < 0 || (size_t)needed >= bytes)
        return cb_fail(err, CB_USAGE, "'%.100s...': the path is too long", name);
    return CB_OK;
}
