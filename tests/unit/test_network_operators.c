/* Each file of tests/networks/operators holds one operator (or a few), its made-up input's outcome
 * from the reference (ONNX Runtime; QONNX' own formulas for quantizers) as second output. */
#include "network/exec.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER CB_TESTS_DIR "/networks/operators"

/* Sums in another order, and functions of another library, differ by a few units in the last place;
 * everything else is equal. */
static bool is_inexact(const char *name)
{
    static const char *const inexact[] = {"conv_",   "gemm_",    "matmul_",
                                          "pow_log", "softmax_", "channels_last"};
    for (size_t i = 0; i < sizeof inexact / sizeof *inexact; i++)
        if (strncmp(name, inexact[i], strlen(inexact[i])) == 0)
            return true;
    return false;
}

static void compare(const cb_network *net, const cb_exec *exec, const char *name)
{
    const cb_net_shape *shape = &cb_network_value(net, cb_network_output(net, 0))->shape;
    const cb_net_shape *other = &cb_network_value(net, cb_network_output(net, 1))->shape;
    const float *y = cb_exec_data(exec, cb_network_output(net, 0));
    const float *wanted = cb_exec_data(exec, cb_network_output(net, 1));
    assert_int_equal(shape->type, CB_NET_F32);
    assert_int_equal(shape->rank, other->rank);
    assert_memory_equal(shape->dims, other->dims, sizeof shape->dims);
    double allowed = is_inexact(name) ? 1e-6 : 0;
    for (size_t i = 0; i < shape->count; i++)
        if (fabs((double)y[i] - (double)wanted[i]) > allowed * (1 + fabs((double)wanted[i])))
            fail_msg("%s: element %zu is %.9g, expected %.9g", name, i, (double)y[i],
                     (double)wanted[i]);
}

static void check_file(const char *name)
{
    char path[512];
    cb_error err = {""};
    cb_network *net = NULL;
    cb_exec *exec = NULL;
    snprintf(path, sizeof path, FOLDER "/%s", name);
    if (cb_network_read(path, &cb_net_default_limits, &err, &net) != CB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(cb_network_outputs(net), 2);
    assert_int_equal(cb_exec_new(net, NULL, &err, &exec), CB_OK);
    const cb_net_value *input = cb_network_value(net, cb_network_input(net, 0));
    cb_net_made_input(cb_exec_input(exec, 0), input->shape.count);
    assert_int_equal(cb_exec_run(exec, &err), CB_OK);
    compare(net, exec, name);
    cb_exec_free(exec);
    cb_network_free(net);
}

static void operators_do_what_the_reference_does(void **state)
{
    (void)state;
    size_t files = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!strstr(entry->d_name, ".onnx"))
            continue;
        check_file(entry->d_name);
        files++;
    }
    closedir(folder);
    assert_true(files >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_do_what_the_reference_does),
    };
    cb_error err = {""};
    cb_network *net = NULL;
    if (cb_network_read(FOLDER "/transpose.onnx", &cb_net_default_limits, &err, &net) ==
        CB_UNSUPPORTED)
        return 77; /* a build without a reader */
    cb_network_free(net);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
