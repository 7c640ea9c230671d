/* cachebound estimate --network N.onnx --impl I.yaml --platform P.yaml [--deadline 5ms] */
#include "base/units.h"
#include "cli/command.h"
#include "cli/estimate_files.h"
#include "cli/estimate_host.h"
#include "cli/estimate_plots.h"
#include "cli/estimate_print.h"
#include "cli/estimate_sweep.h"
#include "cli/output.h"
#include "models/accel/fields.h"
#include "results/writers.h"

#include <string.h>

static cb_status check_options(const cb_options *options, cb_error *err)
{
    if (options->operand_count)
        return cb_fail(err, CB_USAGE, "estimate takes no operands; see --network");
    if (!options->platform)
        return cb_fail(err, CB_USAGE, "name a platform: --platform pulp-gvsoc, or a file");
    if (!options->network && !options->impl && !options->sweep.count)
        return cb_fail(err, CB_USAGE,
                       "name a network (--network N.onnx), an implementation file "
                       "that gives shapes (--impl I.yaml), or both");
    return CB_OK;
}

/* "cores=4,l2=256k" */
static cb_status set_fields(const char *text, cb_error *err, cb_accel_platform *platform)
{
    char copy[256];
    cb_error why = {{0}};
    cb_status status = CB_OK;
    if (!text)
        return CB_OK;
    if (strlen(text) >= sizeof copy)
        return cb_fail(err, CB_USAGE, "--set: a text of 256 characters or more");
    strcpy(copy, text);
    for (char *rest = copy, *field = strsep(&rest, ","); status == CB_OK && field;
         field = strsep(&rest, ",")) {
        char *value = strchr(field, '=');
        if (!value)
            return cb_fail(err, CB_USAGE, "--set %.60s: expected KEY=VALUE", field);
        *value++ = '\0';
        status = cb_accel_field_set(field, value, &why, platform);
        if (status != CB_OK)
            return cb_fail(err, status, "--set: %.400s", why.text);
    }
    return status;
}

static cb_status write_view(const cb_estimate_view *view, const cb_options *options, FILE *out,
                            cb_error *err)
{
    if (options->dot) {
        cb_estimate_print_dot(view, out);
        return CB_OK;
    }
    switch (cb_output_format(options)) {
    case CB_FORMAT_TABLE:
        cb_estimate_print_table(view, out);
        return CB_OK;
    case CB_FORMAT_CSV:
        cb_estimate_print_csv(view, out);
        return CB_OK;
    case CB_FORMAT_JSON:
        break;
    }
    json_t *document = cb_estimate_to_json(view);
    if (!document)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the estimate");
    cb_status status = cb_write_json(document, out, err);
    json_decref(document);
    return status;
}

static cb_status write_estimate(const cb_options *options, const cb_accel_platform *platform,
                                const cb_accel_model *model, cb_error *err)
{
    cb_accel_estimate estimate;
    cb_output output;
    cb_deadlines deadlines;
    bool fastest = options->tiler && strcmp(options->tiler, "fastest") == 0;
    cb_status status = cb_deadlines_parse(options->deadline, model, err, &deadlines);
    if (status == CB_OK && options->deadline && platform->clock_hz <= 0)
        return cb_fail(err, CB_USAGE, "--deadline needs a platform whose clock_hz is known");
    if (status == CB_OK)
        status = cb_accel_estimate_network(
            platform, model, fastest ? CB_TILER_FASTEST : CB_TILER_DORY, err, &estimate);
    if (status != CB_OK)
        return status;
    cb_estimate_view view = {platform, model, &estimate, &deadlines, options->explain, -1};
    status = cb_estimate_accuracy(options->network, options, err, &view.accuracy);
    if (status == CB_OK)
        status = cb_output_open(options, err, &output);
    if (status == CB_OK)
        status = cb_output_close(&output, write_view(&view, options, output.stream, err), err);
    if (status == CB_OK)
        status = cb_estimate_plot(options, &view, err);
    cb_accel_estimate_free(&estimate);
    return status;
}

cb_status cb_cmd_estimate(const cb_options *options, cb_error *err)
{
    cb_accel_platform platform;
    cb_accel_model model = {NULL, 0};
    if (cb_estimate_is_host(options) && !options->operand_count)
        return cb_estimate_host(options, err);
    cb_status status = check_options(options, err);
    if (status == CB_OK)
        status = cb_estimate_platform(options->platform, err, &platform);
    if (status == CB_OK)
        status = set_fields(options->set, err, &platform);
    if (status == CB_OK && options->sweep.count)
        return cb_estimate_sweep(options, &platform, err);
    if (status == CB_OK)
        status = cb_estimate_model(options->network, options->impl, err, &model);
    if (status == CB_OK)
        status = write_estimate(options, &platform, &model, err);
    cb_accel_model_free(&model);
    return status;
}
