#include "bench/layer.h"
#include "bench/layer_lists.h"

#include "base/units.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 256, MOST_BYTES = 1 << 20 };

void cb_layers_free(cb_layers *layers)
{
    free(layers->items);
    *layers = (cb_layers){0};
}

static cb_status append(cb_layers *layers, const cb_named_layer *layer, cb_error *err)
{
    cb_named_layer *grown = realloc(layers->items, (layers->count + 1) * sizeof *grown);
    if (!grown)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu layers", layers->count + 1);
    grown[layers->count] = *layer;
    layers->items = grown;
    layers->count++;
    return CB_OK;
}

/* ---- lists ---- */

static cb_status parse_times(const char *word, cb_error *err, int *times)
{
    int64_t value = 1;
    cb_status status = CB_OK;
    if (*word && *word != 'x')
        return cb_fail(err, CB_USAGE, "'%.20s' is behind the layer; only xTIMES can be", word);
    if (*word)
        status = cb_parse_integer(word + 1, 1, 1000000, err, &value);
    *times = (int)value;
    return status;
}

/* "NAME LAYER [xTIMES]" without its comment. `found` says whether there was anything. */
static cb_status parse_line(const char *line, const char *list, cb_error *err,
                            cb_named_layer *named, bool *found)
{
    char name[32] = "", layer[128] = "", times[24] = "", rest[2] = "";
    int words = sscanf(line, "%31s %127s %23s %1s", name, layer, times, rest);
    *found = words > 0;
    if (words < 1)
        return CB_OK;
    if (words < 2 || words > 3)
        return cb_fail(err, CB_USAGE, "a line is NAME LAYER [xTIMES], # starts a comment");
    cb_status status = cb_layer_parse(layer, err, &named->layer);
    status = status ? status : parse_times(times, err, &named->times);
    snprintf(named->name, sizeof named->name, "%.28s:%s", list, name);
    return status;
}

/* "shapes/resnet18.txt" is called resnet18. */
static void name_of_list(const char *path, char *name, size_t bytes)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    snprintf(name, bytes, "%.*s", dot && dot > base ? (int)(dot - base) : 28, base);
}

static cb_status parse_lines(const char *text, const char *name, cb_error *err, cb_layers *layers)
{
    char list[32];
    cb_error why;
    name_of_list(name, list, sizeof list);
    for (int number = 1; *text; number++) {
        char line[LINE];
        bool found = false;
        size_t length = strcspn(text, "\n"), used = strcspn(text, "#\n");
        cb_named_layer named = {.times = 1};
        cb_status status =
            used < LINE ? CB_OK : cb_fail(&why, CB_USAGE, "a line of %zu characters", used);
        if (status == CB_OK) {
            memcpy(line, text, used);
            line[used] = 0;
            status = parse_line(line, list, &why, &named, &found);
        }
        if (status == CB_OK && found)
            status = append(layers, &named, &why);
        if (status != CB_OK)
            return cb_fail(err, status, "%.200s, line %d: %s", name, number, why.text);
        text += length + (text[length] == '\n');
    }
    return CB_OK;
}

cb_status cb_layers_parse(const char *text, const char *name, cb_error *err, cb_layers *layers)
{
    size_t before = layers->count;
    cb_status status = parse_lines(text, name, err, layers);
    if (status == CB_OK && layers->count == before)
        status =
            cb_fail(err, CB_USAGE, "%.200s: has no layer; a line is NAME LAYER [xTIMES]", name);
    if (status != CB_OK)
        layers->count = before;
    return status;
}

cb_status cb_layers_read(const char *path, cb_error *err, cb_layers *layers)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return cb_fail(err, CB_IO, "%.200s: %s; give a file with a layer on each line", path,
                       strerror(errno));
    cb_status status;
    char *text = malloc(MOST_BYTES + 1);
    size_t bytes = text ? fread(text, 1, MOST_BYTES + 1, file) : 0;
    if (!text)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to read %.200s", path);
    else if (ferror(file))
        status = cb_fail(err, CB_IO, "%.200s: cannot be read", path);
    else if (bytes > MOST_BYTES)
        status = cb_fail(err, CB_USAGE, "%.200s: is over 1 MiB; no list of layers is", path);
    else {
        text[bytes] = 0;
        status = cb_layers_parse(text, path, err, layers);
    }
    free(text);
    fclose(file);
    return status;
}

/* ---- selecting ---- */

static cb_status unknown_list(const char *word, cb_error *err)
{
    char known[160] = "";
    for (size_t i = 0; i < cb_layer_list_count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", cb_layer_list_names[i]);
    }
    return cb_fail(err, CB_USAGE,
                   "'%.60s' names no layers; there are %s, like resnet18:C2 or mobilenetv1:*, or "
                   "B,CIN,H,W,COUT,KH,KW,STRIDE,PAD[,GROUPS[,DILATION]]",
                   word, known);
}

/* The names that a list has, for the message. */
static cb_status unknown_layer(const char *word, const cb_layers *list, cb_error *err)
{
    char known[320] = "";
    for (size_t i = 0; i < list->count; i++) {
        size_t used = strlen(known);
        const char *name = strchr(list->items[i].name, ':') + 1;
        snprintf(known + used, sizeof known - used, "%s%s", i ? " " : "", name);
    }
    return cb_fail(err, CB_USAGE, "'%.60s' matches no layer; this list has %s", word, known);
}

/* "resnet18:C2", "resnet18:*", "resnet18". */
static cb_status select_word(const char *word, cb_error *err, cb_layers *layers)
{
    size_t length = strcspn(word, ":"), i = 0, before = layers->count;
    const char *glob = word[length] ? word + length + 1 : "*";
    while (i < cb_layer_list_count && (strncmp(cb_layer_list_names[i], word, length) != 0 ||
                                       cb_layer_list_names[i][length] != 0))
        i++;
    if (i == cb_layer_list_count)
        return unknown_list(word, err);
    cb_layers list = {0};
    cb_status status = cb_layers_parse(cb_layer_list_texts[i], cb_layer_list_names[i], err, &list);
    for (size_t j = 0; status == CB_OK && j < list.count; j++)
        if (fnmatch(glob, list.items[j].name + length + 1, 0) == 0)
            status = append(layers, &list.items[j], err);
    if (status == CB_OK && layers->count == before)
        status = unknown_layer(word, &list, err);
    cb_layers_free(&list);
    return status;
}

static cb_status select_numbers(const char *text, cb_error *err, cb_layers *layers)
{
    cb_named_layer named = {.times = 1};
    cb_status status = cb_layer_parse(text, err, &named.layer);
    snprintf(named.name, sizeof named.name, "%s", text);
    return status ? status : append(layers, &named, err);
}

cb_status cb_layers_select(const char *text, cb_error *err, cb_layers *layers)
{
    size_t before = layers->count;
    if (strspn(text, "-0123456789") > 0)
        return select_numbers(text, err, layers);
    cb_status status = CB_OK;
    for (const char *at = text; at && status == CB_OK;) {
        char word[64];
        size_t length = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), at);
        status = select_word(word, err, layers);
        at = at[length] ? at + length + 1 : NULL;
    }
    if (status != CB_OK)
        layers->count = before;
    return status;
}
