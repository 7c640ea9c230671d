#include "network/dataset.h"

#include "network/npy.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_FILES = 1000000, MOST_LABEL = 1000000 };

struct cb_dataset {
    size_t size, elements;
    unsigned char *pixels, *labels; /* of IDX */
    char *folder;                   /* of .npy files */
    char **files;
    int *file_labels;
};

void cb_dataset_free(cb_dataset *dataset)
{
    if (!dataset)
        return;
    for (size_t i = 0; dataset->files && i < dataset->size; i++)
        free(dataset->files[i]);
    free(dataset->files);
    free(dataset->file_labels);
    free(dataset->folder);
    free(dataset->pixels);
    free(dataset->labels);
    free(dataset);
}

size_t cb_dataset_size(const cb_dataset *dataset)
{
    return dataset->size;
}

/* ---- IDX ---- */

static cb_status open_idx(cb_dataset *d, const char *images, const char *labels, cb_error *err)
{
    size_t dims[3], label_count;
    cb_status status = cb_idx_read(images, 3, err, dims, &d->pixels);
    if (status == CB_OK)
        status = cb_idx_read(labels, 1, err, &label_count, &d->labels);
    if (status != CB_OK)
        return status;
    if (label_count != dims[0])
        return cb_fail(err, CB_PARSE, "%.200s: has %zu labels for %zu images", labels, label_count,
                       dims[0]);
    if (dims[1] * dims[2] != d->elements)
        return cb_fail(err, CB_PARSE, "%.200s: images of %zu x %zu pixels; the network takes %zu",
                       images, dims[1], dims[2], d->elements);
    d->size = dims[0];
    return CB_OK;
}

/* images-idx3 -> labels-idx1. False when the name is not that of images. */
static bool labels_of(const char *images, char *labels, size_t bytes)
{
    const char *at = strstr(images, "images-idx3");
    const char *next;
    while (at && (next = strstr(at + 1, "images-idx3")))
        at = next;
    int n = at ? snprintf(labels, bytes, "%.*slabels-idx1%s", (int)(at - images), images,
                          at + strlen("images-idx3"))
               : -1;
    return n >= 0 && (size_t)n < bytes;
}

static cb_status open_idx_beside(cb_dataset *d, const char *images, cb_error *err)
{
    char labels[PATH_MAX];
    if (!labels_of(images, labels, sizeof labels))
        return cb_fail(err, CB_USAGE,
                       "%.200s: is no file of images; expected a name with 'images-idx3', or a "
                       "folder",
                       images);
    return open_idx(d, images, labels, err);
}

