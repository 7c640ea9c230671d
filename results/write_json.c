/* The document as JSON text for people and for diff: a line for each key, but a row, and every
 * other element of a list, on one line. */
#include "results/results.h"
#include "results/writers.h"

static void put_value(const json_t *value, int indent, FILE *out);

/* Jansson holds valid UTF-8 without NUL; JSON wants three kinds of bytes escaped. */
static void put_text(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

/* Starts a line, or, inside a line (indent < 0), puts what separates there. */
static void put_break(int indent, const char *inside_line, FILE *out)
{
    if (indent < 0)
        fputs(inside_line, out);
    else
        fprintf(out, "\n%*s", indent, "");
}

static void put_object(const json_t *object, int indent, FILE *out)
{
    int inner = indent < 0 ? indent : indent + 2;
    const char *separator = "";
    const char *key;
    json_t *value;
    putc('{', out);
    json_object_foreach((json_t *)object, key, value)
    {
        fputs(separator, out);
        put_break(inner, *separator ? " " : "", out);
        put_text(key, out);
        fputs(": ", out);
        put_value(value, inner, out);
        separator = ",";
    }
    if (*separator)
        put_break(indent, "", out);
    putc('}', out);
}

static int holds_objects(const json_t *list)
{
    return json_is_object(json_array_get(list, 0));
}

static void put_list(const json_t *list, int indent, FILE *out)
{
    int broken = indent >= 0 && holds_objects(list);
    putc('[', out);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i)
            putc(',', out);
        put_break(broken ? indent + 2 : -1, i ? " " : "", out);
        put_value(json_array_get(list, i), -1, out);
    }
    if (broken)
        put_break(indent, "", out);
    putc(']', out);
}

static void put_value(const json_t *value, int indent, FILE *out)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put_object(value, indent, out);
        break;
    case JSON_ARRAY:
        put_list(value, indent, out);
        break;
    case JSON_STRING:
        put_text(json_string_value(value), out);
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        fputs(cb_number_text(value).text, out);
        break;
    case JSON_TRUE:
        fputs("true", out);
        break;
    case JSON_FALSE:
        fputs("false", out);
        break;
    case JSON_NULL:
        fputs("null", out);
        break;
    }
}

cb_status cb_write_json(const json_t *document, FILE *out, cb_error *err)
{
    (void)err; /* nothing but the stream can fail */
    put_value(document, 0, out);
    putc('\n', out);
    return CB_OK;
}
