#include "cli/network_kernels.h"

#include "bench/network/made_up.h"
#include "bench/network/network_bench.h"
#include "cli/network_run.h"
#include "cli/session.h"

#include <stdlib.h>
#include <string.h>

bool cb_network_wants_kernels(const cb_options *options)
{
    return options->backend && strcmp(options->backend, "kernels") == 0;
}

cb_status cb_network_check_kernels(const cb_options *options, cb_error *err)
{
    bool measures = options->min_time_s > 0 || options->quick || options->threads ||
                    options->core_kind || options->strict;
    bool chooses = options->kernel_glob || options->isa || options->variant;
    bool kernels = cb_network_wants_kernels(options);
    if (chooses && !kernels)
        return cb_fail(err, CB_USAGE, "--isa, --kernel and --variant are for --backend kernels");
    if (measures && (!kernels || !options->run))
        return cb_fail(err, CB_USAGE,
                       "--min-time, --quick, --threads, --core-kind and --strict are for --run "
                       "--backend kernels");
    if (kernels && !options->run && !options->nodes && !options->dataset)
        return cb_fail(err, CB_USAGE, "--backend: say what to do: --run, --nodes or --dataset");
    if (options->threads && strcmp(options->threads, "1") != 0)
        return cb_fail(err, CB_USAGE, "--threads: a network runs on one thread; expected 1");
    return CB_OK;
}

static cb_status read_variants(const char *list, cb_error *err, unsigned *allowed)
{
    char word[32];
    cb_means means;
    *allowed = ~0u;
    if (!list || strcmp(list, "all") == 0)
        return CB_OK;
    *allowed = 0;
    for (;;) {
        size_t length = strcspn(list, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < 31 ? length : 31), list);
        if (!cb_means_find(word, &means))
            return cb_fail(
                err, CB_USAGE,
                "--variant: '%s' is none of int8, depthwise, bitserial, float32, executor", word);
        *allowed |= 1u << means;
        if (!list[length])
            return CB_OK;
        list += length + 1;
    }
}

cb_status cb_network_engine_options(const cb_options *options, const cb_machine *machine,
                                    cb_error *err, cb_engine_options *engine)
{
    engine->machine = machine;
    engine->isa = machine->isa;
    engine->kernel_glob = options->kernel_glob;
    cb_status status = read_variants(options->variant, err, &engine->allowed);
    if (status == CB_OK && options->isa)
        status = cb_isa_cap(machine->isa, options->isa, err, &engine->isa);
    return status;
}

static cb_status run_network(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_network_run(bench, options, err);
}

/* In one session: the family with these options, and its document. */
static cb_status measure(const cb_options *options, cb_family *family, const void *what,
                         cb_error *err)
{
    cb_session session;
    cb_options one_thread = *options;
    one_thread.threads = "1";
    cb_status status = cb_session_open(&session, &one_thread, false, err);
    if (status != CB_OK)
        return status;
    status = cb_session_run(&session, "network", 1, family, what, err);
    status = cb_session_finish(&session, status, err);
    status = cb_session_print(&session, status, err);
    cb_session_free(&session);
    return status;
}

cb_status cb_network_measure(const cb_network *net, const cb_options *options, cb_error *err)
{
    float *input = NULL;
    cb_network_options network = {
        .network = net, .name = options->operands[0], .times_executor = true};
    cb_status status = read_variants(options->variant, err, &network.allowed);
    if (status == CB_OK)
        status = cb_network_input_read(net, options->input, err, &input);
    network.input = input;
    if (status == CB_OK)
        status = measure(options, run_network, &network, err);
    free(input);
    return status;
}

/* ---- made-up networks ---- */

enum { MOST_MADE_UP = 1000 };

typedef struct {
    unsigned count, allowed;
} made_up;

static cb_status run_made_up(const cb_bench *bench, const void *options, cb_error *err)
{
    const made_up *m = options;
    cb_status status = CB_OK;
    for (unsigned i = 0; i < m->count && status == CB_OK; i++) {
        char name[32];
        cb_network *net = NULL;
        snprintf(name, sizeof name, "made-up-%u", i);
        status = cb_network_made_up(i, err, &net);
        if (status != CB_OK)
            return status;
        if (bench->progress)
            bench->progress(bench->sink, i, m->count, name);
        const cb_network_options network = {.network = net, .name = name, .allowed = m->allowed};
        status = cb_network_run(bench, &network, err);
        cb_network_free(net);
    }
    return status;
}

bool cb_network_is_made_up(const cb_options *options)
{
    return options->operand_count == 1 && strncmp(options->operands[0], "made-up:", 8) == 0;
}

cb_status cb_network_measure_made_up(const cb_options *options, cb_error *err)
{
    made_up m = {0};
    char *end = NULL;
    const char *number = options->operands[0] + strlen("made-up:");
    long count = strtol(number, &end, 10);
    if (count < 1 || count > MOST_MADE_UP || *end)
        return cb_fail(err, CB_USAGE, "made-up:%.20s: expected a number from 1 to %d", number,
                       MOST_MADE_UP);
    if (!options->run || !cb_network_wants_kernels(options) || options->nodes || options->input)
        return cb_fail(err, CB_USAGE, "made-up networks are for --run --backend kernels alone");
    m.count = (unsigned)count;
    cb_status status = read_variants(options->variant, err, &m.allowed);
    return status == CB_OK ? measure(options, run_made_up, &m, err) : status;
}
