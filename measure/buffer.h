/* Operand memory: aligned, guarded, prefilled, on request in huge pages. */
#ifndef CB_MEASURE_BUFFER_H
#define CB_MEASURE_BUFFER_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CB_PAGES_DEFAULT, /* whatever the system gives */
    CB_PAGES_SMALL,   /* base pages, transparent huge pages refused */
    CB_PAGES_HUGE,    /* transparent or explicit huge pages */
} cb_pages;

typedef struct {
    void *data; /* 4096-byte aligned plus `offset_bytes` */
    size_t bytes;
    bool huge; /* whether huge pages were really given */
    void *map;
    size_t map_bytes;
} cb_buffer;

/* `bytes` > 0 of zeroed memory that no page of which is shared with another page (every page is
 * written, so reads cannot all hit the kernel's one zero page). `offset_bytes` < 4096, a multiple
 * of 64, keeps operands out of each other's 4-KiB alias. CB_UNSUPPORTED when huge pages were asked
 * for and none could be had, CB_NO_MEMORY otherwise. Touch happens on the calling thread. */
cb_status cb_buffer_new(size_t bytes, size_t offset_bytes, cb_pages pages, cb_error *err,
                        cb_buffer *buffer);
void cb_buffer_free(cb_buffer *buffer);

#endif
