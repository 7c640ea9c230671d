/* Where documents are: the default place of a new one, "latest", "reference:NAME". */
#ifndef CB_RESULTS_LOCATE_H
#define CB_RESULTS_LOCATE_H

#include "base/status.h"

#include <stddef.h>

/* The file that `name` stands for: the newest "<stamp>.json" in any folder of the results root for
 * "latest", a published board for "reference:NAME", otherwise `name` itself. CB_IO when there is no
 * results document yet, CB_USAGE for an unknown reference (the message lists those that exist). */
cb_status cb_locate(const char *name, cb_error *err, char *path, size_t bytes);

/* A text file that a person names or that cachebound brings: `name` itself if there is such a file,
 * else NAME<ending> below $CACHEBOUND_DATA/<data_folder>, <sources>/<source_folder> or the
 * installed <data_folder>. CB_IO when there is none. */
cb_status cb_locate_data(const char *source_folder, const char *data_folder, const char *name,
                         const char *ending, cb_error *err, char *path, size_t bytes);

#endif
