/* A folder of a test's own, gone when the test ends: a pair of cmocka fixtures, *state is its path.
 */
#ifndef CB_TESTS_UNIT_TEMPORARY_FOLDER_H
#define CB_TESTS_UNIT_TEMPORARY_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline int make_root(void **state)
{
    const char *parent = getenv("TMPDIR");
    char path[256];
    snprintf(path, sizeof path, "%.200s/cachebound-test-XXXXXX", parent ? parent : "/tmp");
    *state = strdup(path);
    return *state && mkdtemp(*state) ? 0 : -1;
}

static inline int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info, (void)type, (void)ftw;
    return remove(path);
}

static inline int remove_root(void **state)
{
    int failed = nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return failed;
}

#endif
