#include "cli/network_print.h"

#include "base/units.h"
#include "cli/columns.h"
#include "cli/output.h"

#include <string.h>

enum { NAME_COLUMNS = 30 };

typedef struct {
    size_t nodes, folded;
    uint64_t macs, params;
    double param_bits;
} totals;

void cb_network_short_name(const char *name, int columns, char *text, size_t bytes)
{
    int length = (int)strlen(name);
    int from = length > columns ? length - columns + 2 : 0;
    /* Not in the middle of a UTF-8 sequence. */
    while (from && ((unsigned char)name[from] & 0xc0) == 0x80)
        from++;
    snprintf(text, bytes, "%s%s", from ? ".." : "", name + from);
}

static totals sum_up(const cb_network *net)
{
    totals sum = {.nodes = cb_network_nodes(net)};
    for (size_t i = 0; i < sum.nodes; i++) {
        const cb_net_node *node = cb_network_node(net, i);
        sum.folded += node->folded;
        sum.macs += node->macs;
        sum.params += node->params;
        sum.param_bits += node->param_bits;
    }
    return sum;
}

/* The width of input `input`, or "" when there is none of a tensor there. */
static void width_of_input(const cb_network *net, const cb_net_node *node, size_t input, char *text,
                           size_t bytes)
{
    text[0] = 0;
    if (input < node->input_count && node->inputs[input] >= 0)
        cb_net_width_name(cb_network_value(net, node->inputs[input]), text, bytes);
}

/* ---- the table ---- */

static void print_ends(const cb_network *net, const char *what, size_t count,
                       int (*get)(const cb_network *, size_t), FILE *out)
{
    char shape[160], width[16];
    for (size_t i = 0; i < count; i++) {
        const cb_net_value *value = cb_network_value(net, get(net, i));
        cb_net_shape_name(&value->shape, shape, sizeof shape);
        cb_net_width_name(value, width, sizeof width);
        fprintf(out, "%-7s %s: %s %s\n", what, value->name, shape, width);
    }
}

static void put_head(cb_columns *table)
{
    static const char *const head[] = {"node", "operator", "in",   "weights",
                                       "out",  "output",   "MACs", "parameters"};
    for (int i = 0; i < CB_COLUMNS; i++)
        cb_columns_put(table, i, "%s", head[i]);
}

static void put_node(cb_columns *table, const cb_network *net, const cb_net_node *node)
{
    char name[64], in[16], weights[16] = "", out[16], shape[160];
    const cb_net_value *output = cb_network_value(net, node->output);
    cb_network_short_name(node->name, NAME_COLUMNS, name, sizeof name);
    width_of_input(net, node, 0, in, sizeof in);
    if (node->macs)
        width_of_input(net, node, 1, weights, sizeof weights);
    cb_net_width_name(output, out, sizeof out);
    cb_net_shape_name(&output->shape, shape, sizeof shape);
    cb_columns_put(table, 0, "%s", name);
    cb_columns_put(table, 1, "%s", node->op_type);
    cb_columns_put(table, 2, "%s", in);
    cb_columns_put(table, 3, "%s", weights);
    cb_columns_put(table, 4, "%s", out);
    cb_columns_put(table, 5, "%s", shape);
    if (node->macs)
        cb_columns_put(table, 6, "%llu", (unsigned long long)node->macs);
    if (node->params)
        cb_columns_put(table, 7, "%llu", (unsigned long long)node->params);
}

void cb_network_print_table(const cb_network *net, const char *path, FILE *out)
{
    cb_columns table = {0};
    totals sum = sum_up(net);
    fprintf(out, "Network %s\n", path);
    print_ends(net, "input", cb_network_inputs(net), cb_network_input, out);
    print_ends(net, "output", cb_network_outputs(net), cb_network_output, out);
    putc('\n', out);
    put_head(&table);
    for (size_t i = 0; i < sum.nodes; i++)
        if (!cb_network_node(net, i)->folded)
            put_node(&table, net, cb_network_node(net, i));
    cb_columns_print(&table, out);
    fprintf(out, "\n%zu nodes run, %zu are folded into constants\n", sum.nodes - sum.folded,
            sum.folded);
    fprintf(out, "%s, %s parameters in %s\n", cb_format_si((double)sum.macs, "MAC").text,
            cb_format_si((double)sum.params, "").text,
            cb_format_bytes((uint64_t)(sum.param_bits / 8 + 0.5)).text);
    fputs("widths: s8 u8 integers, b1 -1 or 1, acc21 sums of products (bits without the bias)\n",
          out);
}

