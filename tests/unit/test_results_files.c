/* Documents in files: written so that they are whole at every moment. */
#include "tests/unit/result_documents.h"
#include "tests/unit/temporary_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Files in a folder, hidden ones too. */
static int files_in(const char *folder)
{
    DIR *files = opendir(folder);
    const struct dirent *entry;
    int count = 0;
    assert_non_null(files);
    while ((entry = readdir(files)) != NULL)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(files);
    return count;
}

static int enter_root(void **state)
{
    return make_root(state) != 0 || chmod(*state, 0777) != 0 || chdir(*state) != 0;
}

static int leave_root(void **state)
{
    return chdir("/") != 0 || remove_root(state) != 0;
}

static void file_is_made_with_its_folders(void **state)
{
    (void)state;
    json_t *document = good(), *again = NULL;
    cb_error err = {""};
    const char *path = "a/b/c/doc.json";
    assert_int_equal(cb_results_write_file(document, path, CB_FORMAT_JSON, &err), CB_OK);
    assert_int_equal(cb_results_write_file(document, path, CB_FORMAT_JSON, &err), CB_OK);
    assert_int_equal(cb_results_read(path, &err, &again), CB_OK);
    assert_true(json_equal(document, again));
    assert_int_equal(files_in("a/b/c"), 1);
    assert_int_equal(cb_results_write_file(document, "plain.csv", CB_FORMAT_CSV, &err), CB_OK);
    assert_int_equal(strncmp(text_of_file("plain.csv"), "family,", 7), 0);
    json_decref(again);
    json_decref(document);
}

static void files_have_the_modes_of_the_umask(void **state)
{
    (void)state;
    json_t *document = good();
    cb_error err = {""};
    struct stat about;
    mode_t before = umask(027);
    assert_int_equal(cb_results_write_file(document, "doc.json", CB_FORMAT_JSON, &err), CB_OK);
    umask(before);
    assert_int_equal(stat("doc.json", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    json_decref(document);
}

/* A disk that fills in the middle: the old file is whole, and nothing else is left. */
static void full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    struct rlimit before, small;
    json_t *document = good();
    cb_error err = {""};
    put_text("doc.json", "the old one");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1024;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    cb_status status = cb_results_write_file(document, "doc.json", CB_FORMAT_JSON, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, CB_IO);
    assert_non_null(strstr(err.text, "doc.json: cannot be written"));
    assert_non_null(strstr(err.text, "free some space"));
    assert_string_equal(text_of_file("doc.json"), "the old one");
    assert_int_equal(files_in("."), 1);
    json_decref(document);
}

static void devices_are_written_to_not_replaced(void **state)
{
    (void)state;
    json_t *document = good();
    cb_error err = {""};
    struct stat about;
    assert_int_equal(cb_results_write_file(document, "/dev/full", CB_FORMAT_JSON, &err), CB_IO);
    assert_non_null(strstr(err.text, "/dev/full: cannot be written"));
    assert_non_null(strstr(err.text, "free some space"));
    assert_int_equal(cb_results_write_file(document, "/dev/null", CB_FORMAT_JSON, &err), CB_OK);
    assert_int_equal(stat("/dev/null", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
    json_decref(document);
}

static void links_stay_links(void **state)
{
    (void)state;
    json_t *document = good();
    cb_error err = {""};
    struct stat about;
    assert_int_equal(mkdir("kept", 0777), 0);
    put_text("kept/doc.json", "the old one");
    assert_int_equal(symlink("kept/doc.json", "link.json"), 0);
    assert_int_equal(cb_results_write_file(document, "link.json", CB_FORMAT_JSON, &err), CB_OK);
    assert_int_equal(lstat("link.json", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(text_of_file("kept/doc.json")[0], '{');
    assert_int_equal(files_in("kept"), 1);
    json_decref(document);
}

static void expect_io_error(const char *path, const char *part)
{
    json_t *document = good();
    cb_error err = {""};
    assert_int_equal(cb_results_write_file(document, path, CB_FORMAT_JSON, &err), CB_IO);
    if (!strstr(err.text, part) || strncmp(err.text, path, strlen(path) < 40 ? strlen(path) : 40))
        fail_msg("expected '%s' in: %s", part, err.text);
    json_decref(document);
}

static void impossible_paths_say_what_to_do(void **state)
{
    (void)state;
    char longest[5000], long_name[300];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    assert_int_equal(mkdir("folder", 0777), 0);
    put_text("file", "x");
    expect_io_error("folder", "it is a folder; name a file in it");
    expect_io_error("folder/", "it is a folder; name a file in it");
    expect_io_error("file/doc.json", "a part of the path is a file");
    expect_io_error("file/deeper/doc.json", "a part of the path is a file");
    expect_io_error(longest, strerror(ENAMETOOLONG));
    expect_io_error(long_name, strerror(ENAMETOOLONG));
    assert_int_equal(files_in("."), 2);
    assert_int_equal(files_in("folder"), 0);
    json_t *document = good();
    cb_error err = {""};
    assert_int_equal(cb_results_write_file(document, "", CB_FORMAT_JSON, &err), CB_USAGE);
    json_decref(document);
}

/* Whether root may drop its right to write anywhere, and really loses it: one that proot or
 * fakeroot made up stays as mighty. */
static bool becomes_nobody(void)
{
    if (seteuid(65534) != 0)
        return false;
    int made = open("closed/probe", O_CREAT | O_WRONLY, 0600);
    if (made < 0)
        return true;
    close(made);
    unlink("closed/probe");
    assert_int_equal(seteuid(0), 0);
    return false;
}

static void read_only_folder_says_what_to_do(void **state)
{
    (void)state;
    bool root = geteuid() == 0;
    json_t *document = good();
    cb_error err = {""};
    assert_int_equal(mkdir("closed", 0555), 0);
    put_text("closed.json", "the old one");
    if (root && !becomes_nobody()) {
        json_decref(document);
        skip();
    }
    cb_status status = cb_results_write_file(document, "closed/doc.json", CB_FORMAT_JSON, &err);
    cb_status deeper = cb_results_write_file(document, "closed/a/doc.json", CB_FORMAT_JSON, NULL);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(status, CB_IO);
    assert_int_equal(deeper, CB_IO);
    assert_non_null(strstr(err.text, "closed/doc.json: cannot be written"));
    assert_non_null(strstr(err.text, "--output"));
    assert_int_equal(files_in("closed"), 0);
    json_decref(document);
}

int main(void)
{
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, enter_root, leave_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(file_is_made_with_its_folders),
        IN_ROOT(files_have_the_modes_of_the_umask),
        IN_ROOT(full_disk_leaves_the_old_file),
        IN_ROOT(devices_are_written_to_not_replaced),
        IN_ROOT(links_stay_links),
        IN_ROOT(impossible_paths_say_what_to_do),
        IN_ROOT(read_only_folder_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
