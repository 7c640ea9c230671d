/* The graph for Graphviz. */
#include "network/network.h"

#include <string.h>

static void write_quoted(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* What integers are multiplied by: the widths of constant inputs, as in "8-bit weights". */
static void write_weights(const cb_network *net, const cb_net_node *node, FILE *out)
{
    char width[16], shape[64];
    for (size_t i = 1; i < node->input_count && node->macs; i++) {
        if (node->inputs[i] < 0)
            continue;
        const cb_net_value *value = cb_network_value(net, node->inputs[i]);
        if (!value->constant)
            continue;
        cb_net_width_name(value, width, sizeof width);
        cb_net_shape_name(&value->shape, shape, sizeof shape);
        fprintf(out, "\\n%s %s", width, shape);
    }
}

static void write_node(const cb_network *net, size_t number, FILE *out)
{
    const cb_net_node *node = cb_network_node(net, number);
    fprintf(out, "  n%zu [label=\"%s", number, node->op_type);
    write_weights(net, node, out);
    if (node->macs)
        fprintf(out, "\\n%llu MAC", (unsigned long long)node->macs);
    fputs("\", tooltip=\"", out);
    write_quoted(node->name, out);
    fprintf(out, "\"%s];\n", node->macs ? ", style=filled, fillcolor=\"#dce9f7\"" : "");
}

static void write_edge(const cb_network *net, int value, const char *from, const char *to,
                       FILE *out)
{
    char width[16], shape[160];
    const cb_net_value *v = cb_network_value(net, value);
    cb_net_width_name(v, width, sizeof width);
    cb_net_shape_name(&v->shape, shape, sizeof shape);
    fprintf(out, "  %s -> %s [label=\"%s %s\"];\n", from, to, shape, width);
}

/* "n3" for what node 3 makes, "in7" for input value 7. */
static void maker_of(const cb_network *net, int value, char *text, size_t bytes)
{
    int producer = cb_network_value(net, value)->producer;
    if (producer >= 0)
        snprintf(text, bytes, "n%d", producer);
    else
        snprintf(text, bytes, "in%d", value);
}

static void write_edges(const cb_network *net, size_t number, FILE *out)
{
    char from[24], to[24];
    const cb_net_node *node = cb_network_node(net, number);
    snprintf(to, sizeof to, "n%zu", number);
    for (size_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i] < 0 || cb_network_value(net, node->inputs[i])->constant)
            continue;
        maker_of(net, node->inputs[i], from, sizeof from);
        write_edge(net, node->inputs[i], from, to, out);
    }
}

static void write_end(const cb_network *net, int value, const char *prefix, FILE *out)
{
    fprintf(out, "  %s%d [shape=ellipse, label=\"", prefix, value);
    write_quoted(cb_network_value(net, value)->name, out);
    fputs("\"];\n", out);
}

void cb_network_dot(const cb_network *net, FILE *out)
{
    char from[24], to[24];
    fputs("digraph network {\n  node [shape=box, fontname=\"sans-serif\"];\n"
          "  edge [fontname=\"sans-serif\", fontsize=10];\n",
          out);
    for (size_t i = 0; i < cb_network_inputs(net); i++)
        write_end(net, cb_network_input(net, i), "in", out);
    for (size_t i = 0; i < cb_network_outputs(net); i++)
        write_end(net, cb_network_output(net, i), "out", out);
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        if (cb_network_node(net, i)->folded)
            continue;
        write_node(net, i, out);
        write_edges(net, i, out);
    }
    for (size_t i = 0; i < cb_network_outputs(net); i++) {
        int value = cb_network_output(net, i);
        if (cb_network_value(net, value)->constant)
            continue;
        maker_of(net, value, from, sizeof from);
        snprintf(to, sizeof to, "out%d", value);
        write_edge(net, value, from, to, out);
    }
    fputs("}\n", out);
}
