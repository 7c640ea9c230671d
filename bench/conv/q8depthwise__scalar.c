#include "bench/conv/quantized_kernel.h"

/* A whole number of channels, so that a compiler makes vectors of the inner loop. */
void q8depthwise__scalar(const cb_q8_depthwise_row *row)
{
    enum { CHANNELS = CB_Q8_DEPTHWISE_CHANNELS };
    for (size_t p = 0; p < row->pixels; p++) {
        int32_t sums[CHANNELS];
        for (size_t c = 0; c < CHANNELS; c++)
            sums[c] = row->start[c];
        for (size_t t = 0; t < row->tap_count; t++) {
            const uint8_t *from = row->input + p * row->step_bytes + row->taps[t];
            const int8_t *weights = row->weights + t * CHANNELS;
            for (size_t c = 0; c < CHANNELS; c++)
                sums[c] += (int16_t)from[c] * weights[c];
        }
        for (size_t c = 0; c < CHANNELS; c++)
            row->sums[p * CHANNELS + c] = sums[c];
    }
}
