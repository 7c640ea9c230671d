/* The schema of a results document (docs/SCHEMA.md) as tables. results/schema.json says the same to
 * other tools; a test keeps the two together. */
#ifndef CB_RESULTS_SCHEMA_H
#define CB_RESULTS_SCHEMA_H

#include <stdbool.h>

enum {
    CB_NOTHING = 1 << 0,
    CB_BOOL = 1 << 1,
    CB_INTEGER = 1 << 2,
    CB_NUMBER = 1 << 3,
    CB_TEXT = 1 << 4,
    CB_LIST = 1 << 5,
    CB_OBJECT = 1 << 6,
};

/* What one value may be. A list of shapes ends with a zeroed one. */
typedef struct cb_shape {
    const char *key;          /* "" for the elements of a list */
    unsigned types;           /* any of the bits above */
    bool required;            /* the key has to be there (null only if types say so) */
    double least;             /* of a number */
    const char *const *words; /* the only texts that are allowed; NULL: any */
    /* An object's known keys, or the one shape of a list's elements. */
    const struct cb_shape *inside;
} cb_shape;

/* The keys of a document, and of one element of its "results". */
extern const cb_shape cb_schema_document[];
extern const cb_shape cb_schema_row[];

/* Families whose rows are measured: an "ok" row without a time would be a claim without proof.
 * Ends with NULL. */
extern const char *const cb_schema_timed_families[];

/* A published row has to state at least one of these. Ends with NULL. */
extern const char *const cb_schema_figures[];

#endif
