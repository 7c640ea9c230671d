/* An accelerator: cores, scratchpads, DMA, and the cycles that its kernels take. */
#ifndef CB_ACCEL_PLATFORM_H
#define CB_ACCEL_PLATFORM_H

#include "models/accel/accel.h"

#include <stdio.h>

/* How kernels split a tile over cores. */
typedef enum {
    CB_SPLIT_PULP_NN, /* rows by powers of two, then halves of columns; channels by powers of two */
    CB_SPLIT_EVEN,    /* rows, channels: equal shares, the largest counts */
} cb_accel_split;

/* Kernels that share their errors. */
typedef enum {
    CB_FAMILY_CONV,
    CB_FAMILY_DEPTHWISE,
    CB_FAMILY_LUT,
    CB_FAMILY_LINEAR,
    CB_FAMILY_POOL,
    CB_ACCEL_FAMILIES
} cb_accel_family;

const char *cb_accel_family_name(cb_accel_family family);

typedef struct {
    double bytes_per_cycle;
    double latency_cycles;
} cb_accel_dma;

typedef struct {
    char name[64];
    char about[512];  /* what it is */
    char origin[512]; /* where its cycles are from */
    cb_accel_split split;
    int cores;
    double clock_hz; /* 0: not known */
    long l1_bytes, l1_banks;
    long stack_bytes, core_stack_bytes,
        stack_cores; /* of the first core; of each other; of how many */
    long l2_bytes, l2_reserved_bytes;
    long simd_bits, lane_bits; /* of a register; of its widest lane that is multiplied */
    cb_accel_dma l2_l1, l3_l2;
    cb_accel_terms cycles;            /* of one; negative: no such kernel here */
    long rows[CB_ACCEL_TERMS];        /* of the calibration that have it; 0: counted only */
    cb_accel_terms start;             /* what a calibration starts from */
    double spread[CB_ACCEL_FAMILIES]; /* 95 % of predictions err by less */
    double guard[CB_ACCEL_FAMILIES];  /* what a bound adds */
    double core_guard;                /* and for each core beyond calibrated_cores */
    int calibrated_cores;             /* 0: never calibrated */
} cb_accel_platform;

/* CB_IO, CB_PARSE (file and line; an unknown key is one), CB_UNSUPPORTED without libyaml. */
cb_status cb_accel_platform_read(const char *path, cb_error *err, cb_accel_platform *platform);

/* The file that reads back as this platform. */
void cb_accel_platform_write(const cb_accel_platform *platform, FILE *out);

/* Bytes of L1 that tiles may take, bytes of L2 that layers may take. */
long cb_accel_l1_data(const cb_accel_platform *platform);
long cb_accel_l2_data(const cb_accel_platform *platform);

/* CB_USAGE when the split cannot be over this many cores, or a memory has nothing left for data. */
cb_status cb_accel_platform_check(const cb_accel_platform *platform, cb_error *err);

#endif
