#include "models/accel/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { DEEPEST = 16, MOST_ENTRIES = 1 << 20 };

typedef struct {
    yaml_parser_t parser;
    yaml_event_t event;
    cb_yaml *file;
    cb_error *err;
    size_t entries; /* of the whole file */
} reader;

static int line_of(const reader *r)
{
    return (int)r->event.start_mark.line + 1;
}

/* The next event; the last one is given back. */
static cb_status advance(reader *r)
{
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event))
        return CB_OK;
    memset(&r->event, 0, sizeof r->event);
    return cb_yaml_fail(r->file, (int)r->parser.problem_mark.line + 1, r->err, "%.120s",
                        r->parser.problem ? r->parser.problem : "no YAML");
}

static cb_status no_memory(const reader *r)
{
    return cb_fail(r->err, CB_NO_MEMORY, "%.200s: no memory to read it", r->file->path);
}

static cb_status read_node(reader *r, int depth, cb_yaml_node **node);

static cb_status add_entry(reader *r, cb_yaml_node *node, cb_yaml_entry **entry)
{
    if (++r->entries > MOST_ENTRIES)
        return cb_yaml_fail(r->file, line_of(r), r->err, "more than %d entries", MOST_ENTRIES);
    if ((node->count & (node->count - 1)) == 0) {
        size_t capacity = node->count ? 2 * node->count : 1;
        cb_yaml_entry *grown = realloc(node->entries, capacity * sizeof *grown);
        if (!grown)
            return no_memory(r);
        node->entries = grown;
    }
    *entry = &node->entries[node->count++];
    **entry = (cb_yaml_entry){.line = line_of(r)};
    return CB_OK;
}

static cb_status read_key(reader *r, const cb_yaml_node *node, cb_yaml_entry *entry)
{
    if (r->event.type != YAML_SCALAR_EVENT)
        return cb_yaml_fail(r->file, line_of(r), r->err, "a key has to be one word");
    entry->key = strdup((const char *)r->event.data.scalar.value);
    if (!entry->key)
        return no_memory(r);
    for (size_t i = 0; i + 1 < node->count; i++)
        if (strcmp(node->entries[i].key, entry->key) == 0)
            return cb_yaml_fail(r->file, line_of(r), r->err, "'%.60s' stands here and in line %d",
                                entry->key, node->entries[i].line);
    return advance(r);
}

static cb_status read_entries(reader *r, int depth, cb_yaml_node *node)
{
    bool map = node->kind == CB_YAML_MAP;
    yaml_event_type_t end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    cb_status status = advance(r);
    while (status == CB_OK && r->event.type != end) {
        cb_yaml_entry *entry = NULL;
        status = add_entry(r, node, &entry);
        if (status == CB_OK && map)
            status = read_key(r, node, entry);
        if (status == CB_OK)
            status = read_node(r, depth + 1, &entry->value);
        if (status != CB_OK)
            return status;
        status = advance(r);
    }
    return status;
}

/* A node that begins with the event at hand; at its end, the event that ends it is at hand. */
static cb_status read_node(reader *r, int depth, cb_yaml_node **out)
{
    if (r->event.type == YAML_ALIAS_EVENT)
        return cb_yaml_fail(r->file, line_of(r), r->err, "aliases are not read; write it out");
    if (depth > DEEPEST)
        return cb_yaml_fail(r->file, line_of(r), r->err, "nested deeper than %d", DEEPEST);
    cb_yaml_node *node = calloc(1, sizeof *node);
    *out = node; /* freed with the file, whatever comes of it */
    if (!node)
        return no_memory(r);
    node->line = line_of(r);
    if (r->event.type == YAML_SCALAR_EVENT) {
        node->kind = CB_YAML_TEXT;
        node->text = strdup((const char *)r->event.data.scalar.value);
        return node->text ? CB_OK : no_memory(r);
    }
    node->kind = r->event.type == YAML_MAPPING_START_EVENT ? CB_YAML_MAP : CB_YAML_LIST;
    return read_entries(r, depth, node);
}

static cb_status read_document(reader *r)
{
    cb_status status = advance(r); /* start of the stream */
    if (status == CB_OK)
        status = advance(r);
    if (status != CB_OK || r->event.type == YAML_STREAM_END_EVENT)
        return status;
    status = advance(r); /* behind the start of the document */
    if (status == CB_OK)
        status = read_node(r, 0, &r->file->root);
    if (status == CB_OK)
        status = advance(r);
    if (status == CB_OK)
        status = advance(r);
    if (status == CB_OK && r->event.type != YAML_STREAM_END_EVENT)
        return cb_yaml_fail(r->file, line_of(r), r->err, "a second document; one is read");
    return status;
}

cb_status cb_yaml_read(const char *path, cb_error *err, cb_yaml *file)
{
    reader r = {.file = file, .err = err};
    file->root = NULL;
    snprintf(file->path, sizeof file->path, "%s", path);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return cb_fail(err, CB_IO, "%.200s: cannot be opened", path);
    cb_status status = CB_NO_MEMORY;
    if (yaml_parser_initialize(&r.parser)) {
        yaml_parser_set_input_file(&r.parser, stream);
        status = read_document(&r);
        yaml_event_delete(&r.event);
        yaml_parser_delete(&r.parser);
    } else {
        no_memory(&r);
    }
    if (status == CB_OK && ferror(stream))
        status = cb_fail(err, CB_IO, "%.200s: cannot be read", path);
    fclose(stream);
    if (status != CB_OK)
        cb_yaml_free(file);
    return status;
}
