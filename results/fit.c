#include "results/fit.h"

#include <string.h>

static int is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

int cb_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += !is_continuation(*text);
    return width;
}

/* Bytes of the first `width` characters. */
static size_t bytes_of(const char *text, int width)
{
    const char *at = text;
    while (*at && (width > 0 || is_continuation(*at)))
        width -= !is_continuation(*at++) && (width > 0);
    return (size_t)(at - text);
}

/* Copies without control characters, at most what a cell holds, in whole characters. */
static void copy_plain_span(cb_cell *to, const char *from, size_t length)
{
    size_t n = length < sizeof to->text ? length : sizeof to->text - 1;
    while (n < length && n && is_continuation(from[n]))
        n--;
    for (size_t i = 0; i < n; i++)
        to->text[i] = (unsigned char)from[i] < 0x20 || from[i] == 0x7f ? '?' : from[i];
    to->text[n] = 0;
}

void cb_copy_plain(cb_cell *to, const char *from)
{
    copy_plain_span(to, from, strlen(from));
}

void cb_put_cut(const char *text, int width, FILE *out)
{
    int all = cb_width(text);
    if (all <= width) {
        fputs(text, out);
        return;
    }
    int head = (width - 1) / 2, tail = width - 1 - head;
    fwrite(text, 1, bytes_of(text, head), out);
    fprintf(out, "~%s", text + bytes_of(text, all - tail));
}

void cb_put_wrapped(const char *text, int at, FILE *out)
{
    int used = at;
    text += strspn(text, " ");
    while (*text) {
        size_t bytes = strcspn(text, " ");
        cb_cell word;
        copy_plain_span(&word, text, bytes);
        int width = cb_width(word.text);
        if (width > CB_LINE - at) /* a path, say */
            width = CB_LINE - at;
        if (used > at && used + 1 + width > CB_LINE) {
            fprintf(out, "\n%*s", at, "");
            used = at;
        } else if (used > at) {
            putc(' ', out);
            used++;
        }
        cb_put_cut(word.text, width, out);
        used += width;
        text += bytes;
        text += strspn(text, " ");
    }
    putc('\n', out);
}
