#include "results/locate.h"

#include "build_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_there(const char *folder, const char *below, const char *name, const char *ending,
                    char *path, size_t bytes)
{
    int needed = snprintf(path, bytes, "%s/%s/%s%s", folder, below, name, ending);
    return needed > 0 && (size_t)needed < bytes && access(path, R_OK) == 0;
}

cb_status cb_locate_data(const char *source_folder, const char *data_folder, const char *name,
                         const char *ending, cb_error *err, char *path, size_t bytes)
{
    const char *data = getenv("CACHEBOUND_DATA");
    int needed = snprintf(path, bytes, "%s", name);
    if (needed > 0 && (size_t)needed < bytes && access(path, R_OK) == 0)
        return CB_OK;
    if (!strchr(name, '/') &&
        ((data && *data && is_there(data, data_folder, name, ending, path, bytes)) ||
         is_there(CB_SOURCE_DIR, source_folder, name, ending, path, bytes) ||
         is_there(CB_DATA_DIR, data_folder, name, ending, path, bytes)))
        return CB_OK;
    return cb_fail(err, CB_IO, "%.200s: no such file, and cachebound brings no %s/%.60s%s", name,
                   data_folder, name, ending);
}
