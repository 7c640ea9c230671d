#include "plots/report.h"

#include "models/rows.h"
#include "plots/report_parts.h"

#include <string.h>

typedef struct {
    const cb_report_input *inputs;
    size_t count;
    const json_t *model;
    FILE *out;
} page;

/* ---- escapes ---- */

/* A text of a document inside of HTML. */
static void put_text(const char *text, FILE *out)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*c, out);
        }
}

/* '<' is only ever inside of a string of a JSON text, where an escape may stand for it; without it
 * nothing in a document can end the script element that holds it. */
static int put_json_bytes(const char *bytes, size_t size, void *data)
{
    FILE *out = data;
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == '<')
            fputs("\\u003c", out);
        else
            fputc(bytes[i], out);
    return ferror(out) ? -1 : 0;
}

static void put_json(const json_t *json, const char *id, FILE *out)
{
    fprintf(out, "<script type=\"application/json\" id=\"%s\">", id);
    json_dump_callback(json, put_json_bytes, out, JSON_COMPACT);
    fputs("</script>\n", out);
}

/* ---- the marks of the template ---- */

static void put_title(const page *p)
{
    for (size_t i = 0; i < json_array_size(json_object_get(p->model, "views")); i++) {
        const json_t *view = json_array_get(json_object_get(p->model, "views"), i);
        const char *name = cb_row_text(view, "machine");
        const char *kind = cb_row_text(view, "core_kind");
        fputs(i ? ", " : "", p->out);
        put_text(name ? name : "unknown machine", p->out);
        fputs(kind ? " (" : "", p->out);
        put_text(kind ? kind : "", p->out);
        fputs(kind ? ")" : "", p->out);
    }
}

/* In the page itself, so that it is there without JavaScript too. */
static void put_verdicts(const page *p)
{
    for (size_t i = 0; i < json_array_size(json_object_get(p->model, "views")); i++) {
        const json_t *view = json_array_get(json_object_get(p->model, "views"), i);
        const char *name = cb_row_text(view, "machine");
        bool emulated = json_is_true(json_object_get(view, "emulated"));
        fprintf(p->out, "<p class=\"verdict%s\"><b>", emulated ? " emulated" : "");
        put_text(name ? name : "unknown machine", p->out);
        fputs(emulated ? ": EMULATED.</b> " : ":</b> ", p->out);
        put_text(cb_row_text(view, "verdict"), p->out);
        fputs("</p>\n", p->out);
    }
}

static void put_data(const page *p)
{
    char id[40];
    for (size_t i = 0; i < p->count; i++) {
        snprintf(id, sizeof id, "document-%zu", i);
        put_json(p->inputs[i].document, id, p->out);
    }
    put_json(p->model, "model", p->out);
}

/* All files with this ending, in the order of their names; one file by its whole name. */
static void put_files(const char *ending, FILE *out)
{
    for (size_t i = 0; i < cb_report_file_count; i++) {
        const cb_report_file_text *file = &cb_report_files[i];
        size_t length = strlen(file->name), tail = strlen(ending);
        if (length >= tail && strcmp(file->name + length - tail, ending) == 0)
            fwrite(file->bytes, 1, file->size, out);
    }
}

static void put_mark(const page *p, const char *name, size_t length)
{
    if (strncmp(name, "title", length) == 0)
        put_title(p);
    else if (strncmp(name, "verdict", length) == 0)
        put_verdicts(p);
    else if (strncmp(name, "data", length) == 0)
        put_data(p);
    else if (strncmp(name, "style", length) == 0)
        put_files(".css", p->out);
    else if (strncmp(name, "script", length) == 0)
        put_files(".js", p->out);
}

static const cb_report_file_text *template_file(void)
{
    size_t i = 0;
    while (i + 1 < cb_report_file_count && strcmp(cb_report_files[i].name, "page.html") != 0)
        i++;
    return &cb_report_files[i];
}

/* The template, with what belongs there in the place of each {{mark}}. */
static void put_page(const page *p)
{
    const cb_report_file_text *file = template_file();
    const char *at = (const char *)file->bytes, *end = at + file->size;
    while (at < end) {
        const char *mark = memmem(at, (size_t)(end - at), "{{", 2);
        const char *close = mark ? memmem(mark, (size_t)(end - mark), "}}", 2) : NULL;
        if (!close)
            break;
        fwrite(at, 1, (size_t)(mark - at), p->out);
        put_mark(p, mark + 2, (size_t)(close - mark) - 2);
        at = close + 2;
    }
    fwrite(at, 1, (size_t)(end - at), p->out);
}

cb_status cb_report_write(const cb_report_input *inputs, size_t count, FILE *out, cb_error *err)
{
    if (!count)
        return cb_fail(err, CB_USAGE, "there is no results document");
    json_t *model;
    cb_status status = cb_report_model(inputs, count, err, &model);
    if (status != CB_OK)
        return status;
    page p = {.inputs = inputs, .count = count, .model = model, .out = out};
    put_page(&p);
    json_decref(model);
    return ferror(out) ? cb_fail(err, CB_IO, "the report could not be written") : CB_OK;
}
