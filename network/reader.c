/* From the bytes of an ONNX file to raw nodes and initializers, through protobuf-c. */
#include "network/graph.h"
#include "network/wire.h"

#include <errno.h>
#include <onnx.pb-c.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_network *net;
    cb_error *err;
} reader;

/* ---- the allocator of the unpacked file: bounded ---- */

typedef struct {
    size_t left;
} budget;

typedef union {
    size_t bytes;
    max_align_t align;
} heading;

static void *take(void *data, size_t bytes)
{
    budget *b = data;
    if (bytes > b->left || b->left - bytes < sizeof(heading))
        return NULL;
    heading *block = malloc(sizeof *block + bytes);
    if (!block)
        return NULL;
    b->left -= sizeof *block + bytes;
    block->bytes = bytes;
    return block + 1;
}

static void give_back(void *data, void *pointer)
{
    budget *b = data;
    if (!pointer)
        return;
    heading *block = (heading *)pointer - 1;
    b->left += sizeof *block + block->bytes;
    free(block);
}

/* ---- tensors ---- */

static cb_status tensor_error(const reader *r, const Onnx__TensorProto *tensor, cb_status status,
                              const char *what)
{
    return cb_fail(r->err, status, "%.200s: tensor '%.80s' %s", r->net->label,
                   tensor->name ? tensor->name : "", what);
}

static size_t raw_bytes(int type)
{
    switch (type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT32:
        return 4;
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT64:
        return 8;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT16:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT16:
        return 2;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT8:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT8:
    case ONNX__TENSOR_PROTO__DATA_TYPE__BOOL:
        return 1;
    default:
        return 0;
    }
}

static bool is_float_type(int type)
{
    return type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
           type == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
}

/* Little-endian bytes as an unsigned number. */
static uint64_t read_bits(const uint8_t *bytes, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= (uint64_t)bytes[i] << 8 * i;
    return bits;
}

static float float_from(int type, uint64_t bits)
{
    float single;
    double full;
    uint32_t low = (uint32_t)bits;
    memcpy(&single, &low, sizeof single);
    memcpy(&full, &bits, sizeof full);
    return type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ? single : (float)full;
}

static int64_t whole_from(int type, uint64_t bits)
{
    switch (type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT8:
        return (int8_t)bits;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT16:
        return (int16_t)bits;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT32:
        return (int32_t)bits;
    default:
        return (int64_t)bits;
    }
}

static cb_status fill_raw(const reader *r, const Onnx__TensorProto *tensor, size_t count, void *to)
{
    int type = tensor->data_type;
    size_t size = raw_bytes(type);
    if (tensor->raw_data.len != count * size)
        return tensor_error(r, tensor, CB_PARSE, "has not as many bytes as its shape asks for");
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = read_bits(tensor->raw_data.data + i * size, size);
        if (is_float_type(type))
            ((float *)to)[i] = float_from(type, bits);
        else
            ((int64_t *)to)[i] = whole_from(type, bits);
    }
    return CB_OK;
}

static cb_status fill_typed(const reader *r, const Onnx__TensorProto *tensor, size_t count,
                            void *to)
{
    size_t have;
    switch (tensor->data_type) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
        have = tensor->n_float_data;
        for (size_t i = 0; i < have && i < count; i++)
            ((float *)to)[i] = tensor->float_data[i];
        break;
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
        have = tensor->n_double_data;
        for (size_t i = 0; i < have && i < count; i++)
            ((float *)to)[i] = (float)tensor->double_data[i];
        break;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
        have = tensor->n_int64_data;
        for (size_t i = 0; i < have && i < count; i++)
            ((int64_t *)to)[i] = tensor->int64_data[i];
        break;
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT32:
    case ONNX__TENSOR_PROTO__DATA_TYPE__UINT64:
        have = tensor->n_uint64_data;
        for (size_t i = 0; i < have && i < count; i++)
            ((int64_t *)to)[i] = (int64_t)tensor->uint64_data[i];
        break;
    default:
        have = tensor->n_int32_data;
        for (size_t i = 0; i < have && i < count; i++)
            ((int64_t *)to)[i] = tensor->int32_data[i];
    }
    if (have != count)
        return tensor_error(r, tensor, CB_PARSE, "has not as many numbers as its shape asks for");
    return CB_OK;
}

