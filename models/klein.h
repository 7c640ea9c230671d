/* The cache-bound model of Klein, Gratl, Muecke, Froening, "Understanding Cache Boundness of ML
 * Operators on ARM Processors": an operator takes at least the time that its arithmetic needs, and
 * at least the time to read one element for each multiply-accumulate from the level it reads from.
 *
 * Rates in operations or bytes a second; a MAC is two operations. */
#ifndef CB_MODELS_KLEIN_H
#define CB_MODELS_KLEIN_H

#include <stddef.h>

/* Eq. (1): clock x cores x 2 x SIMD lanes x multiply-accumulate instructions a cycle. */
double cb_klein_peak(double clock_hz, int cores, int lanes, double macs_per_cycle);

/* Eq. (2), turned: seconds for the arithmetic of `macs` at `ops_per_s`. */
double cb_klein_compute_time(double macs, double ops_per_s);

/* Sec. IV-B: seconds to read one element of `element_bytes` for each MAC. */
double cb_klein_memory_time(double macs, double element_bytes, double bytes_per_s);

/* The rate that a level allows under that model: 2 bytes_per_s / element_bytes. */
double cb_klein_bound(double element_bytes, double bytes_per_s);

/* Eq. (5): the bandwidth that a rate needs under it, p d / 2. */
double cb_klein_required_bandwidth(double ops_per_s, double element_bytes);

typedef struct {
    int batch, in_channels, out_channels, height, width, kernel, stride, padding;
} cb_klein_conv;

/* floor((in + 2 p - k) / s) + 1. */
int cb_klein_out_size(int in, int kernel, int stride, int padding);

/* Eq. (4) on that size: the true count. */
double cb_klein_conv_macs(const cb_klein_conv *conv);

/* Eqs. (3), (4) as printed: (3) leaves the kernel out, which counts C11 of ResNet-18 65 % too high.
 * Only to set Table III beside the true count. */
double cb_klein_conv_macs_printed(const cb_klein_conv *conv);

/* ResNet-18's layers of the paper's Table III, C2 to C11. */
enum { CB_KLEIN_LAYERS = 10 };

typedef struct {
    const char *name;
    cb_klein_conv conv;
} cb_klein_layer;

extern const cb_klein_layer cb_klein_layers[CB_KLEIN_LAYERS];

/* Which limit binds: 0 the arithmetic, i + 1 the level with bytes_per_s[i]; *time_s is its time.
 * Levels whose rate is not positive are left out. */
size_t cb_klein_binding(double macs, double element_bytes, double ops_per_s,
                        const double *bytes_per_s, size_t levels, double *time_s);

#endif
