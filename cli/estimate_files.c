#include "cli/estimate_files.h"

#include "cli/network_run.h"
#include "results/locate.h"

cb_status cb_estimate_platform(const char *name, cb_error *err, cb_accel_platform *platform)
{
    char path[4096];
    cb_status status = cb_locate_data("models/accel/platforms", "platforms", name, ".yaml", err,
                                      path, sizeof path);
    return status == CB_OK ? cb_accel_platform_read(path, err, platform) : status;
}

cb_status cb_estimate_model(const char *network, const char *impl_path, cb_error *err,
                            cb_accel_model *model)
{
    cb_accel_impl impl = {{0}, NULL, 0};
    cb_network *net = NULL;
    cb_status status = CB_OK;
    if (impl_path)
        status = cb_accel_impl_read(impl_path, err, &impl);
    if (status == CB_OK && network)
        status = cb_network_read(network, &cb_net_default_limits, err, &net);
    if (status == CB_OK)
        status = network ? cb_accel_model_of_network(net, &impl, err, model)
                         : cb_accel_model_of_impl(&impl, err, model);
    cb_network_free(net);
    cb_accel_impl_free(&impl);
    return status;
}

cb_status cb_estimate_accuracy(const char *network, const cb_options *options, cb_error *err,
                               double *accuracy)
{
    cb_network *net = NULL;
    *accuracy = -1;
    if (!options->dataset)
        return CB_OK;
    if (!network)
        return cb_fail(err, CB_USAGE, "--dataset needs a network to run: --network N.onnx");
    cb_status status = cb_network_read(network, &cb_net_default_limits, err, &net);
    if (status == CB_OK)
        status = cb_network_accuracy(net, options, err, accuracy);
    cb_network_free(net);
    return status;
}
