/* The walk that holds a document against the schema's tables, and what holds between keys. */
#include "results/check.h"

#include "results/results.h"
#include "results/schema.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where in the document we are; a chain on the stack, made into text only for a message. */
typedef struct place {
    const struct place *parent;
    const char *key; /* NULL: an element of a list */
    size_t index;
} place;

typedef struct {
    const char *name; /* of the document */
    cb_error *err;
} report;

/* Appends to text[0..used), returns the new length; never past `bytes`. */
static size_t place_text(const place *at, char *text, size_t bytes)
{
    if (!at) {
        text[0] = 0;
        return 0;
    }
    size_t used = place_text(at->parent, text, bytes);
    int more = at->key ? snprintf(text + used, bytes - used, "%s%s", used ? "." : "", at->key)
                       : snprintf(text + used, bytes - used, "[%zu]", at->index);
    used += (size_t)more;
    return used < bytes ? used : bytes - 1;
}

static cb_status wrong(const report *to, const place *at, const char *expected, const char *found)
{
    char where[160];
    place_text(at, where, sizeof where);
    return cb_fail(to->err, CB_PARSE, "%s: %s%sexpected %s, found %s; see docs/SCHEMA.md", to->name,
                   where, *where ? ": " : "", expected, found);
}

static cb_status wrong_key(const report *to, const place *at, const char *key, const char *expected,
                           const char *found)
{
    place below = {.parent = at, .key = key};
    return wrong(to, &below, expected, found);
}

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* "a number or null" */
static const char *types_text(unsigned types, char *text, size_t bytes)
{
    static const struct {
        unsigned type;
        const char *name;
    } names[] = {
        {CB_INTEGER, "a whole number"},
        {CB_NUMBER, "a number"},
        {CB_TEXT, "a text"},
        {CB_LIST, "a list"},
        {CB_OBJECT, "an object"},
        {CB_BOOL, "true/false"},
        {CB_NOTHING, "null"},
    };
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (types & names[i].type)
            used += (size_t)snprintf(text + used, bytes - used, "%s%s", used ? " or " : "",
                                     names[i].name);
    return text;
}

static unsigned types_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return CB_OBJECT;
    case JSON_ARRAY:
        return CB_LIST;
    case JSON_STRING:
        return CB_TEXT;
    case JSON_INTEGER:
        return CB_NUMBER | CB_INTEGER;
    case JSON_REAL: /* 4.0 is a whole number too, as in JSON Schema */
        return json_real_value(value) == floor(json_real_value(value)) ? CB_NUMBER | CB_INTEGER
                                                                       : CB_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return CB_BOOL;
    case JSON_NULL:
        break;
    }
    return CB_NOTHING;
}

static bool is_one_of(const char *const *words, const char *text)
{
    for (; *words; words++)
        if (strcmp(*words, text) == 0)
            return true;
    return false;
}

static cb_status check_word(const report *to, const cb_shape *s, const place *at,
                            const json_t *value)
{
    char expected[96] = "one of";
    size_t used = strlen(expected);
    if (!s->words || is_one_of(s->words, json_string_value(value)))
        return CB_OK;
    for (const char *const *word = s->words; *word; word++)
        used += (size_t)snprintf(expected + used, sizeof expected - used, " \"%s\"", *word);
    return wrong(to, at, expected, json_string_value(value));
}

static cb_status check_value(const report *to, const cb_shape *s, const place *at,
                             const json_t *value);

static cb_status check_keys(const report *to, const cb_shape *keys, const place *at,
                            const json_t *object)
{
    cb_status status = CB_OK;
    for (const cb_shape *s = keys; s->types && status == CB_OK; s++) {
        place below = {.parent = at, .key = s->key};
        const json_t *value = json_object_get(object, s->key);
        char expected[96];
        if (value)
            status = check_value(to, s, &below, value);
        else if (s->required)
            status =
                wrong(to, &below, types_text(s->types, expected, sizeof expected), "no such key");
    }
    return status;
}

static cb_status check_elements(const report *to, const cb_shape *element, const place *at,
                                const json_t *list)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < json_array_size(list) && status == CB_OK; i++) {
        place below = {.parent = at, .index = i};
        status = check_value(to, element, &below, json_array_get(list, i));
    }
    return status;
}

static cb_status check_number(const report *to, const cb_shape *s, const place *at,
                              const json_t *value)
{
    char expected[48];
    if (json_number_value(value) >= s->least)
        return CB_OK;
    snprintf(expected, sizeof expected, "a number of at least %g", s->least);
    return wrong(to, at, expected, "a smaller one");
}

