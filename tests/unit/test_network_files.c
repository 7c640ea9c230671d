/* Files that are no networks, and networks written in unusual ways. */
#include "network/exec.h"
#include "onnx_writer.h"
#include "tests/unit/temporary_folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t four[] = {1, 4};

static cb_status parse(onnx_text *file, cb_error *err, cb_network **net)
{
    *net = NULL;
    err->text[0] = 0;
    cb_status status =
        cb_network_parse(file->bytes, file->length, "file.onnx", &cb_net_default_limits, err, net);
    free(file->bytes);
    return status;
}

/* The file is refused with a line that names it and says this. */
static void refused(onnx_text file, cb_status wanted, const char *says)
{
    cb_error err;
    cb_network *net;
    cb_status status = parse(&file, &err, &net);
    if (status != wanted || !strstr(err.text, says) || !strstr(err.text, "file.onnx") ||
        strchr(err.text, '\n'))
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, err.text, (int)wanted, says);
    assert_null(net);
}

static cb_network *accepted(onnx_text file)
{
    cb_error err;
    cb_network *net;
    if (parse(&file, &err, &net) != CB_OK)
        fail_msg("%s", err.text);
    return net;
}

/* x -> Relu -> y */
static onnx_text relu_graph(void)
{
    onnx_text graph = {0};
    put_node(&graph, "Relu", "", "x", NULL, "y");
    put_input(&graph, "x", 2, four);
    put_output(&graph, "y");
    return graph;
}

static void unknown_operators_are_named(void **state)
{
    (void)state;
    onnx_text graph = relu_graph(), other = relu_graph();
    put_node(&graph, "Swizzle", "com.example", "y", NULL, "z");
    refused(model_of(graph), CB_UNSUPPORTED,
            "node 'z' (Swizzle): cachebound knows no such operator of domain 'com.example'");
    put_node(&other, "Quant", "", "y", NULL, "z");
    refused(model_of(other), CB_UNSUPPORTED, "no such operator of domain 'ai.onnx'");
}

static void cyclic_graphs_are_refused(void **state)
{
    (void)state;
    onnx_text graph = relu_graph();
    put_node(&graph, "Add", "", "b", "y", "a");
    put_node(&graph, "Relu", "", "a", NULL, "b");
    refused(model_of(graph), CB_PARSE, "the graph is cyclic");
    onnx_text self = {0};
    put_node(&self, "Relu", "", "y", NULL, "y");
    put_output(&self, "y");
    refused(model_of(self), CB_PARSE, "node 'y' (Relu): the graph is cyclic");
}

