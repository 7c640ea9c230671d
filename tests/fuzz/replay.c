/* Runs a fuzz target without libFuzzer: every file of its corpus as it is, then a fixed number of
 * random mutations of them from a fixed seed, so that a failure repeats.
 *
 *     replay CORPUS_FOLDER MUTATIONS
 *
 * The input that is being tried lies in "<program>.input" while it is, for a look after a crash. */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILES = 512, MAX_INPUT_BYTES = 1 << 16 };

typedef struct {
    uint8_t *bytes;
    size_t length;
} input;

/* xorshift64* (Vigna, 2016): the same numbers on every machine, which rand() does not promise. */
static uint64_t random_state = 0x9e3779b97f4a7c15;

static size_t random_below(size_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545f4914f6cdd1d >> 11) % limit);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t read_file(const char *path, uint8_t *bytes)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(1);
    }
    size_t length = fread(bytes, 1, MAX_INPUT_BYTES, in);
    fclose(in);
    return length;
}

static size_t read_corpus(const char *folder, input *inputs)
{
    struct dirent **entries;
    int found = scandir(folder, &entries, is_shown, by_name);
    size_t count = 0;
    for (int i = 0; i < found; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (count < MAX_FILES) {
            inputs[count].bytes = malloc(MAX_INPUT_BYTES);
            FUZZ_REQUIRE(inputs[count].bytes != NULL);
            inputs[count].length = read_file(path, inputs[count].bytes);
            count++;
        }
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
    return count;
}

/* One change: a bit, a byte, a piece cut out, repeated, or brought in from another input. */
static size_t mutate(uint8_t *bytes, size_t length, const input *other)
{
    static const char *const tokens[] = {"0",  "-1", "1e308", "null", "{}",   "[]", "\"\"",
                                         "\n", ",",  ":",     "true", "1e-9", "K",  "99999999999"};
    size_t at = length ? random_below(length) : 0;
    size_t piece = length > at ? random_below(length - at < 64 ? length - at : 64) + 1 : 0;
    size_t from = other->length ? random_below(other->length) : 0;
    switch (random_below(6)) {
    case 0:
        if (length)
            bytes[at] ^= (uint8_t)(1u << random_below(8));
        return length;
    case 1:
        if (length)
            bytes[at] = (uint8_t)random_below(256);
        return length;
    case 2:
        memmove(bytes + at, bytes + at + piece, length - at - piece);
        return length - piece;
    case 3:
        if (length + piece > MAX_INPUT_BYTES)
            return length;
        memmove(bytes + at + piece, bytes + at, length - at);
        return length + piece;
    case 4: {
        const char *token = tokens[random_below(sizeof tokens / sizeof *tokens)];
        size_t size = strlen(token);
        if (at + size <= length)
            memcpy(bytes + at, token, size);
        return length;
    }
    default:
        piece = piece < other->length - from ? piece : other->length - from;
        memcpy(bytes + at, other->bytes + from, piece);
        return length;
    }
}

/* An exact allocation, so that a sanitizer sees one byte read too many. */
static void try_input(const uint8_t *bytes, size_t length, const char *note_path)
{
    uint8_t *exact = malloc(length ? length : 1);
    FILE *note = fopen(note_path, "wb");
    FUZZ_REQUIRE(exact != NULL);
    memcpy(exact, bytes, length);
    if (note) {
        fwrite(bytes, 1, length, note);
        fclose(note);
    }
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
}

int main(int argc, char **argv)
{
    static input inputs[MAX_FILES];
    static uint8_t bytes[MAX_INPUT_BYTES];
    char note_path[PATH_MAX];
    if (argc != 3) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER MUTATIONS\n", argv[0]);
        return 2;
    }
    size_t count = read_corpus(argv[1], inputs);
    long mutations = strtol(argv[2], NULL, 10);
    if (!count) {
        fprintf(stderr, "%s: no input in it\n", argv[1]);
        return 1;
    }
    snprintf(note_path, sizeof note_path, "%s.input", argv[0]);
    for (size_t i = 0; i < count; i++)
        try_input(inputs[i].bytes, inputs[i].length, note_path);
    for (long i = 0; i < mutations; i++) {
        const input *base = &inputs[random_below(count)];
        size_t length = base->length;
        memcpy(bytes, base->bytes, length);
        for (uint64_t changes = 1 + random_below(4); changes > 0; changes--)
            length = mutate(bytes, length, &inputs[random_below(count)]);
        try_input(bytes, length, note_path);
    }
    unlink(note_path);
    for (size_t i = 0; i < count; i++)
        free(inputs[i].bytes);
    printf("%zu inputs and %ld mutations\n", count, mutations);
    return 0;
}
