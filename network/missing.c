/* In place of reader.c, idx.c and hash.c in a build without their libraries: no network can be read
 * then, and the message says why. Everything behind the reader is there all the same. */
#include "network/dataset.h"
#include "network/graph.h"
#include "network/hash.h"

#include <string.h>

static cb_status missing(cb_error *err)
{
    return cb_fail(err, CB_UNSUPPORTED,
                   "this build cannot read networks: it was made without " CB_NETWORK_MISSING
                   "; install them (Debian's names) and build again");
}

cb_status cb_net_load(cb_network *net, const void *bytes, size_t length, cb_error *err)
{
    (void)net, (void)bytes, (void)length;
    return missing(err);
}

cb_status cb_idx_read(const char *path, int rank, cb_error *err, size_t *dims,
                      unsigned char **bytes)
{
    (void)path, (void)rank, (void)dims, (void)bytes;
    return missing(err);
}

void cb_hash(const void *bytes, size_t length, char text[CB_HASH_TEXT])
{
    (void)bytes, (void)length;
    strcpy(text, "-");
}
