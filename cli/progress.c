#include "cli/progress.h"

#include "cli/color.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <time.h>

double cb_progress_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

cb_progress cb_progress_new(const cb_options *options)
{
    return (cb_progress){
        .bar = !options->no_progress && !options->quiet && !options->verbose &&
               cb_is_smart_terminal(stderr),
        .color = cb_color_wanted(options->color, stderr),
        .quiet = options->quiet,
        .verbose = options->verbose,
        .phase = "",
        .started_s = cb_progress_now_s(),
    };
}

void cb_progress_phase(cb_progress *progress, const char *phase)
{
    progress->phase = phase;
    progress->started_s = cb_progress_now_s();
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(fileno(stderr), TIOCGWINSZ, &size) || size.ws_col < 20)
        return 80;
    return size.ws_col;
}

/* "  1:05 left", from the mean time of those that are done. */
static void format_left(char *text, size_t bytes, double elapsed_s, size_t done, size_t total)
{
    text[0] = 0;
    if (done == 0 || done > total)
        return;
    unsigned long left_s = (unsigned long)(elapsed_s / (double)done * (double)(total - done) + 0.5);
    snprintf(text, bytes, "%lu:%02lu left", left_s / 60, left_s % 60);
}

static void paint(cb_progress *progress, size_t done, size_t total, const char *what)
{
    enum { BAR = 24 };
    char left[32], line[256];
    int filled = total ? (int)((double)BAR * (double)done / (double)total) : 0;
    filled = filled > BAR ? BAR : filled;
    format_left(left, sizeof left, cb_progress_now_s() - progress->started_s, done, total);
    snprintf(line, sizeof line, "%-5s [%.*s%*s] %zu/%zu  %s  %s", progress->phase, filled,
             "########################", BAR - filled, "", done, total, left, what);
    fprintf(stderr, "\r%.*s\033[K", terminal_columns() - 1, line);
    fflush(stderr);
    progress->painted = true;
}

void cb_progress_step(cb_progress *progress, size_t done, size_t total, const char *what)
{
    if (progress->bar)
        paint(progress, done, total, what);
    else
        cb_detail(progress, "%s %zu/%zu: %s", progress->phase, done + 1, total, what);
}

void cb_progress_clear(cb_progress *progress)
{
    if (!progress->painted)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->painted = false;
}

static void say(cb_progress *progress, const char *color, const char *label, const char *format,
                va_list args)
{
    cb_progress_clear(progress);
    bool colored = progress->color && *label;
    fprintf(stderr, "cachebound: %s%s%s", cb_color(colored, color), label,
            cb_color(colored, CB_COLOR_RESET));
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void cb_warn(cb_progress *progress, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(progress, CB_COLOR_YELLOW, "warning: ", format, args);
    va_end(args);
}

void cb_note(cb_progress *progress, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!progress->quiet)
        say(progress, "", "", format, args);
    va_end(args);
}

void cb_detail(cb_progress *progress, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (progress->verbose && !progress->quiet)
        say(progress, "", "", format, args);
    va_end(args);
}
