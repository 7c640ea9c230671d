/* The project's own networks on committed digits: their scores are those that scripts/make-networks
 * worked out in whole numbers, to the last bit, and they recognize digits. */
#include "network/dataset.h"
#include "network/exec.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define EXAMPLES CB_TESTS_DIR "/../network/examples/"
#define DIGITS   CB_TESTS_DIR "/networks/digits"

enum { PIXELS = 28 * 28, SCORES = 10 };

static const char *const names[] = {"digits-8bit", "digits-4bit", "digits-2bit", "digits-mixed"};

typedef struct {
    cb_network *net;
    cb_exec *exec;
    cb_dataset *digits;
    json_t *golden;
} example;

static example open_example(const char *name)
{
    char path[512];
    cb_error err = {""};
    example e = {0};
    snprintf(path, sizeof path, EXAMPLES "%s.onnx", name);
    if (cb_network_read(path, &cb_net_default_limits, &err, &e.net) != CB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(cb_exec_new(e.net, NULL, &err, &e.exec), CB_OK);
    if (cb_dataset_open(DIGITS, PIXELS, &err, &e.digits) != CB_OK)
        fail_msg("%s", err.text);
    snprintf(path, sizeof path, EXAMPLES "%s.json", name);
    e.golden = json_load_file(path, 0, NULL);
    assert_non_null(e.golden);
    return e;
}

static void close_example(example *e)
{
    cb_exec_free(e->exec);
    cb_network_free(e->net);
    cb_dataset_free(e->digits);
    json_decref(e->golden);
}

static const float *run_digit(example *e, size_t digit, int *label)
{
    cb_error err = {""};
    assert_int_equal(cb_dataset_get(e->digits, digit, &err, cb_exec_input(e->exec, 0), label),
                     CB_OK);
    assert_int_equal(cb_exec_run(e->exec, &err), CB_OK);
    return cb_exec_data(e->exec, cb_network_output(e->net, 0));
}

static void scores_are_equal(example *e, const char *name)
{
    size_t digit, i;
    int label;
    json_t *scores, *score;
    const json_t *all = json_object_get(e->golden, "scores_of_first_digits");
    assert_true(json_array_size(all) >= 10);
    json_array_foreach(all, digit, scores)
    {
        const float *made = run_digit(e, digit, &label);
        assert_int_equal(json_array_size(scores), SCORES);
        json_array_foreach(scores, i, score)
        {
            if ((double)made[i] != json_number_value(score))
                fail_msg("%s: digit %zu, score %zu: %.9g, expected %.9g", name, digit, i,
                         (double)made[i], json_number_value(score));
        }
    }
}

static size_t count_right(example *e, size_t digits)
{
    size_t right = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        int label, best = 0;
        const float *scores = run_digit(e, digit, &label);
        for (int i = 1; i < SCORES; i++)
            best = scores[i] > scores[best] ? i : best;
        right += best == label;
    }
    return right;
}

static void own_networks_make_the_scores_they_were_exported_with(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        example e = open_example(names[i]);
        scores_are_equal(&e, names[i]);
        close_example(&e);
    }
}

static void own_networks_recognize_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        example e = open_example(names[i]);
        size_t right = count_right(&e, 30);
        if (right < 26)
            fail_msg("%s: %zu of 30", names[i], right);
        close_example(&e);
    }
}

/* Every sum of these networks is exact: weights and activations are small whole numbers times
 * powers of two. So are their widths known from end to end. */
static void their_widths_are_known(void **state)
{
    (void)state;
    static const int weights[] = {8, 4, 2};
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        example e = open_example(names[i]);
        size_t products = 0;
        for (size_t n = 0; n < cb_network_nodes(e.net); n++) {
            const cb_net_node *node = cb_network_node(e.net, n);
            if (!node->macs)
                continue;
            products++;
            const cb_net_width *width = &cb_network_value(e.net, node->inputs[1])->width;
            assert_int_equal(width->kind, CB_NET_QUANTIZED);
            assert_int_equal(width->bits, weights[i]);
            assert_int_equal(cb_network_value(e.net, node->output)->width.kind, CB_NET_ACCUMULATED);
        }
        assert_int_equal(products, 3);
        close_example(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_networks_make_the_scores_they_were_exported_with),
        cmocka_unit_test(own_networks_recognize_digits),
        cmocka_unit_test(their_widths_are_known),
    };
    cb_error err = {""};
    cb_network *net = NULL;
    if (cb_network_read(EXAMPLES "digits-8bit.onnx", &cb_net_default_limits, &err, &net) ==
        CB_UNSUPPORTED)
        return 77; /* a build without a reader */
    cb_network_free(net);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
