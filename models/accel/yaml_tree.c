#include "models/accel/yaml.h"

#include "base/units.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void free_node(cb_yaml_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->count; i++) {
        free(node->entries[i].key);
        free_node(node->entries[i].value);
    }
    free(node->entries);
    free(node->text);
    free(node);
}

void cb_yaml_free(cb_yaml *file)
{
    free_node(file->root);
    file->root = NULL;
}

const cb_yaml_node *cb_yaml_find(const cb_yaml_node *map, const char *key)
{
    if (!map || map->kind != CB_YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, key) == 0)
            return map->entries[i].value;
    return NULL;
}

cb_status cb_yaml_fail(const cb_yaml *file, int line, cb_error *err, const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cb_fail(err, CB_PARSE, "%.200s:%d: %s", file->path, line, text);
}

cb_status cb_yaml_keys(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                       const char *const *known, size_t count, cb_error *err)
{
    if (node->kind != CB_YAML_MAP)
        return cb_yaml_fail(file, node->line, err, "%s: expected a map", what);
    for (size_t i = 0; i < node->count; i++) {
        size_t k = 0;
        while (k < count && strcmp(known[k], node->entries[i].key) != 0)
            k++;
        if (k == count)
            return cb_yaml_fail(file, node->entries[i].line, err, "%s: unknown key '%.60s'", what,
                                node->entries[i].key);
    }
    return CB_OK;
}

cb_status cb_yaml_number(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                         double low, double high, cb_error *err, double *number)
{
    if (node->kind != CB_YAML_TEXT || cb_parse_number(node->text, low, high, NULL, number) != CB_OK)
        return cb_yaml_fail(file, node->line, err, "%s: expected a number from %g to %g", what, low,
                            high);
    return CB_OK;
}

cb_status cb_yaml_integer(const cb_yaml *file, const cb_yaml_node *node, const char *what, long low,
                          long high, cb_error *err, long *number)
{
    int64_t value = 0;
    if (node->kind != CB_YAML_TEXT ||
        cb_parse_integer(node->text, low, high, NULL, &value) != CB_OK)
        return cb_yaml_fail(file, node->line, err, "%s: expected a whole number from %ld to %ld",
                            what, low, high);
    *number = (long)value;
    return CB_OK;
}

cb_status cb_yaml_bool(const cb_yaml *file, const cb_yaml_node *node, const char *what,
                       cb_error *err, bool *yes)
{
    if (node->kind != CB_YAML_TEXT ||
        (strcasecmp(node->text, "true") != 0 && strcasecmp(node->text, "false") != 0))
        return cb_yaml_fail(file, node->line, err, "%s: expected true or false", what);
    *yes = strcasecmp(node->text, "true") == 0;
    return CB_OK;
}
