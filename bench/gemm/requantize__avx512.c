#include "bench/gemm/requantize_rows.h"

void requantize__avx512(const cb_requant_job *job)
{
    requantize_rows(job);
}
