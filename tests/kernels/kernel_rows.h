/* One cmocka test for each row of a kernel table: rows that this processor (or the environment
 * variable CB_ISA, a level's name) does not allow are skipped by name, and a run of nothing fails.
 */
#ifndef CB_TESTS_KERNEL_ROWS_H
#define CB_TESTS_KERNEL_ROWS_H

#include "machine/isa.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
    const char *name;
    cb_isa isa;
    const void *row;
} kernel_case;

static cb_isa_set allowed_isa;
static size_t kernels_run;

static inline bool may_run(const kernel_case *one)
{
    if (allowed_isa & cb_isa_bit(one->isa)) {
        kernels_run++;
        return true;
    }
    print_message("%s: needs %s (%s)\n", one->name, cb_isa_name(one->isa), cb_isa_what(one->isa));
    return false;
}

/* The exit code of a test program with these cases: 77 when this machine lacks what CB_ISA names.
 */
static inline int run_rows(const char *group, const kernel_case *cases, size_t count,
                           void (*test)(void **state))
{
    cb_error error;
    const char *cap = getenv("CB_ISA");
    allowed_isa = cb_isa_detect();
    if (cap) {
        const cb_status status = cb_isa_cap(allowed_isa, cap, &error, &allowed_isa);
        if (status != CB_OK) {
            fprintf(stderr, "CB_ISA: %s\n", error.text);
            return status == CB_UNSUPPORTED ? 77 : 2;
        }
    }
    struct CMUnitTest *tests = calloc(count + 1, sizeof *tests);
    if (!tests)
        return 1;
    for (size_t i = 0; i < count; i++) {
        tests[i].name = cases[i].name;
        tests[i].test_func = test;
        tests[i].initial_state = (void *)(uintptr_t)&cases[i];
    }
    const int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(tests);
    if (kernels_run == 0) {
        fprintf(stderr, "%s: none of %zu kernels could run, expected at least one\n", group, count);
        return 1;
    }
    return failed != 0;
}

/* Memory between two pages that nobody may touch. `bytes` are whole pages. */
typedef struct {
    unsigned char *data;
    size_t bytes;
} guarded;

static inline size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static inline guarded guarded_new(size_t bytes)
{
    const size_t page = page_bytes();
    const size_t inside = (bytes + page - 1) / page * page;
    unsigned char *map =
        mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(map != MAP_FAILED);
    assert_int_equal(mprotect(map + page, inside, PROT_READ | PROT_WRITE), 0);
    return (guarded){map + page, inside};
}

static inline void guarded_free(const guarded *memory)
{
    const size_t page = page_bytes();
    assert_int_equal(munmap(memory->data - page, memory->bytes + 2 * page), 0);
}

/* Numbers that are the same in every run. */
static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
