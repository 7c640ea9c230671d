#include "cli/kernel_list.h"

#include "bench/bitserial/micro.h"
#include "bench/conv/kernel.h"
#include "bench/conv/quantized_kernel.h"
#include "bench/gemm/gemm_bench.h"
#include "bench/gemm/pack.h"
#include "bench/membw/membw.h"
#include "bench/peak/peak.h"
#include "cli/output.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* What a list tells of a kernel, whatever its family. */
typedef struct {
    const char *family, *name, *what, *type;
    cb_isa isa;
    bool is_library;     /* of no instruction set of ours */
    const char *missing; /* why it cannot be run here, whatever the instruction set; or NULL */
} kernel;

static const char *isa_of(const kernel *k)
{
    return k->is_library ? "-" : cb_isa_name(k->isa);
}

typedef struct {
    const cb_options *options;
    const char *family;
    cb_isa_set detected, allowed;
    cb_format format;
    FILE *out;
    json_t *array; /* for JSON */
    size_t count;
} lister;

static void why_not(const lister *l, const kernel *k, char *text, size_t bytes)
{
    text[0] = 0;
    if (k->missing)
        snprintf(text, bytes, "%s", k->missing);
    else if (k->is_library)
        return;
    else if (!(l->detected & cb_isa_bit(k->isa)))
        snprintf(text, bytes, "this processor has no %s (%s)", cb_isa_name(k->isa),
                 cb_isa_what(k->isa));
    else if (!(l->allowed & cb_isa_bit(k->isa)))
        snprintf(text, bytes, "above --isa %s", l->options->isa);
}

static void write_table_row(const lister *l, const kernel *k, const char *reason)
{
    if (!l->count)
        fprintf(l->out, "%-6s  %-34s  %-10s  %-10s  %-9s  %s\n", "family", "kernel", "isa", "what",
                "type", "runs here");
    fprintf(l->out, "%-6s  %-34s  %-10s  %-10s  %-9s  %s%s\n", k->family, k->name, isa_of(k),
            k->what, k->type, *reason ? "no: " : "yes", reason);
}

static void write_csv_row(const lister *l, const kernel *k, const char *reason)
{
    if (!l->count)
        fprintf(l->out, "family,kernel,isa,what,type,runs_here,reason\n");
    fprintf(l->out, "%s,%s,%s,%s,%s,%s,", k->family, k->name, isa_of(k), k->what, k->type,
            *reason ? "false" : "true");
    cb_output_csv_cell(reason, l->out);
    fputc('\n', l->out);
}

static void add_json_row(const lister *l, const kernel *k, const char *reason)
{
    json_t *row =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "family", k->family, "kernel", k->name, "isa",
                  isa_of(k), "what", k->what, "type", k->type, "runs_here", !*reason);
    json_object_set_new(row, "reason", *reason ? json_string(reason) : json_null());
    json_array_append_new(l->array, row);
}

static void list_kernel(lister *l, const kernel *k)
{
    char reason[128];
    const char *glob = l->options->kernel_glob;
    if ((l->family && strcmp(l->family, k->family) != 0) ||
        (glob && fnmatch(glob, k->name, 0) != 0))
        return;
    why_not(l, k, reason, sizeof reason);
    if (l->format == CB_FORMAT_TABLE)
        write_table_row(l, k, reason);
    else if (l->format == CB_FORMAT_CSV)
        write_csv_row(l, k, reason);
    else
        add_json_row(l, k, reason);
    l->count++;
}

/* Without a default, so that a compiler names the kind that was forgotten here. */
static const char *conv_kind(cb_conv_kind kind)
{
    switch (kind) {
    case CB_CONV_DIRECT:
        return "direct";
    case CB_CONV_TRANSPOSE:
    case CB_CONV_TRANSPOSE2:
        return "transpose";
    case CB_CONV_PICK2:
        return "pick";
    case CB_CONV_DEPTHWISE:
    case CB_CONV_DEPTHWISE_TILE:
    case CB_CONV_DEPTHWISE_STRIP:
    case CB_CONV_DEPTHWISE_PLANE:
        return "depthwise";
    case CB_CONV_WINOGRAD_INPUT:
        return "wino in";
    case CB_CONV_WINOGRAD_OUTPUT:
        return "wino out";
    }
    return "?";
}

static const char *bits_kind(cb_bits_kind kind)
{
    switch (kind) {
    case CB_BITS_AND:
        return "and";
    case CB_BITS_XOR:
        return "xor";
    case CB_BITS_TWO:
        return "two";
    case CB_BITS_PACK:
        return "pack";
    case CB_BITS_LUT:
        return "lut";
    case CB_BITS_TABLE:
        return "table";
    }
    return "?";
}

