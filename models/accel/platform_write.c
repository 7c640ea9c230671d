#include "models/accel/platform.h"

/* YAML's double quotes know C's escapes for these two. */
static void write_text(const char *key, const char *text, FILE *out)
{
    fprintf(out, "%s: \"", key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
    fputs("\"\n", out);
}

static void write_families(const char *key, const double *values, FILE *out)
{
    fprintf(out, "%s: {", key);
    for (int i = 0; i < CB_ACCEL_FAMILIES; i++)
        fprintf(out, "%s%s: %.4f", i ? ", " : "", cb_accel_family_name((cb_accel_family)i),
                values[i]);
    fputs("}\n", out);
}

static void write_dma(const char *key, const cb_accel_dma *dma, FILE *out)
{
    fprintf(out, "%s: {bytes_per_cycle: %g, latency_cycles: %g}\n", key, dma->bytes_per_cycle,
            dma->latency_cycles);
}

static void write_kernels(const cb_accel_platform *p, FILE *out)
{
    fputs("kernels: # cycles of one; start: counted, where a fit begins\n", out);
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (p->cycles.of[i] >= 0)
            fprintf(out, "  %s: {cycles: %.6g, start: %.6g, rows: %ld} # %s\n",
                    cb_accel_term_name(i), p->cycles.of[i], p->start.of[i], p->rows[i],
                    cb_accel_term_what(i));
}

void cb_accel_platform_write(const cb_accel_platform *p, FILE *out)
{
    write_text("name", p->name, out);
    write_text("about", p->about, out);
    write_text("origin", p->origin, out);
    fprintf(out, "cores: %d\nsplit: %s\n", p->cores,
            p->split == CB_SPLIT_EVEN ? "even" : "pulp-nn");
    if (p->clock_hz > 0)
        fprintf(out, "clock_hz: %.0f\n", p->clock_hz);
    fprintf(out,
            "l1: {bytes: %ld, banks: %ld, stack_bytes: %ld, core_stack_bytes: %ld, "
            "stack_cores: %ld}\n",
            p->l1_bytes, p->l1_banks, p->stack_bytes, p->core_stack_bytes, p->stack_cores);
    fprintf(out, "l2: {bytes: %ld, reserved_bytes: %ld}\n", p->l2_bytes, p->l2_reserved_bytes);
    if (p->simd_bits != 32 || p->lane_bits != 32)
        fprintf(out, "simd: {bits: %ld, lane_bits: %ld}\n", p->simd_bits, p->lane_bits);
    write_dma("dma_l2_l1", &p->l2_l1, out);
    write_dma("dma_l3_l2", &p->l3_l2, out);
    write_families("spread", p->spread, out);
    write_families("guard", p->guard, out);
    fprintf(out, "core_guard: %g\ncalibrated_cores: %d\n", p->core_guard, p->calibrated_cores);
    write_kernels(p, out);
}
