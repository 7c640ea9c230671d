/* Any bytes as an array (.npy) and as an IDX file, which are read by name: the bytes lie in memory
 * behind one. */
#include "fuzz.h"

#include "network/dataset.h"
#include "network/npy.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void read_array(const char *path)
{
    cb_array array = {.data = NULL};
    cb_error err = {""};
    cb_status status = cb_npy_read(path, 1 << 16, &err, &array);
    FUZZ_REQUIRE((status == CB_OK) == (array.data != NULL));
    FUZZ_REQUIRE(status == CB_OK || (err.text[0] && !strchr(err.text, '\n')));
    free(array.data);
}

static void read_idx(const char *path, int rank)
{
    size_t dims[3];
    unsigned char *bytes = NULL;
    cb_error err = {""};
    cb_status status = cb_idx_read(path, rank, &err, dims, &bytes);
    FUZZ_REQUIRE((status == CB_OK) == (bytes != NULL));
    FUZZ_REQUIRE(status == CB_OK || (err.text[0] && !strchr(err.text, '\n')));
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int memory = memfd_create("input", 0);
    FUZZ_REQUIRE(memory >= 0 && write(memory, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    read_array(path);
    read_idx(path, 1);
    read_idx(path, 3);
    close(memory);
    return 0;
}
