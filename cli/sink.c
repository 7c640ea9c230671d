#include "cli/sink.h"

#include "results/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static cb_status save(cb_sink *sink, cb_error *err)
{
    double start_s = cb_progress_now_s();
    cb_status status = cb_results_write_file(sink->document, sink->path, sink->format, err);
    if (status != CB_OK)
        return status;
    sink->saved_at_s = cb_progress_now_s();
    sink->save_cost_s = sink->saved_at_s - start_s;
    sink->saved_rows = cb_results_count(sink->document);
    sink->on_disk = true;
    return CB_OK;
}

/* An old document stays until there are rows to put in its place. */
static cb_status try_existing(const char *path, cb_error *err)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno != ENXIO)
        return cb_fail(err, CB_IO, "%.300s: cannot be written: %s; name another file with --output",
                       path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return CB_OK;
}

cb_status cb_sink_open(cb_sink *sink, json_t *document, const char *path, cb_format format,
                       cb_progress *progress, cb_error *err)
{
    struct stat about;
    *sink = (cb_sink){.document = document, .format = format, .progress = progress};
    if (!path)
        return CB_OK;
    if (strlen(path) >= sizeof sink->path)
        return cb_fail(err, CB_USAGE, "--output: the path is longer than %zu bytes",
                       sizeof sink->path - 1);
    strcpy(sink->path, path);
    if (stat(path, &about) != 0)
        return save(sink, err);
    if (S_ISDIR(about.st_mode))
        return cb_fail(err, CB_USAGE, "%.300s: it is a folder; name a file in it with --output",
                       path);
    sink->is_stream = !S_ISREG(about.st_mode);
    return try_existing(path, err);
}

cb_status cb_sink_rescue(cb_sink *sink, const char *why, cb_error *err)
{
    const char *folder = getenv("TMPDIR");
    char lost[sizeof sink->path];
    cb_error second;
    strcpy(lost, *sink->path ? sink->path : "standard output");
    if (sink->failure == CB_OK) {
        sink->failure = CB_IO;
        cb_fail(&sink->failure_text, CB_IO, "%s", why);
    }
    snprintf(sink->path, sizeof sink->path, "%.3900s/cachebound-%ld.json",
             folder && *folder ? folder : "/tmp", (long)getpid());
    sink->format = CB_FORMAT_JSON;
    sink->is_stream = false;
    cb_status status = save(sink, &second);
    if (status != CB_OK)
        return cb_fail(err, CB_IO, "%.160s; nor can the results be kept: %.250s", why, second.text);
    cb_warn(sink->progress, "%s", why);
    cb_warn(sink->progress, "the results are kept in %s instead", sink->path);
    return CB_OK;
}

static bool is_worth_saving(const cb_sink *sink)
{
    if (!*sink->path || sink->is_stream)
        return false;
    return !sink->on_disk || cb_progress_now_s() - sink->saved_at_s >= 19 * sink->save_cost_s;
}

static cb_status save_or_rescue(cb_sink *sink, cb_error *err)
{
    cb_error why;
    if (save(sink, &why) == CB_OK)
        return CB_OK;
    if (sink->failure != CB_OK)
        return cb_fail(err, CB_IO, "%s", why.text);
    return cb_sink_rescue(sink, why.text, err);
}

static cb_status save_when_worth(cb_sink *sink, cb_status status, cb_error *err)
{
    if (status != CB_OK || !is_worth_saving(sink))
        return status;
    return save_or_rescue(sink, err);
}

cb_status cb_sink_emit(cb_sink *sink, json_t *row, cb_error *err)
{
    return save_when_worth(sink, cb_results_append(sink->document, row, err), err);
}

cb_status cb_sink_emit_again(cb_sink *sink, json_t *row, cb_error *err)
{
    return save_when_worth(sink, cb_attempts_add(sink->document, row, err), err);
}

cb_status cb_sink_finish(cb_sink *sink, cb_error *err)
{
    cb_status status = CB_OK;
    if (!*sink->path)
        return CB_OK;
    if (cb_results_count(sink->document))
        status = save_or_rescue(sink, err);
    else if (sink->on_disk && !sink->is_stream)
        unlink(sink->path);
    if (status == CB_OK && sink->failure != CB_OK)
        status = cb_fail(err, sink->failure, "the results are in %.200s, because of: %.280s",
                         sink->path, sink->failure_text.text);
    return status;
}
