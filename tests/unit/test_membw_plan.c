/* Which block sizes are measured on which machine. */
#include "bench/membw/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char unknown[] = "not read in this test";

/* A Pi 4: 32 KiB L1 each, 1 MiB L2 for four. */
static cb_cache pi4_caches[] = {
    {1, 'd', 32 << 10, 64, 2, 0, 1}, {1, 'd', 32 << 10, 64, 2, 1, 1},
    {1, 'd', 32 << 10, 64, 2, 2, 1}, {1, 'd', 32 << 10, 64, 2, 3, 1},
    {2, 'u', 1 << 20, 64, 16, 0, 4},
};

static cb_cpu pi4_cpus[] = {
    {.cpu = 0, .cache_bytes = {32 << 10, 1 << 20}},
    {.cpu = 1, .cache_bytes = {32 << 10, 1 << 20}},
    {.cpu = 2, .cache_bytes = {32 << 10, 1 << 20}},
    {.cpu = 3, .cache_bytes = {32 << 10, 1 << 20}},
};

static cb_machine machine_with(cb_cache *caches, size_t count, double ram_bytes)
{
    cb_machine m = {.caches = caches, .cache_count = count};
    if (count) {
        m.cpus = pi4_cpus;
        m.cpu_count = 4;
    }
    m.ram_bytes = (cb_fact){ram_bytes, ram_bytes > 0 ? NULL : unknown};
    m.ram_available_bytes = m.ram_bytes;
    m.environment.cgroup_memory_bytes = (cb_fact){0, unknown};
    return m;
}

static void a_block_belongs_to_the_level_that_holds_it_for_every_thread(void **state)
{
    (void)state;
    cb_machine m = machine_with(pi4_caches, 5, 4e9);
    assert_string_equal(cb_plan_level(&m, 0, 1, 16 << 10), "L1");
    assert_string_equal(cb_plan_level(&m, 0, 1, 512 << 10), "L2");
    assert_string_equal(cb_plan_level(&m, 0, 4, 512 << 10), "RAM");
    assert_string_equal(cb_plan_level(&m, 0, 4, 200 << 10), "L2");
    assert_string_equal(cb_plan_level(&m, 0, 1, 16 << 20), "RAM");
}

static void a_machine_without_stated_caches_has_no_level_names(void **state)
{
    (void)state;
    cb_machine m = machine_with(NULL, 0, 1e9);
    assert_null(cb_plan_level(&m, 0, 1, 4096));
    cb_bench bench = {.machine = &m};
    cb_level_block levels[CB_PLAN_LEVELS];
    assert_int_equal(cb_plan_levels(&bench, 0, 1, levels), 1);
    assert_string_equal(levels[0].level, "RAM");
}

static void one_block_lies_well_inside_each_level(void **state)
{
    (void)state;
    cb_machine m = machine_with(pi4_caches, 5, 4e9);
    cb_bench bench = {.machine = &m};
    cb_level_block levels[CB_PLAN_LEVELS];
    for (int threads = 1; threads <= 4; threads *= 4) {
        assert_int_equal(cb_plan_levels(&bench, 0, threads, levels), 3);
        assert_true(levels[0].block_bytes == 16 << 10);
        assert_true(levels[1].block_bytes > 48 << 10);
        assert_true(levels[1].block_bytes * (uint64_t)threads < 800 << 10);
        assert_true(levels[2].block_bytes * (uint64_t)threads >= 4 << 20);
    }
}

static void the_sweep_ascends_and_holds_the_papers_blocks(void **state)
{
    (void)state;
    cb_machine m = machine_with(pi4_caches, 5, 4e9);
    cb_bench bench = {.machine = &m};
    uint64_t blocks[CB_PLAN_BLOCKS];
    size_t n = cb_plan_sweep(&bench, 0, 1, 4, blocks);
    int papers = 0;
    assert_true(n > 40);
    assert_int_equal(blocks[0], 1024);
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || blocks[i] > blocks[i - 1]);
        papers += blocks[i] == 4 << 10 || blocks[i] == 256 << 10 || blocks[i] == 16 << 20;
    }
    assert_int_equal(papers, 3);
    assert_true(blocks[n - 1] >= 4 << 20);
}

/* Whoever uses the caches during one pass need not be there during the other. */
static void the_ladder_walks_a_cores_own_caches_twice(void **state)
{
    (void)state;
    cb_machine m = machine_with(pi4_caches, 5, 4e9);
    cb_bench bench = {.machine = &m};
    uint64_t first[CB_PLAN_BLOCKS], second[CB_PLAN_BLOCKS];
    size_t n = cb_plan_ladder(&bench, 0, 0, UINT64_MAX, first);
    size_t again = cb_plan_ladder(&bench, 0, 1, UINT64_MAX, second);
    assert_true(n > again && first[n - 1] > 16 << 20);
    for (size_t i = 0; i < again; i++)
        assert_true(second[i] == first[i] && second[i] >= 4096 && second[i] <= 8 << 20);
    size_t small = cb_plan_ladder(&bench, 0, 0, 1 << 20, first);
    assert_true(small < again && first[small - 1] == 1 << 20);
}

static void blocks_leave_room_in_small_memories_and_cgroups(void **state)
{
    (void)state;
    cb_machine m = machine_with(pi4_caches, 5, 100e6);
    cb_bench bench = {.machine = &m};
    assert_true(cb_plan_largest(&bench, 0, 1) <= 25000000);
    assert_true(cb_plan_largest(&bench, 0, 4) <= 6250000);
    m.environment.cgroup_memory_bytes = (cb_fact){40e6, NULL};
    assert_true(cb_plan_largest(&bench, 0, 1) <= 10000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_belongs_to_the_level_that_holds_it_for_every_thread),
        cmocka_unit_test(a_machine_without_stated_caches_has_no_level_names),
        cmocka_unit_test(one_block_lies_well_inside_each_level),
        cmocka_unit_test(the_sweep_ascends_and_holds_the_papers_blocks),
        cmocka_unit_test(the_ladder_walks_a_cores_own_caches_twice),
        cmocka_unit_test(blocks_leave_room_in_small_memories_and_cgroups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