static void huge_dimensions_are_refused(void **state)
{
    (void)state;
    static const int64_t huge[] = {1, INT64_MAX}, product[] = {1, 1 << 20, 1 << 20},
                         negative[] = {1, -4}, none[] = {1, 0};
    static const struct {
        const int64_t *dims;
        size_t rank;
        const char *says;
    } cases[] = {
        {huge, 2, "input 'x' has more than 2^28 elements"},
        {product, 3, "input 'x' has more than 2^28 elements"},
        {negative, 2, "input 'x' has a negative dimension"},
        {none, 2, "input 'x' has an empty dimension"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        onnx_text graph = {0};
        put_node(&graph, "Relu", "", "x", NULL, "y");
        put_input(&graph, "x", cases[i].rank, cases[i].dims);
        put_output(&graph, "y");
        refused(model_of(graph), CB_PARSE, cases[i].says);
    }
    onnx_text graph = relu_graph();
    put_initializer(&graph, "w", 2, huge, 16);
    refused(model_of(graph), CB_PARSE, "tensor 'w' has more than 2^28 elements");
}

static void memory_is_limited(void **state)
{
    (void)state;
    /* Each Concat doubles: 2^27 floats after 24 of them. */
    static const int64_t wide[] = {1, 16};
    char from[16] = "x", to[16];
    onnx_text graph = {0};
    put_input(&graph, "x", 2, wide);
    for (int i = 0; i < 26; i++) {
        onnx_text node = {0}, attr = {0};
        snprintf(to, sizeof to, "v%d", i);
        put_text(&node, 1, from);
        put_text(&node, 1, from);
        put_text(&node, 2, to);
        put_text(&node, 4, "Concat");
        put_text(&attr, 1, "axis");
        put_integer(&attr, 3, 1);
        put_integer(&attr, 20, 2);
        put_message(&node, 5, attr);
        put_message(&graph, 1, node);
        strcpy(from, to);
    }
    put_output(&graph, to);
    refused(model_of(graph), CB_PARSE, "more than");
}

static void too_many_nodes_are_refused(void **state)
{
    (void)state;
    onnx_text graph = {0};
    for (int i = 0; i < 1000000; i++)
        put_piece(&graph, 1, "", 0);
    put_output(&graph, "y");
    refused(model_of(graph), CB_PARSE, "has more nodes than a network may have");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    /* A graph in an attribute of a node in a graph ... */
    onnx_text graph = relu_graph();
    for (int depth = 0; depth < 1000; depth++) {
        onnx_text attr = {0}, node = {0}, outer = {0};
        put_message(&attr, 6, graph);
        put_message(&node, 5, attr);
        put_message(&outer, 1, node);
        graph = outer;
    }
    refused(model_of(graph), CB_PARSE, "is nested too deeply");
}

static void bytes_that_are_no_network_are_refused(void **state)
{
    (void)state;
    onnx_text none = {0}, text = {0}, garbage = {0};
    put_bytes(&none, "", 0);
    refused(none, CB_PARSE, "holds no graph");
    put_bytes(&text, "{\"schema\": 1}", 13);
    refused(text, CB_PARSE, "expected an ONNX network");
    for (uint32_t x = 1, i = 0; i < 4096; i++) {
        x = x * 1664525 + 1013904223;
        put_bytes(&garbage, &x, 4);
    }
    refused(garbage, CB_PARSE, "file.onnx: byte ");
}

static void every_cut_of_a_file_is_refused_or_read(void **state)
{
    (void)state;
    onnx_text whole = model_of(relu_graph());
    size_t read = 0;
    for (size_t length = 0; length < whole.length; length++) {
        cb_error err = {""};
        cb_network *net = NULL;
        cb_status status =
            cb_network_parse(whole.bytes, length, "file.onnx", &cb_net_default_limits, &err, &net);
        read += status == CB_OK;
        cb_network_free(net);
    }
    assert_int_equal(read, 0);
    cb_network_free(accepted(whole));
}

static void names_are_clean_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\nb", "\x1b[31m", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        onnx_text graph = relu_graph();
        put_node(&graph, "Relu", "", "y", NULL, bad[i]);
        refused(model_of(graph), CB_PARSE, "no UTF-8 text without control characters");
    }
    onnx_text graph = relu_graph();
    put_node(&graph, "Relu", "", "y", NULL, "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82");
    cb_network_free(accepted(model_of(graph)));
}

static void broken_references_are_refused(void **state)
{
    (void)state;
    onnx_text twice = relu_graph(), lost = relu_graph(), nothing = relu_graph(),
              tensor = relu_graph();
    put_node(&twice, "Relu", "", "x", NULL, "y");
    refused(model_of(twice), CB_PARSE, "value 'y' is made twice");
    put_node(&lost, "Relu", "", "nowhere", NULL, "z");
    refused(model_of(lost), CB_PARSE,
            "node 'z' (Relu): its input 'nowhere' is made by no node and is no initializer");
    put_output(&nothing, "q");
    refused(model_of(nothing), CB_PARSE, "its output 'q' is made by no node");
    put_initializer(&tensor, "w", 2, four, 12);
    refused(model_of(tensor), CB_PARSE, "tensor 'w' has not as many bytes as its shape asks for");
    onnx_text left_out = relu_graph();
    put_node(&left_out, "Concat", "", "", "y", "z");
    refused(model_of(left_out), CB_PARSE, "node 'z' (Concat): input 0 is left out");
    onnx_text arity = relu_graph();
    put_node(&arity, "Add", "", "y", NULL, "z");
    refused(model_of(arity), CB_PARSE, "node 'z' (Add): has 1 inputs; 2 to 2 are due");
}

