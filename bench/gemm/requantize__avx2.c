#include "bench/gemm/requantize_rows.h"

void requantize__avx2(const cb_requant_job *job)
{
    requantize_rows(job);
}
