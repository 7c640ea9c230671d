#include "cli/bitserial_advise.h"
#include "cli/bitserial_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

#include <string.h>

static cb_status run_bitserial(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_bitserial_run(bench, options, err);
}

static cb_status run_gemm(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_gemm_run(bench, options, err);
}

/* The types that bit-serial competes with, on the same shapes. */
static cb_status run_rivals(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    const cb_gemm_options f32 = {.shapes = bits->shapes,
                                 .shape_count = bits->shape_count,
                                 .dtypes = "f32",
                                 .variants = "tuned"};
    cb_gemm_options int8 = f32;
    cb_error why;
    int8.dtypes = cb_arch_native() == CB_ARCH_X86_64 ? "u8s8" : "s8";
    cb_status status = cb_session_run(session, "f32", 0.5, run_gemm, &f32, err);
    if (status != CB_OK)
        return status;
    status = cb_session_run(session, "int8", 1, run_gemm, &int8, &why);
    if (status == CB_UNSUPPORTED || status == CB_USAGE) {
        cb_note(&session->progress, "note: no int8 beside it: %s", why.text);
        return CB_OK;
    }
    return status == CB_OK ? CB_OK : cb_fail(err, status, "%s", why.text);
}

static cb_status measure(cb_session *session, const cb_bits_options *bits, cb_error *err)
{
    bool advises = session->options->advise;
    cb_status status = cb_session_run(session, "bitserial", 1, run_bitserial, bits, err);
    if (status == CB_OK && advises)
        status = run_rivals(session, bits, err);
    status = cb_session_finish(session, status, err);
    if (!advises)
        return cb_session_print(session, status, err);
    cb_bits_advise(session->document, stdout);
    return status;
}

static cb_status check_advise(const cb_options *options, cb_error *err)
{
    bool conv = options->op && strcmp(options->op, "conv") == 0;
    if (options->advise && conv)
        return cb_fail(err, CB_USAGE, "--advise: compares matrix multiplies; leave --op conv out");
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
