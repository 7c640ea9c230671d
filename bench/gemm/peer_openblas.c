#include "bench/gemm/peer.h"

#include <stdio.h>

static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", NULL};
static cb_peer_library library = {.names = names};

static void hold(void)
{
    if (cb_peer_held_to_avx2())
        cb_peer_default("OPENBLAS_CORETYPE", "Haswell");
}

const char *cb_openblas_missing(void)
{
    return cb_peer_open(&library, hold);
}

void cb_openblas_start(int threads)
{
    void (*set_threads)(int) = (void (*)(int))cb_peer_find(&library, "openblas_set_num_threads");
    if (!set_threads)
        return;
    set_threads(threads);
    cb_peer_wake_cblas(&library);
}

cb_status cb_openblas_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    char *(*config)(void) = (char *(*)(void))cb_peer_find(&library, "openblas_get_config");
    return cb_peer_prepare_cblas(&library, "openblas", config ? config() : "OpenBLAS", w, err,
                                 prepared);
}

void cb_openblas_run(void *state, int thread, uint64_t repeats)
{
    cb_peer_run_cblas(state, thread, repeats);
}
