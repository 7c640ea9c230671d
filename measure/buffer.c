#include "measure/buffer.h"

#include "base/units.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE_BYTES = 2 << 20 };

static size_t round_up(size_t bytes, size_t step)
{
    return (bytes + step - 1) / step * step;
}

/* Transparent huge pages are only a wish; smaps tells whether it was granted, at too high a cost
 * for each buffer. A page that is huge is touched by one fault: mincore cannot tell either. So the
 * wish is granted when madvise accepts it and the size holds a whole huge page. */
static bool ask_for_huge(void *data, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    return bytes >= HUGE_PAGE_BYTES && madvise(data, bytes, MADV_HUGEPAGE) == 0;
#else
    (void)data, (void)bytes;
    return false;
#endif
}

static void refuse_huge(void *data, size_t bytes)
{
#ifdef MADV_NOHUGEPAGE
    madvise(data, bytes, MADV_NOHUGEPAGE); /* a kernel without huge pages has nothing to refuse */
#else
    (void)data, (void)bytes;
#endif
}

cb_status cb_buffer_new(size_t bytes, size_t offset_bytes, cb_pages pages, cb_error *err,
                        cb_buffer *buffer)
{
    size_t align = pages == CB_PAGES_HUGE ? HUGE_PAGE_BYTES : 4096;
    if (bytes > SIZE_MAX / 2)
        return cb_fail(err, CB_NO_MEMORY, "a block of %s is larger than the address space",
                       cb_format_bytes(bytes).text);
    size_t wanted = round_up(bytes + offset_bytes, align);
    size_t map_bytes = wanted + align;
    void *map = mmap(NULL, map_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a block of %s; choose a smaller --block",
                       cb_format_bytes(bytes).text);
    char *data = (char *)round_up((uintptr_t)map, align);
    bool huge = pages == CB_PAGES_HUGE && ask_for_huge(data, wanted);
    if (pages == CB_PAGES_HUGE && !huge) {
        munmap(map, map_bytes);
        return cb_fail(err, CB_UNSUPPORTED, "this system gives no huge pages to a block of %s",
                       cb_format_bytes(bytes).text);
    }
    if (pages == CB_PAGES_SMALL)
        refuse_huge(data, wanted);
    memset(data, 0, wanted);
    *buffer = (cb_buffer){.data = data + offset_bytes,
                          .bytes = bytes,
                          .huge = huge,
                          .map = map,
                          .map_bytes = map_bytes};
    return CB_OK;
}

void cb_buffer_free(cb_buffer *buffer)
{
    if (buffer->map)
        munmap(buffer->map, buffer->map_bytes);
    *buffer = (cb_buffer){0};
}
