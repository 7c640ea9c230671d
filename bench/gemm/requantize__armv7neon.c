#include "bench/gemm/requantize_rows.h"

void requantize__armv7neon(const cb_requant_job *job)
{
    requantize_rows(job);
}
