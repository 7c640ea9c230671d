/* Inside of bench/conv: moves as many bytes as a layer must, from and to where so many bytes lie. A
 * layer that moved each of its bytes once, and did nothing else, would take about that time: the
 * reader's if writing were free, the mover's as it is. */
#ifndef CB_BENCH_CONV_READER_H
#define CB_BENCH_CONV_READER_H

#include "bench/membw/membw.h"

typedef struct {
    const cb_membw_kernel *kernel; /* NULL: there is none */
    char *block;
    size_t part;  /* of one thread, bytes */
    double scale; /* the layer's bytes over those that one repeat reads */
} cb_conv_reader;

/* `bytes` shared by the threads; a processor without a read kernel gets none. CB_NO_MEMORY. */
cb_status cb_conv_reader_new(double bytes, int threads, cb_isa_set isa, cb_error *err,
                             cb_conv_reader *reader);
void cb_conv_reader_free(cb_conv_reader *reader);

/* `repeats` times over the thread's part: a cb_case's `run`, the reader its `arg`. */
void cb_conv_reader_run(void *reader, int thread, uint64_t repeats);

/* Reads input and weights once and writes the output once: copies what there is of both, then reads
 * or writes the rest. */
typedef struct {
    const cb_membw_kernel *copy, *more; /* NULL: there are none */
    char *from, *to;
    size_t copied, rest; /* of one thread, bytes */
    bool rest_is_read;
    double scale; /* as the reader's */
} cb_conv_mover;

cb_status cb_conv_mover_new(double read_bytes, double written_bytes, int threads, cb_isa_set isa,
                            cb_error *err, cb_conv_mover *mover);
void cb_conv_mover_free(cb_conv_mover *mover);
void cb_conv_mover_run(void *mover, int thread, uint64_t repeats);

#endif