/* Old exporters list initializers among the inputs, and write a batch size. */
static void old_forms_are_read(void **state)
{
    (void)state;
    static const int64_t batch[] = {128, 4};
    onnx_text graph = {0};
    put_input(&graph, "x", 2, batch);
    put_input(&graph, "w", 2, four);
    put_initializer(&graph, "w", 2, four, 16);
    put_node(&graph, "Relu", "", "sum", NULL, "y"); /* before what it takes */
    put_node(&graph, "Add", "", "x", "w", "sum");
    put_node(&graph, "Relu", "", "w", NULL, "folded");
    put_output(&graph, "y");
    cb_network *net = accepted(model_of(graph));
    assert_int_equal(cb_network_inputs(net), 1);
    assert_int_equal(cb_network_value(net, cb_network_input(net, 0))->shape.count, 4);
    size_t folded = 0;
    for (size_t i = 0; i < cb_network_nodes(net); i++)
        folded += cb_network_node(net, i)->folded;
    assert_int_equal(cb_network_nodes(net), 3);
    assert_int_equal(folded, 1);
    cb_network_free(net);
}

/* A backend that takes Relu and makes ones. */
static bool takes_relu(void *context, const cb_network *net, size_t node)
{
    (void)context;
    return cb_network_node(net, node)->op == CB_NET_RELU;
}

static cb_status make_ones(void *context, const cb_network *net, size_t node,
                           const void *const *inputs, void *output, cb_error *err)
{
    (void)err;
    assert_non_null(inputs[0]);
    size_t count = cb_network_value(net, cb_network_node(net, node)->output)->shape.count;
    for (size_t i = 0; i < count; i++)
        ((float *)output)[i] = 1;
    ++*(int *)context;
    return CB_OK;
}

static void a_backend_takes_over_single_nodes(void **state)
{
    (void)state;
    int runs = 0;
    cb_exec *exec;
    cb_error err = {""};
    onnx_text graph = relu_graph();
    put_node(&graph, "Add", "", "y", "y", "z");
    put_output(&graph, "z");
    cb_network *net = accepted(model_of(graph));
    const cb_net_backend backend = {&runs, takes_relu, make_ones};
    assert_int_equal(cb_exec_new(net, &backend, &err, &exec), CB_OK);
    assert_true(cb_exec_is_taken(exec, 0));
    assert_false(cb_exec_is_taken(exec, 1));
    assert_int_equal(cb_exec_run(exec, &err), CB_OK);
    const float *z = cb_exec_data(exec, cb_network_output(net, 1));
    for (int i = 0; i < 4; i++)
        assert_true(z[i] == 2);
    assert_int_equal(runs, 1);
    cb_exec_free(exec);
    cb_network_free(net);
}

/* A sparse file takes no room and is refused for its size. */
static void huge_files_are_refused_unread(void **state)
{
    char path[300];
    cb_error err = {""};
    cb_network *net = NULL;
    snprintf(path, sizeof path, "%s/huge.onnx", (char *)*state);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, (off_t)1 << 30), 0);
    assert_int_equal(cb_network_read(path, &cb_net_default_limits, &err, &net), CB_PARSE);
    assert_non_null(strstr(err.text, "has more than 256 MiB"));
    close(file);
    unlink(path);
    assert_int_equal(cb_network_read(path, &cb_net_default_limits, &err, &net), CB_IO);
    assert_int_equal(cb_network_read(*state, &cb_net_default_limits, &err, &net), CB_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_operators_are_named),
        cmocka_unit_test(cyclic_graphs_are_refused),
        cmocka_unit_test(huge_dimensions_are_refused),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(too_many_nodes_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(bytes_that_are_no_network_are_refused),
        cmocka_unit_test(every_cut_of_a_file_is_refused_or_read),
        cmocka_unit_test(names_are_clean_text),
        cmocka_unit_test(broken_references_are_refused),
        cmocka_unit_test(old_forms_are_read),
        cmocka_unit_test(a_backend_takes_over_single_nodes),
        cmocka_unit_test_setup_teardown(huge_files_are_refused_unread, make_root, remove_root),
    };
    cb_error err = {""};
    cb_network *net = NULL;
    onnx_text file = model_of(relu_graph());
    if (parse(&file, &err, &net) == CB_UNSUPPORTED)
        return 77; /* a build without a reader */
    cb_network_free(net);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