/* ---- folders ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int is_images(const struct dirent *entry)
{
    return strstr(entry->d_name, "images-idx3-ubyte") != NULL;
}

static int is_array(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_with(entry->d_name, ".npy") &&
           strcmp(entry->d_name, "labels.npy") != 0;
}

static bool is_test_set(const char *name)
{
    return strncmp(name, "test", 4) == 0 || strncmp(name, "t10k", 4) == 0;
}

static void free_entries(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static cb_status open_idx_folder(cb_dataset *d, const char *folder, bool *found, cb_error *err)
{
    char images[PATH_MAX];
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_images, alphasort), chosen = 0;
    *found = count > 0;
    for (int i = count - 1; i >= 0; i--)
        if (is_test_set(entries[i]->d_name))
            chosen = i;
    if (*found)
        snprintf(images, sizeof images, "%s/%s", folder, entries[chosen]->d_name);
    if (count >= 0)
        free_entries(entries, count);
    return *found ? open_idx_beside(d, images, err) : CB_OK;
}

static cb_status read_label_file(cb_dataset *d, const char *path, cb_error *err)
{
    cb_array labels;
    cb_status status = cb_npy_read(path, d->size, err, &labels);
    if (status != CB_OK)
        return status;
    if (labels.shape.count != d->size)
        status = cb_fail(err, CB_PARSE, "%.200s: has %zu labels for %zu images", path,
                         labels.shape.count, d->size);
    for (size_t i = 0; i < d->size && status == CB_OK; i++) {
        if (!(labels.data[i] >= 0 && labels.data[i] <= MOST_LABEL))
            status = cb_fail(err, CB_PARSE, "%.200s: label %zu is none", path, i);
        else
            d->file_labels[i] = (int)labels.data[i];
    }
    free(labels.data);
    return status;
}

static cb_status read_labels_from_names(cb_dataset *d, cb_error *err)
{
    for (size_t i = 0; i < d->size; i++) {
        char *end;
        long label = strtol(d->files[i], &end, 10);
        if (end == d->files[i] || label < 0 || label > MOST_LABEL || !strchr("-_.", *end))
            return cb_fail(err, CB_PARSE,
                           "%.200s/%.100s: its name does not start with a label, like 7-0001.npy, "
                           "and there is no labels.npy",
                           d->folder, d->files[i]);
        d->file_labels[i] = (int)label;
    }
    return CB_OK;
}

static cb_status keep_files(cb_dataset *d, const char *folder, struct dirent **entries, int count,
                            cb_error *err)
{
    d->folder = strdup(folder);
    d->files = calloc((size_t)count, sizeof *d->files);
    d->file_labels = calloc((size_t)count, sizeof *d->file_labels);
    if (!d->folder || !d->files || !d->file_labels)
        return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for %d files", folder, count);
    for (int i = 0; i < count; i++) {
        d->files[i] = strdup(entries[i]->d_name);
        if (!d->files[i])
            return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for %d files", folder, count);
        d->size++;
    }
    return CB_OK;
}

static cb_status open_npy_folder(cb_dataset *d, const char *folder, cb_error *err)
{
    char labels[PATH_MAX];
    struct stat about;
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_array, alphasort);
    if (count <= 0 || count > MOST_FILES) {
        if (count >= 0)
            free_entries(entries, count);
        return cb_fail(err, CB_USAGE,
                       "%.200s: holds no data set; expected *-images-idx3-ubyte[.gz] with labels, "
                       "or .npy files",
                       folder);
    }
    cb_status status = keep_files(d, folder, entries, count, err);
    free_entries(entries, count);
    if (status != CB_OK)
        return status;
    snprintf(labels, sizeof labels, "%s/labels.npy", folder);
    return stat(labels, &about) == 0 ? read_label_file(d, labels, err)
                                     : read_labels_from_names(d, err);
}

static cb_status open_any(cb_dataset *d, const char *path, cb_error *err)
{
    bool found;
    struct stat about;
    if (stat(path, &about) != 0)
        return cb_fail(err, CB_IO, "%.300s: no such file or folder", path);
    if (!S_ISDIR(about.st_mode))
        return open_idx_beside(d, path, err);
    cb_status status = open_idx_folder(d, path, &found, err);
    return found || status != CB_OK ? status : open_npy_folder(d, path, err);
}

cb_status cb_dataset_open(const char *path, size_t elements, cb_error *err, cb_dataset **dataset)
{
    cb_dataset *made = calloc(1, sizeof *made);
    if (!made)
        return cb_fail(err, CB_NO_MEMORY, "%.300s: no memory for it", path);
    made->elements = elements;
    cb_status status = open_any(made, path, err);
    if (status != CB_OK) {
        cb_dataset_free(made);
        return status;
    }
    *dataset = made;
    return CB_OK;
}

static cb_status get_file(const cb_dataset *d, size_t i, cb_error *err, float *data)
{
    char path[PATH_MAX];
    cb_array array;
    snprintf(path, sizeof path, "%s/%s", d->folder, d->files[i]);
    cb_status status = cb_npy_read(path, d->elements, err, &array);
    if (status != CB_OK)
        return status;
    if (array.shape.count != d->elements)
        status = cb_fail(err, CB_PARSE, "%.300s: has %zu elements; the network takes %zu", path,
                         array.shape.count, d->elements);
    else
        memcpy(data, array.data, d->elements * sizeof *data);
    free(array.data);
    return status;
}

cb_status cb_dataset_get(const cb_dataset *d, size_t i, cb_error *err, float *data, int *label)
{
    if (d->files) {
        *label = d->file_labels[i];
        return get_file(d, i, err, data);
    }
    for (size_t k = 0; k < d->elements; k++)
        data[k] = (float)d->pixels[i * d->elements + k] / 255.0f;
    *label = d->labels[i];
    return CB_OK;
}
