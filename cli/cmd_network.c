/* cachebound network FILE [--dot | --run [--input FILE.npy] [--nodes] | --dataset PATH]
 *                         [--backend kernels] */
#include "cli/command.h"
#include "cli/network_kernels.h"
#include "cli/network_print.h"
#include "cli/network_run.h"
#include "cli/output.h"
#include "results/writers.h"

static cb_status check_options(const cb_options *options, cb_error *err)
{
    bool runs = options->run || options->nodes;
    if (options->operand_count != 1)
        return cb_fail(err, CB_USAGE, "name one ONNX or QONNX file");
    if (options->dot + runs + (options->dataset != NULL) > 1)
        return cb_fail(err, CB_USAGE, "--dot, --run (--nodes) and --dataset exclude each other");
    if (options->input && !runs)
        return cb_fail(err, CB_USAGE, "--input is for --run");
    return cb_network_check_kernels(options, err);
}

static cb_status describe(const cb_network *net, const cb_options *options, FILE *out,
                          cb_error *err)
{
    const char *path = options->operands[0];
    switch (cb_output_format(options)) {
    case CB_FORMAT_TABLE:
        cb_network_print_table(net, path, out);
        return CB_OK;
    case CB_FORMAT_CSV:
        cb_network_print_csv(net, out);
        return CB_OK;
    case CB_FORMAT_JSON:
        break;
    }
    json_t *document = cb_network_to_json(net, path);
    if (!document)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the description of %.200s", path);
    cb_status status = cb_write_json(document, out, err);
    json_decref(document);
    return status;
}

static cb_status write_asked(const cb_network *net, const cb_options *options, FILE *out,
                             cb_error *err, bool *interrupted)
{
    if (options->dataset)
        return cb_network_run_dataset(net, options, out, err, interrupted);
    if (options->run || options->nodes)
        return cb_network_run_once(net, options, out, err);
    if (!options->dot)
        return describe(net, options, out, err);
    cb_network_dot(net, out);
    return CB_OK;
}

cb_status cb_cmd_network(const cb_options *options, cb_error *err)
{
    cb_network *net = NULL;
    cb_output output;
    bool interrupted = false;
    cb_status status = check_options(options, err);
    if (status == CB_OK && cb_network_is_made_up(options))
        return cb_network_measure_made_up(options, err);
    if (status == CB_OK)
        status = cb_network_read(options->operands[0], &cb_net_default_limits, err, &net);
    if (status != CB_OK)
        return status;
    if (cb_network_wants_kernels(options) && options->run && !options->nodes) {
        status = cb_network_measure(net, options, err);
        cb_network_free(net);
        return status;
    }
    status = cb_output_open(options, err, &output);
    if (status == CB_OK)
        status = cb_output_close(&output,
                                 write_asked(net, options, output.stream, err, &interrupted), err);
    cb_network_free(net);
    if (status == CB_OK && interrupted)
        return cb_fail(err, CB_INTERRUPTED, "interrupted; the images done so far are told");
    return status;
}
