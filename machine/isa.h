/* Instruction-set levels: what a kernel needs, what a processor has, what --isa allows. */
#ifndef CB_MACHINE_ISA_H
#define CB_MACHINE_ISA_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CB_ARCH_ANY,
    CB_ARCH_X86_64,
    CB_ARCH_AARCH64,
    CB_ARCH_ARMV7,
} cb_arch;

typedef enum {
#define CB_ISA(id, suffix, arch, rank, what) CB_ISA_##id,
#include "machine/isa.inc"
#undef CB_ISA
    CB_ISA_COUNT
} cb_isa;

/* A set of levels; bit n is the cb_isa with value n. */
typedef uint64_t cb_isa_set;

static inline cb_isa_set cb_isa_bit(cb_isa isa)
{
    return (cb_isa_set)1 << isa;
}

/* The architecture that this program was compiled for, and its name as in results documents:
 * "x86_64", "aarch64", "armv7". */
cb_arch cb_arch_native(void);
const char *cb_arch_name(cb_arch arch);

/* "avx2" and so on: the suffix of kernel files. */
const char *cb_isa_name(cb_isa isa);
const char *cb_isa_what(cb_isa isa);

/* What the processor and the kernel of this machine offer: cpuid and XGETBV, or HWCAP; AMX only
 * when the kernel grants its tile state. Always holds SCALAR. Asks the processor itself, never
 * files. */
cb_isa_set cb_isa_detect(void);

/* The same from the text of a /proc/cpuinfo, of any architecture ("flags" or "Features" lines): for
 * machines that are only a tree of files. Nothing but SCALAR when neither line is there. */
cb_isa_set cb_isa_from_cpuinfo(const char *text);

/* `available`, capped by a level's name. CB_USAGE when no level of this architecture has that name
 * (the message lists them), CB_UNSUPPORTED when this machine does not have it. */
cb_status cb_isa_cap(cb_isa_set available, const char *name, cb_error *err, cb_isa_set *capped);

#endif
