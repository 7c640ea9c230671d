#include "bench/conv/conv.h"

#include "cli/bitserial_advise.h"
#include "cli/bitserial_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

enum { MORE_ATTEMPTS = 2 };

static cb_status run_bitserial(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_bitserial_run(bench, options, err);
}

static cb_status run_gemm(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_gemm_run(bench, options, err);
}

static cb_status run_conv(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_conv_run(bench, options, err);
}

/* A type that bit-serial competes with, on the same shapes or layers. */
static cb_status run_rival(cb_session *session, const cb_bits_options *bits, bool int8,
                           cb_error *err)
{
    const char *dtype = !int8 ? "f32" : cb_arch_native() == CB_ARCH_X86_64 ? "u8s8" : "s8";
    const cb_gemm_options gemm = {.shapes = bits->shapes,
                                  .shape_count = bits->shape_count,
                                  .dtypes = dtype,
                                  .variants = "tuned"};
    const cb_conv_options conv = {.layers = bits->layers,
                                  .layer_count = bits->layer_count,
                                  .dtypes = dtype,
                                  .variants = int8 ? "direct,indirect"
                                                   : "spatialpack,indirect,winograd2,winograd4"};
    bool layers = bits->layer_count > 0;
    return cb_session_run(session, int8 ? "int8" : "f32", int8 ? 1 : 0.5,
                          layers ? run_conv : run_gemm,
                          layers ? (const void *)&conv : (const void *)&gemm, err);
}

/* Where there is no int8, the advice does without. */
static cb_status run_rivals(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    cb_error why;
    cb_status status = run_rival(session, bits, false, err);
    if (status != CB_OK)
        return status;
    status = run_rival(session, bits, true, &why);
    if (status == CB_UNSUPPORTED || status == CB_USAGE) {
        cb_note(&session->progress, "note: no int8 beside it: %s", why.text);
        return CB_OK;
    }
    return status == CB_OK ? CB_OK : cb_fail(err, status, "%s", why.text);
}

static cb_status run_all(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    cb_status status = cb_session_run(session, "bitserial", 1, run_bitserial, bits, err);
    return status == CB_OK && session->options->advise ? run_rivals(session, bits, err) : status;
}

/* A neighbour on the core's other thread halves whole seconds; ways must not be compared across
 * them. The better attempt is the row. */
static cb_status run_calmly(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    cb_status status = run_all(session, bits, err);
    for (int i = 0; i < MORE_ATTEMPTS && status == CB_OK && session->options->advise; i++) {
        if (!cb_bits_advice_is_disturbed(session->document))
            break;
        cb_note(&session->progress, "note: the core was disturbed; measuring again");
        session->bench.earlier = session->document;
        status = run_all(session, bits, err);
        session->bench.earlier = NULL;
    }
    return status;
}

static cb_status measure(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    bool advises = session->options->advise;
    cb_status status = run_calmly(session, bits, err);
    status = cb_session_finish(session, status, err);
    if (!advises)
        return cb_session_print(session, status, err);
    cb_bits_advise(session->document, stdout);
    return status;
}

static cb_status check_advise(const cb_options *options, cb_error *err)
{
    if (options->advise && options->kernel_glob)
        return cb_fail(err, CB_USAGE, "--advise: compares the best kernels; leave --kernel out");
    return CB_OK;
}

cb_status cb_cmd_bitserial(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_bits_options bits;
    if (options->list)
        return cb_kernel_list_print(options, "bitserial", err);
    cb_status status = check_advise(options, err);
    status = status ? status : cb_bits_options_parse(options, err, &bits);
    if (status != CB_OK)
        return status;
    status = cb_session_open(&session, options, false, err);
    if (status == CB_OK) {
        status = measure(&session, &bits, err);
        cb_session_free(&session);
    }
    cb_bits_options_free(&bits);
    return status;
}
