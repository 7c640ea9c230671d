#include "bench/gemm/onnxruntime.h"

#include "bench/gemm/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"libonnxruntime.so.1", "libonnxruntime.so", NULL};
static cb_peer_library library = {.names = names};

/* ---- the table of functions ---- */

/* What OrtGetApiBase gives. */
typedef struct {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} api_base;

typedef void object; /* all of its own types are known by address alone */
typedef object *status;

/* Places in OrtApi of version 1; the library promises that they stay. */
enum {
    GET_ERROR_MESSAGE = 2,
    CREATE_ENV = 3,
    CREATE_SESSION_FROM_ARRAY = 8,
    RUN = 9,
    CREATE_SESSION_OPTIONS = 10,
    SET_GRAPH_OPTIMIZATION_LEVEL = 23,
    SET_INTRA_OP_THREADS = 24,
    SET_INTER_OP_THREADS = 25,
    CREATE_TENSOR_WITH_DATA = 49,
    CREATE_CPU_MEMORY_INFO = 69,
    RELEASE_STATUS = 93,
    RELEASE_MEMORY_INFO = 94,
    RELEASE_SESSION = 95,
    RELEASE_VALUE = 96,
    RELEASE_SESSION_OPTIONS = 100,
    API_VERSION = 1,
};

static struct {
    const char *(*get_error_message)(const object *);
    status (*create_env)(int level, const char *name, object **env);
    status (*create_session)(const object *env, const void *model, size_t bytes,
                             const object *options, object **session);
    status (*run)(object *session, const object *options, const char *const *input_names,
                  object *const *inputs, size_t input_count, const char *const *output_names,
                  size_t output_count, object **outputs);
    status (*create_options)(object **options);
    status (*set_optimization)(object *options, int level);
    status (*set_intra_threads)(object *options, int threads);
    status (*set_inter_threads)(object *options, int threads);
    status (*create_tensor)(const object *memory, void *data, size_t bytes, const int64_t *dims,
                            size_t rank, int type, object **value);
    status (*create_memory_info)(int allocator, int memory, object **info);
    void (*release_status)(object *);
    void (*release_memory_info)(object *);
    void (*release_session)(object *);
    void (*release_value)(object *);
    void (*release_options)(object *);
} ort;

static const api_base *base;
static object *environment, *cpu_memory;

/* One entry of the table. POSIX makes pointers to data and to functions alike, C does not. */
static void take(const void *api, size_t place, void *function)
{
    memcpy(function, (const char *)api + place * sizeof(void *), sizeof(void *));
}

static void take_all(const void *api)
{
    take(api, GET_ERROR_MESSAGE, &ort.get_error_message);
    take(api, CREATE_ENV, &ort.create_env);
    take(api, CREATE_SESSION_FROM_ARRAY, &ort.create_session);
    take(api, RUN, &ort.run);
    take(api, CREATE_SESSION_OPTIONS, &ort.create_options);
    take(api, SET_GRAPH_OPTIMIZATION_LEVEL, &ort.set_optimization);
    take(api, SET_INTRA_OP_THREADS, &ort.set_intra_threads);
    take(api, SET_INTER_OP_THREADS, &ort.set_inter_threads);
    take(api, CREATE_TENSOR_WITH_DATA, &ort.create_tensor);
    take(api, CREATE_CPU_MEMORY_INFO, &ort.create_memory_info);
    take(api, RELEASE_STATUS, &ort.release_status);
    take(api, RELEASE_MEMORY_INFO, &ort.release_memory_info);
    take(api, RELEASE_SESSION, &ort.release_session);
    take(api, RELEASE_VALUE, &ort.release_value);
    take(api, RELEASE_SESSION_OPTIONS, &ort.release_options);
}

/* ---- opening ---- */

/* Keeps the words of a failure, if there is room for them; whether there was none. */
static bool succeeded(status failure, char *words, size_t bytes)
{
    if (!failure)
        return true;
    if (words)
        snprintf(words, bytes, "%s", ort.get_error_message(failure));
    ort.release_status(failure);
    return false;
}

static bool find_functions(void)
{
    const api_base *(*get_base)(void) =
        (const api_base *(*)(void))cb_peer_find(&library, "OrtGetApiBase");
    const void *api = get_base ? get_base()->get_api(API_VERSION) : NULL;
    if (!api)
        return false;
    base = get_base();
    take_all(api);
    return true;
}

