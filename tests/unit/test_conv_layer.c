/* Convolution layers as a person writes them, and the lists that ship. */
#include "bench/layer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static cb_layer layer_of(const char *text)
{
    cb_layer layer;
    cb_error err;
    assert_int_equal(cb_layer_parse(text, &err, &layer), CB_OK);
    return layer;
}

static void refuses(const char *text, const char *because)
{
    cb_layer layer;
    cb_error err = {""};
    assert_int_equal(cb_layer_parse(text, &err, &layer), CB_USAGE);
    if (!strstr(err.text, because))
        fail_msg("'%s': expected '%s'", err.text, because);
    assert_null(strchr(err.text, '\n'));
}

static void a_layer_is_nine_to_eleven_numbers(void **state)
{
    (void)state;
    cb_layer l = layer_of("2,6,9,8,12,3,5,2,1,3,2");
    const size_t expected[] = {2, 6, 9, 8, 12, 3, 5, 2, 1, 3, 2};
    assert_memory_equal(&l, expected, sizeof expected);
    l = layer_of("1,64,56,56,64,3,3,1,1");
    assert_int_equal(l.groups, 1);
    assert_int_equal(l.dilation, 1);
    refuses("1,64,56,56,64,3,3,1", "8 numbers");
    refuses("1,64,56,56,64,3,3,1,1,1,1,1", "behind the dilation");
    refuses("1,64,56,56,64,3,3,one,1", "one");
    refuses("1,64,,56,64,3,3,1,1", "layer '1,64,,56");
    refuses("", "layer ''");
}

static void the_output_follows_the_true_formula(void **state)
{
    (void)state;
    const struct {
        const char *text;
        size_t h, w;
    } cases[] = {
        {"1,64,56,56,64,3,3,1,1", 56, 56},    {"1,64,56,56,128,3,3,2,1", 28, 28},
        {"1,3,224,224,64,7,7,2,3", 112, 112}, {"1,1,5,9,1,3,3,3,0", 1, 3},
        {"1,1,7,7,1,3,3,1,2,1,2", 7, 7},      {"1,1,1,1,1,1,1,4,0", 1, 1},
        {"1,1,3,3,1,3,3,1,5", 11, 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cb_layer l = layer_of(cases[i].text);
        assert_int_equal(cb_layer_out_h(&l), cases[i].h);
        assert_int_equal(cb_layer_out_w(&l), cases[i].w);
    }
}

static void impossible_layers_are_refused_in_one_line(void **state)
{
    (void)state;
    refuses("1,64,2,56,64,5,3,1,1", "output would be empty");
    refuses("1,64,56,2,64,3,5,1,1", "output would be empty");
    refuses("1,64,7,7,64,3,3,1,0,1,4", "output would be empty");
    refuses("1,64,56,56,64,3,3,1,1,3", "3 groups do not divide");
    refuses("1,64,56,56,63,3,3,1,1,64", "do not divide");
    refuses("0,64,56,56,64,3,3,1,1", "0");
    refuses("1,64,56,56,64,3,3,0,1", "0");
    refuses("1,64,56,56,64,3,3,1,-1", "-1");
    refuses("400000000,400000000,5000,5000,1,1,1,1,0", "more than memory can hold");
    refuses("1,400000000,1,1,400000000,100,100,1,100", "more than memory can hold");
    refuses("99999999999999999999,1,1,1,1,1,1,1,0", "99999999999999999999");
}

/* Klein et al., Table III, and what is true: FACTS beside it. */
static void resnet18_has_the_papers_layers(void **state)
{
    (void)state;
    static const double table3[] = {124010496, 62005248,  6422528,  132710400, 66355200,
                                    6422528,   150994944, 75497472, 6422528,   191102976};
    cb_layers layers = {0};
    assert_int_equal(cb_layers_select("resnet18:C?,resnet18:C1[01]", NULL, &layers), CB_OK);
    assert_int_equal(layers.count, 11);
    assert_string_equal(layers.items[0].name, "resnet18:C1");
    for (size_t i = 0; i < 10; i++)
        assert_true(cb_layer_macs_klein(&layers.items[i + 1].layer) == table3[i]);
    assert_true(cb_layer_macs(&layers.items[1].layer) == 115605504);
    assert_true(cb_layer_macs(&layers.items[10].layer) == 115605504);
    cb_layers_free(&layers);
}

static double macs_of_network(const char *name)
{
    cb_layers layers = {0};
    double macs = 0;
    assert_int_equal(cb_layers_select(name, NULL, &layers), CB_OK);
    for (size_t i = 0; i < layers.count; i++)
        macs += layers.items[i].times * cb_layer_macs(&layers.items[i].layer);
    cb_layers_free(&layers);
    return macs;
}

/* The published counts, less the classifier's dense layers. */
static void the_networks_are_whole(void **state)
{
    (void)state;
    assert_true(macs_of_network("mobilenetv1:*") == 568740352.0 - 1024 * 1000);
    assert_true(macs_of_network("mobilenetv2") == 300774272.0 - 1280 * 1000);
    assert_true(macs_of_network("vgg16") == 15346630656.0);
    assert_true(macs_of_network("resnet18") == 1814073344.0 - 512 * 1000);
}

static void lists_name_the_line_that_is_wrong(void **state)
{
    (void)state;
    cb_layers layers = {0};
    cb_error err;
    const char good[] = "# mine\n\na 1,1,4,4,1,3,3,1,1 # first\nb 1,2,4,4,2,1,1,1,0 x3";
    assert_int_equal(cb_layers_parse(good, "dir/mine.txt", &err, &layers), CB_OK);
    assert_int_equal(layers.count, 2);
    assert_string_equal(layers.items[1].name, "mine:b");
    assert_int_equal(layers.items[1].times, 3);
    assert_int_equal(cb_layers_parse("a 1,1,4,4,1,3,3,1,1\nb 1,2", "mine.txt", &err, &layers),
                     CB_USAGE);
    assert_non_null(strstr(err.text, "mine.txt, line 2: layer '1,2'"));
    assert_int_equal(cb_layers_parse("a 1,1,4,4,1,3,3,1,1 3", "mine", &err, &layers), CB_USAGE);
    assert_int_equal(cb_layers_parse("# nothing\n", "mine", &err, &layers), CB_USAGE);
    assert_int_equal(layers.count, 2);
    assert_int_equal(cb_layers_read("/nowhere/at.all", &err, &layers), CB_IO);
    cb_layers_free(&layers);
}

static void a_wrong_name_is_told_what_there_is(void **state)
{
    (void)state;
    cb_layers layers = {0};
    cb_error err;
    assert_int_equal(cb_layers_select("resnet:C2", &err, &layers), CB_USAGE);
    assert_non_null(strstr(err.text, "mobilenetv1, mobilenetv2, resnet18, vgg16"));
    assert_int_equal(cb_layers_select("resnet18:C1,resnet18:Z9", &err, &layers), CB_USAGE);
    assert_non_null(strstr(err.text, "C10 C11"));
    assert_int_equal(cb_layers_select("1,1,1", &err, &layers), CB_USAGE);
    assert_int_equal(layers.count, 0);
    cb_layers_free(&layers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_is_nine_to_eleven_numbers),
        cmocka_unit_test(the_output_follows_the_true_formula),
        cmocka_unit_test(impossible_layers_are_refused_in_one_line),
        cmocka_unit_test(resnet18_has_the_papers_layers),
        cmocka_unit_test(the_networks_are_whole),
        cmocka_unit_test(lists_name_the_line_that_is_wrong),
        cmocka_unit_test(a_wrong_name_is_told_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