static void list_conv(lister *l)
{
    for (size_t i = 0; i < cb_conv_kernel_count; i++) {
        const cb_conv_kernel *c = &cb_conv_kernels[i];
        list_kernel(l, &(kernel){.family = "conv",
                                 .name = c->name,
                                 .what = conv_kind(c->kind),
                                 .type = "f32",
                                 .isa = c->isa});
    }
}

static void list_quantized_conv(lister *l)
{
    for (size_t i = 0; i < cb_q8_kernel_count; i++) {
        const cb_q8_kernel *q = &cb_q8_kernels[i];
        list_kernel(l, &(kernel){.family = "conv",
                                 .name = q->name,
                                 .what = "direct",
                                 .type = q->is_signed ? "s8" : "u8s8",
                                 .isa = q->isa});
    }
}

static void list_bitserial(lister *l)
{
    for (size_t i = 0; i < cb_bits_kernel_count; i++) {
        const cb_bits_kernel *b = &cb_bits_kernels[i];
        list_kernel(l, &(kernel){.family = "bitserial",
                                 .name = b->name,
                                 .what = bits_kind(b->kind),
                                 .type = "1..8 bits",
                                 .isa = b->isa});
    }
}

static void list_gemm_variants(lister *l)
{
    for (size_t i = 0; i < cb_gemm_variant_count(); i++)
        if (cb_gemm_variant_is_library(i))
            list_kernel(l, &(kernel){.family = "gemm",
                                     .name = cb_gemm_variant_name(i),
                                     .what = "library",
                                     .type = "f32",
                                     .is_library = true,
                                     .missing = cb_gemm_variant_missing(i, l->allowed)});
}

static void list_gemm(lister *l)
{
    for (size_t i = 0; i < cb_gemm_kernel_count; i++) {
        const cb_gemm_kernel *g = &cb_gemm_kernels[i];
        list_kernel(l, &(kernel){.family = "gemm",
                                 .name = g->name,
                                 .what = "micro",
                                 .type = g->dtype,
                                 .isa = g->isa});
    }
    for (size_t i = 0; i < cb_gemm_pack_kernel_count; i++) {
        const cb_gemm_pack_kernel *g = &cb_gemm_pack_kernels[i];
        list_kernel(l, &(kernel){.family = "gemm",
                                 .name = g->name,
                                 .what = "pack",
                                 .type = g->form == CB_PACK_COPY ? "bytes" : "units",
                                 .isa = g->isa});
    }
    for (size_t i = 0; i < cb_gemm_plain_kernel_count(); i++) {
        cb_isa isa;
        const char *name = cb_gemm_plain_kernel_name(i, &isa);
        list_kernel(
            l,
            &(kernel){.family = "gemm", .name = name, .what = "plain", .type = "f32", .isa = isa});
    }
    list_gemm_variants(l);
}

static void list_all(lister *l)
{
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *p = &cb_peak_kernels[i];
        list_kernel(l, &(kernel){.family = "peak",
                                 .name = p->name,
                                 .what = p->form == CB_PEAK_LATENCY ? "latency" : "throughput",
                                 .type = p->dtype,
                                 .isa = p->isa});
    }
    for (size_t i = 0; i < cb_membw_kernel_count; i++) {
        const cb_membw_kernel *m = &cb_membw_kernels[i];
        char width[16];
        snprintf(width, sizeof width, "%d bit%s", m->width_bits, m->non_temporal ? " nt" : "");
        list_kernel(l, &(kernel){.family = "membw",
                                 .name = m->name,
                                 .what = cb_membw_pattern_name(m->pattern),
                                 .type = width,
                                 .isa = m->isa});
    }
    list_gemm(l);
    list_conv(l);
    list_quantized_conv(l);
    list_bitserial(l);
}

static cb_status write_json(lister *l, cb_error *err)
{
    json_t *object = json_pack("{s:O}", "kernels", l->array);
    int failed = !object || json_dumpf(object, l->out, JSON_INDENT(2)) || fputc('\n', l->out) < 0;
    json_decref(object);
    return failed ? cb_fail(err, CB_IO, "the list could not be written as JSON") : CB_OK;
}

cb_status cb_kernel_list_print(const cb_options *options, const char *family, cb_error *err)
{
    lister l = {.options = options, .family = family, .detected = cb_isa_detect()};
    l.allowed = l.detected;
    cb_output output;
    cb_status status = CB_OK;
    if (options->isa)
        status = cb_isa_cap(l.detected, options->isa, err, &l.allowed);
    status = status ? status : cb_output_open(options, err, &output);
    if (status != CB_OK)
        return status;
    l.out = output.stream;
    l.format = cb_output_format(options);
    l.array = json_array();
    list_all(&l);
    if (!l.count)
        status =
            cb_fail(err, CB_USAGE, "--kernel: no kernel matches '%.80s'; leave it out to see all",
                    options->kernel_glob ? options->kernel_glob : "*");
    else if (l.format == CB_FORMAT_JSON)
        status = write_json(&l, err);
    json_decref(l.array);
    return cb_output_close(&output, status, err);
}
