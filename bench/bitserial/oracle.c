/* What bit-serial operators compute, with the numbers themselves. */
#include "bench/bitserial/bitserial.h"

void cb_bits_oracle(const cb_bits_matmul *shape, const uint8_t *a, const uint8_t *w, int32_t *c,
                    size_t first_row, size_t rows)
{
    for (size_t i = first_row; i < first_row + rows; i++)
        for (size_t j = 0; j < shape->n; j++) {
            int64_t sum = 0;
            for (size_t k = 0; k < shape->k; k++)
                sum += (int64_t)cb_bits_value(&shape->a, a[i * shape->k + k]) *
                       cb_bits_value(&shape->w, w[j * shape->k + k]);
            c[i * shape->n + j] = (int32_t)sum;
        }
}

/* Where the pixel's window meets the input in one direction: position of tap `tap`, or -1 outside.
 */
static ptrdiff_t source_of(const cb_layer *l, size_t out, size_t tap, size_t size)
{
    ptrdiff_t at = (ptrdiff_t)(out * l->stride + tap * l->dilation) - (ptrdiff_t)l->pad;
    return at >= 0 && at < (ptrdiff_t)size ? at : -1;
}

static int64_t sum_tap(const cb_layer *l, const cb_bits_type *a, const cb_bits_type *w,
                       const uint8_t *x, const uint8_t *weights)
{
    int64_t sum = 0;
    for (size_t ci = 0; ci < l->cin / l->groups; ci++)
        sum += (int64_t)cb_bits_value(a, x[ci]) * cb_bits_value(w, weights[ci]);
    return sum;
}

void cb_bits_oracle_pixel(const cb_layer *l, const cb_bits_type *a, const cb_bits_type *w,
                          const uint8_t *x, const uint8_t *weights, size_t pixel, int32_t *c)
{
    size_t out_w = cb_layer_out_w(l), out_h = cb_layer_out_h(l), depth = l->cin / l->groups;
    size_t ox = pixel % out_w, oy = pixel / out_w % out_h, image = pixel / out_w / out_h;
    for (size_t co = 0; co < l->cout; co++) {
        size_t group = co / (l->cout / l->groups);
        int64_t sum = 0;
        for (size_t ky = 0; ky < l->kh; ky++)
            for (size_t kx = 0; kx < l->kw; kx++) {
                ptrdiff_t iy = source_of(l, oy, ky, l->h), ix = source_of(l, ox, kx, l->w);
                if (iy < 0 || ix < 0)
                    continue;
                size_t at = (image * l->h + (size_t)iy) * l->w + (size_t)ix;
                sum += sum_tap(l, a, w, x + at * l->cin + group * depth,
                               weights + ((co * l->kh + ky) * l->kw + kx) * depth);
            }
        c[co] = (int32_t)sum;
    }
}
