#include "models/operators.h"
#include "models/rows.h"
#include "models/traffic.h"

#include <string.h>

double cb_traffic_vector_bytes(const char *isa)
{
    static const struct {
        const char *isa;
        double bytes;
    } vectors[] = {{"neon", 16}, {"armv7neon", 16}, {"vfpv4", 16}, {"fp16", 16},
                   {"bf16", 16}, {"dotprod", 16},   {"i8mm", 16},  {"sse2", 16},
                   {"avx2", 32}, {"avxvnni", 32},   {"vnni", 64},  {"avx512", 64}};
    for (size_t i = 0; isa && i < sizeof vectors / sizeof *vectors; i++)
        if (strcmp(vectors[i].isa, isa) == 0)
            return vectors[i].bytes;
    return 0;
}

/* Integer and bf16 products sum in 32 bits. */
static double c_bytes_of(const char *dtype, double element)
{
    bool sums_wide = element < 2 || strcmp(dtype, "bf16") == 0;
    return sums_wide ? 4 : element;
}

static bool is_true(const json_t *row, const char *object, const char *key)
{
    return json_is_true(json_object_get(json_object_get(row, object), key));
}

/* params.trans: "nn", "tn", ...: A, then B. */
static bool is_transposed(const json_t *row, size_t operand)
{
    const char *trans = cb_row_text(row, "params.trans");
    return trans && strlen(trans) == 2 && trans[operand] == 't';
}

bool cb_traffic_loops(const json_t *row, cb_gemm_loops *loops)
{
    const char *dtype = cb_row_text(row, "dtype"), *isa = cb_row_text(row, "isa");
    const char *order = cb_row_text(row, "blocking.order");
    double element = cb_operator_element_bytes(dtype);
    cb_gemm_loops g = {.m = cb_row_number(row, "params.m", 0),
                       .n = cb_row_number(row, "params.n", 0),
                       .k = cb_row_number(row, "params.k", 0),
                       .mr = cb_row_number(row, "tile.mr", 0),
                       .nr = cb_row_number(row, "tile.nr", 0),
                       .mc = cb_row_number(row, "blocking.mc", 0),
                       .kc = cb_row_number(row, "blocking.kc", 0),
                       .nc = cb_row_number(row, "blocking.nc", 0),
                       .b_outer = order && strcmp(order, "jpi") == 0,
                       .pack_a = is_true(row, "packing", "a"),
                       .pack_b = is_true(row, "packing", "b"),
                       .a_transposed = is_transposed(row, 0),
                       .b_transposed = is_transposed(row, 1),
                       .reads_c = cb_row_number(row, "params.beta", 0) != 0,
                       .threads_m = (int)cb_row_number(row, "blocking.threads_m", 1),
                       .threads_n = (int)cb_row_number(row, "blocking.threads_n", 1),
                       .threads_k = (int)cb_row_number(row, "blocking.threads_k", 1),
                       .vector_bytes = cb_traffic_vector_bytes(isa)};
    double least[] = {g.m, g.n, g.k, g.mr, g.nr, g.mc, g.kc, g.nc, element};
    for (size_t i = 0; i < sizeof least / sizeof *least; i++)
        if (!(least[i] > 0))
            return false;
    if (!order || !json_is_object(json_object_get(row, "packing")))
        return false;
    g.a_bytes = g.b_bytes = element;
    g.c_bytes = c_bytes_of(dtype, element);
    g.broadcasts_a = g.vector_bytes > 16;
    *loops = g;
    return true;
}
