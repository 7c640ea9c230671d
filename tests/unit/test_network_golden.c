/* The networks of ../shared/data/qonnx, where they are: every output that integers determine, and
 * every output of a network, is that of the reference executor, bit for bit. */
#include "network/exec.h"
#include "network/hash.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER CB_TESTS_DIR "/../../shared/data/qonnx/"

typedef struct {
    size_t determined, equal, others, others_equal;
} tally;

static int find_value(const cb_network *net, const char *name)
{
    for (size_t i = 0; i < cb_network_values(net); i++) {
        const char *own = cb_network_value(net, (int)i)->name;
        if (own && strcmp(own, name) == 0)
            return (int)i;
    }
    return -1;
}

static bool is_determined(const cb_network *net, int value, const char *op)
{
    bool quantizer =
        strcmp(op, "Quant") == 0 || strcmp(op, "Trunc") == 0 || strcmp(op, "BipolarQuant") == 0;
    return quantizer || value == cb_network_output(net, 0);
}

static void compare_node(const cb_network *net, const cb_exec *exec, const json_t *node, tally *t)
{
    char hash[CB_HASH_TEXT];
    int value = find_value(net, json_string_value(json_object_get(node, "output")));
    assert_true(value >= 0);
    const cb_net_shape *shape = &cb_network_value(net, value)->shape;
    cb_hash(cb_exec_data(exec, value), shape->count * sizeof(float), hash);
    bool equal = strcmp(hash, json_string_value(json_object_get(node, "sha256_16"))) == 0;
    if (is_determined(net, value, json_string_value(json_object_get(node, "op_type")))) {
        t->determined++;
        t->equal += equal;
        if (!equal)
            print_message("  differs: %s\n", cb_network_value(net, value)->name);
    } else {
        t->others++;
        t->others_equal += equal;
    }
}

static void compare_output(const cb_network *net, const cb_exec *exec, const json_t *golden)
{
    size_t i;
    json_t *number;
    const float *output = cb_exec_data(exec, cb_network_output(net, 0));
    json_array_foreach(json_object_get(golden, "output"), i, number)
    {
        assert_true(output[i] == (float)json_number_value(number));
    }
}

static void compare_network(const char *name, tally *t)
{
    char path[512];
    size_t i;
    json_t *node;
    cb_error err = {""};
    cb_network *net;
    cb_exec *exec;
    snprintf(path, sizeof path, FOLDER "%s.golden.json", name);
    json_t *golden = json_load_file(path, 0, NULL);
    assert_non_null(golden);
    snprintf(path, sizeof path, FOLDER "%s.onnx", name);
    if (cb_network_read(path, &cb_net_default_limits, &err, &net) != CB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(cb_exec_new(net, NULL, &err, &exec), CB_OK);
    int input = cb_network_input(net, 0);
    cb_net_made_input(cb_exec_input(exec, 0), cb_network_value(net, input)->shape.count);
    assert_int_equal(cb_exec_run(exec, &err), CB_OK);
    json_array_foreach(json_object_get(golden, "nodes"), i, node)
    {
        compare_node(net, exec, node, t);
    }
    compare_output(net, exec, golden);
    cb_exec_free(exec);
    cb_network_free(net);
    json_decref(golden);
}

static void golden_outputs_are_equal(void **state)
{
    (void)state;
    static const char *const names[] = {"aladin-dummy-cnn-mixed", "aladin-mlp-4bit",
                                        "aladin-mobilenetv1-case1", "aladin-mobilenetv1-case2",
                                        "zoo-tfc-2w2a"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        tally t = {0};
        compare_network(names[i], &t);
        print_message("%s: %zu of %zu integer-determined outputs equal, %zu of %zu others\n",
                      names[i], t.equal, t.determined, t.others_equal, t.others);
        assert_int_equal(t.equal, t.determined);
        assert_true(t.determined > 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_outputs_are_equal),
    };
    cb_error err = {""};
    cb_network *net = NULL;
    cb_status status =
        cb_network_read(FOLDER "zoo-tfc-2w2a.onnx", &cb_net_default_limits, &err, &net);
    if (status == CB_IO || status == CB_UNSUPPORTED)
        return 77; /* no such folder, or a build without a reader */
    cb_network_free(net);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