/* A shape may be empty here (the unused inputs of Resize are): rank 1, no elements. */
static cb_status tensor_shape(const reader *r, const Onnx__TensorProto *tensor, cb_net_shape *shape)
{
    cb_net_type type = is_float_type(tensor->data_type) ? CB_NET_F32 : CB_NET_I64;
    if (!raw_bytes(tensor->data_type))
        return tensor_error(r, tensor, CB_UNSUPPORTED,
                            "is of an element type that is not read; float32, float64 and "
                            "integers are");
    if (tensor->has_data_location &&
        tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        return tensor_error(r, tensor, CB_UNSUPPORTED,
                            "lies in another file, which is not read; save the network in one");
    if (tensor->n_dims == 1 && tensor->dims[0] == 0) {
        *shape = (cb_net_shape){.type = type, .rank = 1};
        return CB_OK;
    }
    int rank = tensor->n_dims > CB_NET_RANK ? CB_NET_RANK + 1 : (int)tensor->n_dims;
    const char *wrong = cb_net_shape_set(shape, type, rank, tensor->dims);
    return wrong ? tensor_error(r, tensor, CB_PARSE, wrong) : CB_OK;
}

/* A value that holds the tensor; its number. */
static cb_status add_tensor(const reader *r, const Onnx__TensorProto *tensor, const char *name,
                            int *number)
{
    cb_net_shape shape;
    cb_status status = tensor_shape(r, tensor, &shape);
    if (status != CB_OK)
        return status;
    void *data = cb_net_alloc(r->net, cb_net_shape_bytes(&shape) + 1, 1, r->err);
    int value = data ? cb_net_add_value(r->net, name, r->err) : -1;
    if (value < 0)
        return CB_NO_MEMORY;
    status = tensor->has_raw_data ? fill_raw(r, tensor, shape.count, data)
                                  : fill_typed(r, tensor, shape.count, data);
    r->net->values[value].shape = shape;
    r->net->values[value].constant = data;
    *number = value;
    return status;
}

/* ---- nodes ---- */

static const char *copy_text(const reader *r, const char *text)
{
    if (!text || !*text)
        return "";
    return cb_net_strdup(r->net, text, strlen(text), r->err);
}

/* A list of floats or one number as a value without a name, for Constant. */
static cb_status add_numbers(const reader *r, const Onnx__AttributeProto *from, cb_attr *attr)
{
    bool floats = from->n_floats || (from->has_f && !from->n_ints && !from->has_i);
    const size_t n = floats ? from->n_floats : from->n_ints;
    const int64_t count = n ? (int64_t)n : 1;
    cb_net_shape shape;
    if (cb_net_shape_set(&shape, floats ? CB_NET_F32 : CB_NET_I64, n ? 1 : 0, &count))
        return cb_fail(r->err, CB_PARSE, "%.200s: attribute '%.60s' is too long", r->net->label,
                       attr->name);
    void *data = cb_net_alloc(r->net, cb_net_shape_bytes(&shape), 1, r->err);
    attr->value = data ? cb_net_add_value(r->net, NULL, r->err) : -1;
    if (attr->value < 0)
        return CB_NO_MEMORY;
    if (floats)
        memcpy(data, n ? from->floats : &from->f, cb_net_shape_bytes(&shape));
    else
        memcpy(data, n ? from->ints : &from->i, cb_net_shape_bytes(&shape));
    r->net->values[attr->value].shape = shape;
    r->net->values[attr->value].constant = data;
    return CB_OK;
}

static cb_status read_ints(const reader *r, const Onnx__AttributeProto *from, cb_attr *attr)
{
    int64_t *ints = cb_net_alloc(r->net, from->n_ints + 1, sizeof *ints, r->err);
    if (!ints)
        return CB_NO_MEMORY;
    memcpy(ints, from->ints, from->n_ints * sizeof *ints);
    attr->kind = CB_ATTR_INTS;
    attr->ints = ints;
    attr->count = from->n_ints;
    return CB_OK;
}

static bool is_constant_value(const char *name)
{
    return strncmp(name, "value_", 6) == 0;
}

static cb_status read_attr(const reader *r, const Onnx__AttributeProto *from, cb_attr *attr)
{
    *attr = (cb_attr){.kind = CB_ATTR_OTHER, .value = -1, .name = copy_text(r, from->name)};
    if (!attr->name)
        return CB_NO_MEMORY;
    if (is_constant_value(attr->name))
        return add_numbers(r, from, attr);
    if (from->t)
        return add_tensor(r, from->t, NULL, &attr->value);
    if (from->n_ints)
        return read_ints(r, from, attr);
    if (from->has_s) {
        attr->kind = CB_ATTR_TEXT;
        attr->text = cb_net_strdup(r->net, (const char *)from->s.data, from->s.len, r->err);
        return attr->text ? CB_OK : CB_NO_MEMORY;
    }
    if (from->has_f && from->type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT) {
        attr->kind = CB_ATTR_FLOAT;
        attr->f = from->f;
    } else if (from->has_i) {
        attr->kind = CB_ATTR_INT;
        attr->i = from->i;
    } else if (from->type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS) {
        attr->kind = CB_ATTR_INTS;
    }
    return CB_OK;
}

static cb_status read_attrs(const reader *r, const Onnx__NodeProto *from, cb_raw_node *raw)
{
    raw->attrs = cb_net_alloc(r->net, from->n_attribute + 1, sizeof *raw->attrs, r->err);
    if (!raw->attrs)
        return CB_NO_MEMORY;
    for (size_t i = 0; i < from->n_attribute; i++) {
        cb_status status = read_attr(r, from->attribute[i], &raw->attrs[i]);
        if (status != CB_OK)
            return status;
        raw->attr_count = i + 1;
    }
    return CB_OK;
}

static cb_status read_node(const reader *r, const Onnx__NodeProto *from, cb_raw_node *raw)
{
    raw->name = copy_text(r, from->name);
    raw->op_type = copy_text(r, from->op_type);
    raw->domain = copy_text(r, from->domain);
    raw->output = copy_text(r, from->n_output ? from->output[0] : NULL);
    raw->inputs = cb_net_alloc(r->net, from->n_input + 1, sizeof *raw->inputs, r->err);
    if (!raw->name || !raw->op_type || !raw->domain || !raw->output || !raw->inputs)
        return CB_NO_MEMORY;
    if (!*raw->output)
        return cb_fail(r->err, CB_PARSE, "%.200s: node '%.60s' (%.24s): has no output",
                       r->net->label, raw->name, raw->op_type);
    raw->output_count = 1;
    for (size_t i = 0; i < from->n_input; i++) {
        raw->inputs[i] = copy_text(r, from->input[i]);
        if (!raw->inputs[i])
            return CB_NO_MEMORY;
    }
    /* Optional inputs at the end may be written or not. */
    raw->input_count = from->n_input;
    while (raw->input_count && !*raw->inputs[raw->input_count - 1])
        raw->input_count--;
    return read_attrs(r, from, raw);
}

static cb_status read_nodes(const reader *r, const Onnx__GraphProto *graph)
{
    cb_network *net = r->net;
    net->raw = calloc(graph->n_node + 1, sizeof *net->raw);
    if (!net->raw)
        return cb_fail(r->err, CB_NO_MEMORY, "%.200s: no memory for its nodes", net->label);
    net->raw_capacity = graph->n_node + 1;
    for (size_t i = 0; i < graph->n_node; i++) {
        cb_status status = read_node(r, graph->node[i], &net->raw[i]);
        if (status != CB_OK)
            return status;
        net->raw_count = i + 1;
    }
    return CB_OK;
}

/* ---- the graph ---- */

static cb_status read_initializers(const reader *r, const Onnx__GraphProto *graph)
{
    if (graph->n_sparse_initializer)
        return cb_fail(r->err, CB_UNSUPPORTED, "%.200s: has sparse initializers", r->net->label);
    for (size_t i = 0; i < graph->n_initializer; i++) {
        int value;
        const Onnx__TensorProto *tensor = graph->initializer[i];
        const char *name = copy_text(r, tensor->name);
        cb_status status = name ? add_tensor(r, tensor, name, &value) : CB_NO_MEMORY;
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

/* Rank -1 for what is no float32 tensor of a known shape. Only the first dimension, the batch, may
 * be open: it becomes 1 anyway. */
static cb_net_shape input_shape(const Onnx__ValueInfoProto *info)
{
    const Onnx__TypeProto *type = info->type;
    cb_net_shape shape = {.type = CB_NET_F32, .rank = -1};
    if (!type || type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ||
        type->tensor_type->elem_type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
        !type->tensor_type->shape || type->tensor_type->shape->n_dim > CB_NET_RANK)
        return shape;
    const Onnx__TensorShapeProto *from = type->tensor_type->shape;
    for (size_t i = 0; i < from->n_dim; i++) {
        bool known =
            from->dim[i]->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        if (!known && i)
            return shape;
        shape.dims[i] = known ? from->dim[i]->dim_value : 1;
    }
    shape.rank = (int)from->n_dim;
    return shape;
}

static cb_status read_ends(const reader *r, const Onnx__GraphProto *graph)
{
    cb_network *net = r->net;
    net->input_names = cb_net_alloc(net, graph->n_input + 1, sizeof *net->input_names, r->err);
    net->input_shapes = cb_net_alloc(net, graph->n_input + 1, sizeof *net->input_shapes, r->err);
    net->output_names = cb_net_alloc(net, graph->n_output + 1, sizeof *net->output_names, r->err);
    if (!net->input_names || !net->input_shapes || !net->output_names)
        return CB_NO_MEMORY;
    for (size_t i = 0; i < graph->n_input; i++) {
        net->input_names[i] = copy_text(r, graph->input[i]->name);
        if (!net->input_names[i])
            return CB_NO_MEMORY;
        net->input_shapes[i] = input_shape(graph->input[i]);
    }
    for (size_t i = 0; i < graph->n_output; i++) {
        net->output_names[i] = copy_text(r, graph->output[i]->name);
        if (!net->output_names[i])
            return CB_NO_MEMORY;
    }
    net->input_name_count = graph->n_input;
    net->output_name_count = graph->n_output;
    return CB_OK;
}

static cb_status read_model(const reader *r, const Onnx__ModelProto *model)
{
    const Onnx__GraphProto *graph = model->graph;
    if (!graph)
        return cb_fail(r->err, CB_PARSE, "%.200s: holds no graph; expected an ONNX network",
                       r->net->label);
    r->net->opset = 1;
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *set = model->opset_import[i];
        if (!set->domain || !*set->domain || strcmp(set->domain, "ai.onnx") == 0)
            r->net->opset = set->version;
    }
    cb_status status = read_initializers(r, graph);
    if (status == CB_OK)
        status = read_ends(r, graph);
    return status == CB_OK ? read_nodes(r, graph) : status;
}

cb_status cb_net_load(cb_network *net, const void *bytes, size_t length, cb_error *err)
{
    const reader r = {net, err};
    const cb_wire_limits limits = {
        .messages = 40 * net->limits.nodes,
        .nodes = net->limits.nodes,
        .memory_bytes = net->limits.memory_bytes / 2,
        .depth = 24,
        .counted = &onnx__node_proto__descriptor,
    };
    cb_status status =
        cb_wire_check(&onnx__model_proto__descriptor, bytes, length, &limits, net->label, err);
    if (status != CB_OK)
        return status;
    budget left = {net->limits.memory_bytes};
    ProtobufCAllocator allocator = {take, give_back, &left};
    errno = 0;
    Onnx__ModelProto *model = onnx__model_proto__unpack(&allocator, length, bytes);
    if (!model)
        return cb_fail(err, CB_PARSE,
                       "%.200s: is no ONNX network, or one too large for %zu MiB of memory",
                       net->label, net->limits.memory_bytes >> 20);
    status = read_model(&r, model);
    onnx__model_proto__free_unpacked(model, &allocator);
    return status;
}
