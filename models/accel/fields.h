/* Fields of a platform by name: what `--set` changes and `--sweep` walks over. */
#ifndef CB_ACCEL_FIELDS_H
#define CB_ACCEL_FIELDS_H

#include "models/accel/platform.h"

/* What depends on a field. */
typedef enum {
    CB_FIELD_MEMORY, /* how layers are tiled, and through that their times */
    CB_FIELD_TIME,   /* times; tiles only when the fastest ones are looked for */
    CB_FIELD_CLOCK   /* seconds, not cycles */
} cb_accel_effect;

/* Whether a platform has such a field: cores, clock, l1, l2, split, dma_l2_l1.bytes_per_cycle,
 * guard.conv, a term of its kernels (conv8.step), ... */
bool cb_accel_field_known(const char *key, cb_accel_effect *effect);

/* CB_USAGE for an unknown key (the message lists them) or a value that it cannot have. */
cb_status cb_accel_field_set(const char *key, const char *value, cb_error *err,
                             cb_accel_platform *platform);

/* The index of a kernel term by its name; -1: no such term. */
int cb_accel_term_named(const char *name);

#endif
