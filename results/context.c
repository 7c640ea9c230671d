#include "results/context.h"

#include "build_info.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* A JSON text of any bytes: what is not UTF-8 loses its bytes above 0x7f to '?'. */
static json_t *text_of_bytes(const char *bytes)
{
    json_t *text = json_string(bytes);
    char *copy = text ? NULL : strdup(bytes);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c > 0x7f)
            *c = '?';
    if (copy)
        text = json_string(copy);
    free(copy);
    return text;
}

json_t *cb_context_tool(int argc, char *const *argv)
{
    json_t *arguments = json_array();
    for (int i = 0; i < argc; i++)
        json_array_append_new(arguments, text_of_bytes(argv[i]));
    json_t *tool = json_pack("{s:s, s:n, s:b, s:s, s:s, s:o}", "version", CB_VERSION, "git_commit",
                             "git_dirty", CB_GIT_DIRTY, "compiler", CB_COMPILER, "flags",
                             CB_C_FLAGS, "argv", arguments);
    const char *commit = CB_GIT_COMMIT;
    if (*commit)
        json_object_set_new(tool, "git_commit", json_string(commit));
    else
        json_object_set_new(tool, "git_commit_reason", json_string("built outside a git checkout"));
    return tool;
}

static void set_version(json_t *libraries, const char *name, const char *version)
{
    json_object_set_new(libraries, name, version ? json_string(version) : json_null());
}

json_t *cb_context_libraries(void)
{
    json_t *libraries = json_object();
    unsigned api = hwloc_get_api_version();
    char hwloc_version[32];
    snprintf(hwloc_version, sizeof hwloc_version, "%u.%u.%u", api >> 16, api >> 8 & 0xff,
             api & 0xff);
    set_version(libraries, "hwloc", hwloc_version);
#if JANSSON_VERSION_HEX >= 0x020d00
    set_version(libraries, "jansson", jansson_version_str());
#else
    set_version(libraries, "jansson", JANSSON_VERSION);
#endif
#ifdef _OPENMP
    char openmp_version[32];
    snprintf(openmp_version, sizeof openmp_version, "%d", _OPENMP);
    set_version(libraries, "openmp", openmp_version);
#else
    set_version(libraries, "openmp", NULL);
    set_version(libraries, "openmp_reason", "this build does not use it");
#endif
#ifdef __GLIBC__
    char libc_version[48];
    snprintf(libc_version, sizeof libc_version, "glibc %s", gnu_get_libc_version());
    set_version(libraries, "libc", libc_version);
#else
    set_version(libraries, "libc", NULL);
    set_version(libraries, "libc_reason", "it has no call that tells its version");
#endif
    return libraries;
}

json_t *cb_context_now(void)
{
    struct timespec now;
    struct tm local;
    char date[32], zone[8], text[64];
    clock_gettime(CLOCK_REALTIME, &now);
    if (!localtime_r(&now.tv_sec, &local))
        return json_null();
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local); /* +hhmm; ISO 8601's extended form has a colon */
    snprintf(text, sizeof text, "%s.%03ld%.3s:%s", date, now.tv_nsec / 1000000, zone, zone + 3);
    return json_string(text);
}