/* Made once and never given back: the library's own threads refer to it until the end. */
static bool make_environment(void)
{
    enum { ONLY_FATAL = 4, ARENA = 1, DEFAULT_MEMORY = 0 };
    return environment ||
           (succeeded(ort.create_env(ONLY_FATAL, "cachebound", &environment), NULL, 0) &&
            succeeded(ort.create_memory_info(ARENA, DEFAULT_MEMORY, &cpu_memory), NULL, 0));
}

const char *cb_ort_refuses(cb_isa_set allowed)
{
    const char *missing = cb_peer_open(&library, NULL);
    if (missing)
        return missing;
    if (!base && !find_functions())
        return "this ONNX Runtime does not know version 1 of its interface";
    return allowed == cb_isa_detect() ? NULL : "ONNX Runtime cannot be held to this --isa";
}

const char *cb_ort_version(void)
{
    static char text[64];
    snprintf(text, sizeof text, "ONNX Runtime %s", base ? base->get_version() : "");
    return text;
}

/* ---- models ---- */

enum { MOST_INPUTS = 2 };

struct cb_ort {
    object *session;
    cb_onnx_tensor tensors[MOST_INPUTS + 1]; /* the output last */
    const void *data[MOST_INPUTS + 1];       /* what values stand for now */
    object *values[MOST_INPUTS + 1];
    size_t input_count;
};

void cb_ort_free(cb_ort *r)
{
    if (!r)
        return;
    for (size_t i = 0; i <= r->input_count; i++)
        if (r->values[i])
            ort.release_value(r->values[i]);
    if (r->session)
        ort.release_session(r->session);
    free(r);
}

static bool make_session(cb_ort *r, const cb_onnx_bytes *model, int threads, char *words,
                         size_t bytes)
{
    enum { ALL = 99 };
    object *options = NULL;
    bool made = succeeded(ort.create_options(&options), words, bytes) &&
                succeeded(ort.set_optimization(options, ALL), words, bytes) &&
                succeeded(ort.set_intra_threads(options, threads), words, bytes) &&
                succeeded(ort.set_inter_threads(options, 1), words, bytes) &&
                succeeded(ort.create_session(environment, model->bytes, model->length, options,
                                             &r->session),
                          words, bytes);
    if (options)
        ort.release_options(options);
    return made;
}

static void keep_shapes(cb_ort *r, const cb_onnx_node *node)
{
    for (size_t i = 0; i < node->input_count; i++)
        if (!node->inputs[i].data && r->input_count < MOST_INPUTS)
            r->tensors[r->input_count++] = node->inputs[i];
    r->tensors[r->input_count] = node->output;
}

cb_status cb_ort_new(const cb_onnx_node *node, int threads, cb_error *err, cb_ort **runtime)
{
    char words[200] = "";
    cb_onnx_bytes model;
    if (!make_environment())
        return cb_fail(err, CB_UNSUPPORTED, "ONNX Runtime does not start");
    if (!cb_onnx_model(node, &model))
        return cb_fail(err, CB_NO_MEMORY, "no memory for a model");
    cb_ort *r = calloc(1, sizeof *r);
    bool made = r && make_session(r, &model, threads, words, sizeof words);
    free(model.bytes);
    if (!made) {
        cb_ort_free(r);
        return cb_fail(err, CB_UNSUPPORTED, "ONNX Runtime: %s", words);
    }
    keep_shapes(r, node);
    *runtime = r;
    return CB_OK;
}

/* ---- running ---- */

/* A value is made again only when its data lies elsewhere. */
static bool bind(cb_ort *r, size_t i, const void *data)
{
    const cb_onnx_tensor *t = &r->tensors[i];
    union {
        const void *from;
        void *to;
    } shared = {data};
    if (r->values[i] && r->data[i] == data)
        return true;
    if (r->values[i])
        ort.release_value(r->values[i]);
    r->values[i] = NULL;
    r->data[i] = data;
    return succeeded(ort.create_tensor(cpu_memory, shared.to, cb_onnx_tensor_bytes(t), t->dims,
                                       t->rank, (int)t->type, &r->values[i]),
                     NULL, 0);
}

bool cb_ort_run(cb_ort *r, const void *const *inputs, void *output)
{
    const char *input_names[MOST_INPUTS], *output_name = r->tensors[r->input_count].name;
    for (size_t i = 0; i < r->input_count; i++) {
        input_names[i] = r->tensors[i].name;
        if (!bind(r, i, inputs[i]))
            return false;
    }
    return bind(r, r->input_count, output) &&
           succeeded(ort.run(r->session, NULL, input_names, r->values, r->input_count, &output_name,
                             1, &r->values[r->input_count]),
                     NULL, 0);
}
