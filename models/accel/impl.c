#include "models/accel/impl.h"

#include "models/accel/yaml.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MOST_BITS = 64, MOST_SIZE = 1 << 20 };

static const char *const keys[] = {"type",
                                   "implementation",
                                   "bit_width",
                                   "input_bitwidth",
                                   "weight_bitwidth",
                                   "bias_bitwidth",
                                   "output_bitwidth",
                                   "accumulator_bitwidth",
                                   "channel-wise",
                                   "channel_wise",
                                   "filter_wise",
                                   "input_shape",
                                   "output_shape",
                                   "weight_shape",
                                   "bias_shape",
                                   "padding",
                                   "stride"};

static cb_status read_bits(const cb_yaml *file, const cb_yaml_node *map, const char *key, int *bits,
                           cb_error *err)
{
    const cb_yaml_node *node = cb_yaml_find(map, key);
    long value = 0;
    if (!node)
        return CB_OK;
    cb_status status = cb_yaml_integer(file, node, key, 1, MOST_BITS, err, &value);
    if (status == CB_OK)
        *bits = (int)value;
    return status;
}

/* A list of at most `most` sizes, right-aligned: a vector of 768 is 768 x 1 x 1 by `first`. */
static cb_status read_sizes(const cb_yaml *file, const cb_yaml_node *map, const char *key, long low,
                            size_t most, int64_t *sizes, bool *there, cb_error *err)
{
    const cb_yaml_node *node = cb_yaml_find(map, key);
    if (!node)
        return CB_OK;
    if (node->kind != CB_YAML_LIST || node->count == 0 || node->count > most)
        return cb_yaml_fail(file, node->line, err, "%s: expected a list of 1 to %zu numbers", key,
                            most);
    for (size_t i = 0; i < most; i++)
        sizes[i] = 1;
    for (size_t i = 0; i < node->count; i++) {
        long value = 0;
        cb_status status =
            cb_yaml_integer(file, node->entries[i].value, key, low, MOST_SIZE, err, &value);
        if (status != CB_OK)
            return status;
        sizes[i] = value;
    }
    if (there)
        *there = true;
    return CB_OK;
}

static cb_status read_words(const cb_yaml *file, const cb_yaml_node *map, cb_accel_entry *entry,
                            cb_error *err)
{
    const cb_yaml_node *type = cb_yaml_find(map, "type");
    const cb_yaml_node *how = cb_yaml_find(map, "implementation");
    size_t stem = strlen(entry->name);
    while (stem && isdigit((unsigned char)entry->name[stem - 1]))
        stem--;
    if (stem && entry->name[stem - 1] == '_')
        stem--;
    snprintf(entry->type, sizeof entry->type, "%.*s", (int)stem, entry->name);
    if (type && type->kind != CB_YAML_TEXT)
        return cb_yaml_fail(file, type->line, err, "type: expected a word");
    if (type)
        snprintf(entry->type, sizeof entry->type, "%s", type->text);
    if (how && how->kind != CB_YAML_TEXT)
        return cb_yaml_fail(file, how->line, err, "implementation: expected a word");
    if (how)
        snprintf(entry->implementation, sizeof entry->implementation, "%s", how->text);
    entry->has_implementation = how != NULL;
    return CB_OK;
}

static cb_status read_wise(const cb_yaml *file, const cb_yaml_node *map, cb_accel_entry *entry,
                           cb_error *err)
{
    static const char *const words[] = {"channel-wise", "channel_wise", "filter_wise"};
    for (size_t i = 0; i < COUNT(words); i++) {
        const cb_yaml_node *node = cb_yaml_find(map, words[i]);
        bool yes = false;
        cb_status status = node ? cb_yaml_bool(file, node, words[i], err, &yes) : CB_OK;
        if (status != CB_OK)
            return status;
        entry->channel_wise |= yes;
        entry->has_channel_wise |= node != NULL;
    }
    return CB_OK;
}

static cb_status read_numbers(const cb_yaml *file, const cb_yaml_node *map, cb_accel_entry *e,
                              cb_error *err)
{
    struct {
        const char *key;
        int *bits;
    } widths[] = {{"bit_width", &e->bit_width},         {"input_bitwidth", &e->in_bits},
                  {"weight_bitwidth", &e->weight_bits}, {"bias_bitwidth", &e->bias_bits},
                  {"output_bitwidth", &e->out_bits},    {"accumulator_bitwidth", &e->acc_bits}};
    cb_status status = CB_OK;
    int64_t bias[1];
    for (size_t i = 0; status == CB_OK && i < COUNT(widths); i++)
        status = read_bits(file, map, widths[i].key, widths[i].bits, err);
    if (status == CB_OK)
        status = read_sizes(file, map, "input_shape", 1, 3, e->in, &e->shaped, err);
    if (status == CB_OK)
        status = read_sizes(file, map, "output_shape", 1, 3, e->out, NULL, err);
    if (status == CB_OK)
        status = read_sizes(file, map, "weight_shape", 1, 4, e->weight, NULL, err);
    if (status == CB_OK)
        status = read_sizes(file, map, "bias_shape", 1, 1, bias, NULL, err);
    if (status == CB_OK)
        status = read_sizes(file, map, "padding", 0, 4, e->pad, NULL, err);
    return status == CB_OK ? read_sizes(file, map, "stride", 1, 2, e->stride, NULL, err) : status;
}

static cb_status read_entry(const cb_yaml *file, const cb_yaml_entry *from, cb_accel_entry *entry,
                            cb_error *err)
{
    if (strlen(from->key) >= sizeof entry->name)
        return cb_yaml_fail(file, from->line, err, "a name of more than %zu characters",
                            sizeof entry->name - 1);
    snprintf(entry->name, sizeof entry->name, "%s", from->key);
    entry->line = from->line;
    cb_status status = cb_yaml_keys(file, from->value, entry->name, keys, COUNT(keys), err);
    if (status == CB_OK)
        status = read_words(file, from->value, entry, err);
    if (status == CB_OK)
        status = read_wise(file, from->value, entry, err);
    return status == CB_OK ? read_numbers(file, from->value, entry, err) : status;
}

void cb_accel_impl_free(cb_accel_impl *impl)
{
    free(impl->entries);
    impl->entries = NULL;
    impl->count = 0;
}

static cb_status read_entries(const cb_yaml *file, cb_accel_impl *impl, cb_error *err)
{
    if (!file->root || file->root->kind != CB_YAML_MAP || file->root->count == 0)
        return cb_yaml_fail(file, 1, err, "expected a map from nodes to their implementations");
    impl->entries = calloc(file->root->count, sizeof *impl->entries);
    if (!impl->entries)
        return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory to read it", file->path);
    cb_status status = CB_OK;
    for (; status == CB_OK && impl->count < file->root->count; impl->count++)
        status =
            read_entry(file, &file->root->entries[impl->count], &impl->entries[impl->count], err);
    return status;
}

cb_status cb_accel_impl_read(const char *path, cb_error *err, cb_accel_impl *impl)
{
    cb_yaml file;
    *impl = (cb_accel_impl){{0}, NULL, 0};
    cb_status status = cb_yaml_read(path, err, &file);
    if (status != CB_OK)
        return status;
    snprintf(impl->path, sizeof impl->path, "%s", path);
    status = read_entries(&file, impl, err);
    cb_yaml_free(&file);
    if (status != CB_OK)
        cb_accel_impl_free(impl);
    return status;
}
