/* A YAML (or JSON, which is YAML) file as a tree whose nodes know their lines. Aliases and several
 * documents are refused, as is a key that stands twice in one map. */
#ifndef CB_ACCEL_YAML_H
#define CB_ACCEL_YAML_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { CB_YAML_TEXT, CB_YAML_LIST, CB_YAML_MAP } cb_yaml_kind;

typedef struct cb_yaml_node cb_yaml_node;

typedef struct {
    char *key; /* NULL in a list */
    int line;
    cb_yaml_node *value;
} cb_yaml_entry;

struct cb_yaml_node {
    cb_yaml_kind kind;
    int line;
    char *text; /* of CB_YAML_TEXT */
    cb_yaml_entry *entries;
    size_t count;
};

typedef struct {
    char path[256];
    cb_yaml_node *root; /* NULL for an empty file */
} cb_yaml;

/* CB_IO, CB_PARSE (with the line), CB_UNSUPPORTED in a build without libyaml, CB_NO_MEMORY. */
cb_status cb_yaml_read(const char *path, cb_error *err, cb_yaml *file);
void cb_yaml_free(cb_yaml *file);

/* The value behind a key of a map, or NULL. */
const cb_yaml_node *cb_yaml_find(const cb_yaml_node *map, const char *key);

/* CB_PARSE with "file:line: ". */
cb_status cb_yaml_fail(const cb_yaml *file, int line, cb_error *err, const char *format, ...)
    CB_PRINTF(4, 5);

/* CB_PARSE unless `node` is a map all of whose keys are among `known`; names the key and its line.
 */
cb_status cb_yaml_keys(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                       const char *const *known, size_t count, cb_error *err);

/* A number in [low, high]. */
cb_status cb_yaml_number(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                         double low, double high, cb_error *err, double *number);
cb_status cb_yaml_integer(const cb_yaml *file, const cb_yaml_node *node, const char *what, long low,
                          long high, cb_error *err, long *number);
cb_status cb_yaml_bool(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                       cb_error *err, bool *yes);

#endif