void cb_network_print_csv(const cb_network *net, FILE *out)
{
    char in[16], weights[16], width[16], shape[160];
    fputs("node,operator,folded,in,weights,out,output,macs,parameters\n", out);
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        const cb_net_node *node = cb_network_node(net, i);
        const cb_net_value *output = cb_network_value(net, node->output);
        width_of_input(net, node, 0, in, sizeof in);
        width_of_input(net, node, 1, weights, sizeof weights);
        cb_net_width_name(output, width, sizeof width);
        cb_net_shape_name(&output->shape, shape, sizeof shape);
        cb_output_csv_cell(node->name, out);
        fprintf(out, ",%s,%s,%s,%s,%s,%s,%llu,%llu\n", node->op_type,
                node->folded ? "true" : "false", in, weights, width, shape,
                (unsigned long long)node->macs, (unsigned long long)node->params);
    }
}

/* ---- JSON ---- */

json_t *cb_network_shape_json(const cb_net_shape *shape)
{
    json_t *dims = json_array();
    for (int i = 0; i < shape->rank; i++)
        json_array_append_new(dims, json_integer(shape->dims[i]));
    return dims;
}

static json_t *width_json(const cb_net_value *value)
{
    static const char *const kinds[] = {"float", "quantized", "accumulated"};
    const cb_net_width *width = &value->width;
    if (width->kind == CB_NET_FLOAT)
        return json_pack("{s:s}", "kind", value->shape.type == CB_NET_F32 ? "float" : "index");
    return json_pack("{s:s, s:i, s:b}", "kind", kinds[width->kind], "bits", width->bits, "signed",
                     width->is_signed);
}

static json_t *value_json(const cb_net_value *value)
{
    return json_pack("{s:s, s:o, s:o}", "name", value->name ? value->name : "", "shape",
                     cb_network_shape_json(&value->shape), "width", width_json(value));
}

static json_t *window_json(const cb_net_window *w)
{
    if (!w->kernel[0])
        return json_null();
    return json_pack("{s:[II], s:[II], s:[II], s:[II], s:[II], s:I}", "kernel", w->kernel[0],
                     w->kernel[1], "stride", w->stride[0], w->stride[1], "dilation", w->dilation[0],
                     w->dilation[1], "pad_begin", w->pad_begin[0], w->pad_begin[1], "pad_end",
                     w->pad_end[0], w->pad_end[1], "groups", w->groups);
}

static json_t *node_json(const cb_network *net, const cb_net_node *node)
{
    json_t *inputs = json_array();
    for (size_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i] < 0) {
            json_array_append_new(inputs, json_null());
            continue;
        }
        const cb_net_value *value = cb_network_value(net, node->inputs[i]);
        json_t *input = value_json(value);
        json_object_set_new(input, "constant", json_boolean(value->constant != NULL));
        json_array_append_new(inputs, input);
    }
    return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:I, s:I, s:f}", "name", node->name,
                     "operator", node->op_type, "folded", node->folded, "inputs", inputs, "output",
                     value_json(cb_network_value(net, node->output)), "window",
                     window_json(&node->window), "macs", (json_int_t)node->macs, "parameters",
                     (json_int_t)node->params, "parameter_bits", node->param_bits);
}

static json_t *ends_json(const cb_network *net, size_t count,
                         int (*get)(const cb_network *, size_t))
{
    json_t *ends = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(ends, value_json(cb_network_value(net, get(net, i))));
    return ends;
}

json_t *cb_network_to_json(const cb_network *net, const char *path)
{
    totals sum = sum_up(net);
    json_t *nodes = json_array();
    for (size_t i = 0; i < sum.nodes; i++)
        json_array_append_new(nodes, node_json(net, cb_network_node(net, i)));
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I, s:f}}", "schema",
                     "cachebound/network/1", "file", path, "inputs",
                     ends_json(net, cb_network_inputs(net), cb_network_input), "outputs",
                     ends_json(net, cb_network_outputs(net), cb_network_output), "nodes", nodes,
                     "totals", "nodes", (json_int_t)sum.nodes, "folded", (json_int_t)sum.folded,
                     "macs", (json_int_t)sum.macs, "parameters", (json_int_t)sum.params,
                     "parameter_bytes", sum.param_bits / 8);
}