static cb_status check_value(const report *to, const cb_shape *s, const place *at,
                             const json_t *value)
{
    char expected[96];
    unsigned types = types_of(value);
    if (!(types & s->types)) {
        const char *found = types & CB_NUMBER ? "a fraction" : type_name(value);
        if (!(s->types & CB_INTEGER))
            found = type_name(value);
        return wrong(to, at, types_text(s->types, expected, sizeof expected), found);
    }
    if (types & CB_NUMBER)
        return check_number(to, s, at, value);
    if (types & CB_TEXT)
        return check_word(to, s, at, value);
    if (types & CB_OBJECT && s->inside)
        return check_keys(to, s->inside, at, value);
    if (types & CB_LIST && s->inside)
        return check_elements(to, s->inside, at, value);
    return CB_OK;
}

static bool has_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && *text;
}

static bool has_figure(const json_t *object)
{
    for (const char *const *key = cb_schema_figures; *key; key++)
        if (json_is_number(json_object_get(object, *key)))
            return true;
    return false;
}

/* A published figure has no samples of ours; it has to say who published it. */
static cb_status check_published(const report *to, const place *at, const json_t *object)
{
    if (!has_text(object, "source"))
        return wrong_key(to, at, "source", "where the published figure is from", "nothing");
    if (!has_text(object, "tool"))
        return wrong_key(to, at, "tool", "what the published figure was measured with", "nothing");
    if (!has_figure(object))
        return wrong(to, at,
                     "a figure (ops_per_s, bytes_per_s, ops_per_cycle, bytes_per_cycle or "
                     "latency_s)",
                     "none");
    return CB_OK;
}

/* What holds between the keys of a row. */
static cb_status check_together(const report *to, const place *at, const json_t *object)
{
    const char *status = json_string_value(json_object_get(object, "status"));
    const char *origin = json_string_value(json_object_get(object, "origin"));
    const char *family = json_string_value(json_object_get(object, "family"));
    bool ok = strcmp(status, "ok") == 0;
    bool timed = json_object_get(object, "time_s") != NULL;
    bool measured = !origin || strcmp(origin, "measured") == 0;
    bool published = origin && strcmp(origin, "published") == 0;
    if (!ok && !has_text(object, "reason"))
        return wrong_key(to, at, "reason", "why the row is not \"ok\"", "nothing");
    if (!ok && timed)
        return wrong_key(to, at, "time_s", "no time in a row that is not \"ok\"", "one");
    if (!published && json_is_null(json_object_get(object, "threads")))
        return wrong_key(to, at, "threads", "a whole number", "null");
    if (ok && published)
        return check_published(to, at, object);
    if (ok && measured && !timed && is_one_of(cb_schema_timed_families, family))
        return wrong_key(to, at, "time_s", "an object", "no such key");
    return CB_OK;
}

static cb_status check_row(const report *to, const place *at, const json_t *object)
{
    static const cb_shape one = {.types = CB_OBJECT, .inside = cb_schema_row};
    cb_status status = check_value(to, &one, at, object);
    return status == CB_OK ? check_together(to, at, object) : status;
}

cb_status cb_check_row(const json_t *object, size_t index, const char *name, cb_error *err)
{
    report to = {name, err};
    place results = {.key = "results"}, at = {.parent = &results, .index = index};
    return check_row(&to, &at, object);
}

/* A document of another version is told apart from a damaged one before anything else. */
static cb_status check_version(const report *to, const json_t *document)
{
    static const char prefix[] = "cachebound/results/";
    const char *schema = json_string_value(json_object_get(document, "schema"));
    if (!schema || strcmp(schema, CB_RESULTS_SCHEMA) == 0)
        return CB_OK; /* a missing one is reported by its key */
    if (strncmp(schema, prefix, sizeof prefix - 1) != 0)
        return cb_fail(to->err, CB_PARSE,
                       "%s: schema: expected \"" CB_RESULTS_SCHEMA
                       "\", found \"%.60s\"; this is no "
                       "results document",
                       to->name, schema);
    return cb_fail(to->err, CB_PARSE,
                   "%s: schema: this cachebound reads version \"" CB_RESULTS_SCHEMA
                   "\", the document is version \"%.60s\"; use the cachebound that wrote it",
                   to->name, schema);
}

cb_status cb_results_check(const json_t *document, const char *name, cb_error *err)
{
    static const cb_shape whole = {.key = "", .types = CB_OBJECT, .inside = cb_schema_document};
    report to = {name, err};
    cb_status status = check_version(&to, document);
    if (status == CB_OK)
        status = check_value(&to, &whole, NULL, document);
    const json_t *rows = json_object_get(document, "results");
    for (size_t i = 0; status == CB_OK && i < json_array_size(rows); i++) {
        place results = {.key = "results"}, at = {.parent = &results, .index = i};
        status = check_together(&to, &at, json_array_get(rows, i));
    }
    return status;
}
