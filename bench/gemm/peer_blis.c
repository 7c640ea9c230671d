#include "bench/gemm/peer.h"

#include <stdint.h>
#include <stdio.h>

static const char *const names[] = {"libblis.so.4", "libblis.so.5", "libblis.so", NULL};
static cb_peer_library library = {.names = names};

/* BLIS knows processors by family and model, and takes its slowest kernels where it knows neither,
 * as on some virtual machines: it is told what the instruction sets say (arch_t of 0.9 and 1.0: 0
 * skx, 3 haswell). */
static void choose_kernels(void)
{
    cb_isa_set isa = cb_isa_detect();
    if (cb_peer_held_to_avx2() ||
        (isa & (cb_isa_bit(CB_ISA_AVX2) | cb_isa_bit(CB_ISA_AVX512))) == cb_isa_bit(CB_ISA_AVX2))
        cb_peer_default("BLIS_ARCH_TYPE", "3");
    else if (isa & cb_isa_bit(CB_ISA_AVX512))
        cb_peer_default("BLIS_ARCH_TYPE", "0");
}

const char *cb_blis_missing(void)
{
    return cb_peer_open(&library, choose_kernels);
}

/* dim_t is as wide as a pointer. */
void cb_blis_start(int threads)
{
    void (*set_threads)(intptr_t) =
        (void (*)(intptr_t))cb_peer_find(&library, "bli_thread_set_num_threads");
    if (!set_threads)
        return;
    set_threads(threads);
    cb_peer_wake_cblas(&library);
}

cb_status cb_blis_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    const char *(*version)(void) =
        (const char *(*)(void))cb_peer_find(&library, "bli_info_get_version_str");
    char text[96];
    snprintf(text, sizeof text, "BLIS %s", version ? version() : "");
    return cb_peer_prepare_cblas(&library, "blis", text, w, err, prepared);
}

void cb_blis_run(void *state, int thread, uint64_t repeats)
{
    cb_peer_run_cblas(state, thread, repeats);
}
