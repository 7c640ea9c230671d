/* A QEMU TCG plugin (plugin API version 1, qemu 6.0 and newer): counts the instructions that are
 * executed in an address range, in all and for each mnemonic.
 *
 *     qemu-aarch64 -plugin insn_count.so,start=0x400,end=0x480,out=FILE program ...
 *
 * At exit FILE holds "total N" and one line "<mnemonic> N" for each mnemonic. Debian's qemu-user
 * ships no plugin header, so the prototypes of the interface that are used stand here. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_udata_cb_t)(qemu_plugin_id_t id, void *userdata);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t cb);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_udata_cb_t cb, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
                                                enum qemu_plugin_op op, void *ptr, uint64_t imm);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);

EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);

enum { MNEMONICS_MAX = 256 };

typedef struct {
    char name[24];
    uint64_t executed; /* added to by the translated code itself */
} mnemonic_count;

static mnemonic_count counts[MNEMONICS_MAX];
static size_t count_len;
static uint64_t range_start, range_end;
static const char *out_path;

/* The counter of an instruction's mnemonic; NULL when there are more than the table holds. */
static mnemonic_count *counter_of(const char *disassembly)
{
    size_t len = strcspn(disassembly, " \t");
    if (len >= sizeof counts[0].name)
        len = sizeof counts[0].name - 1;
    for (size_t i = 0; i < count_len; i++)
        if (strlen(counts[i].name) == len && memcmp(counts[i].name, disassembly, len) == 0)
            return &counts[i];
    if (count_len == MNEMONICS_MAX)
        return NULL;
    mnemonic_count *fresh = &counts[count_len++];
    memcpy(fresh->name, disassembly, len);
    return fresh;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        if (address < range_start || address >= range_end)
            continue;
        char *text = qemu_plugin_insn_disas(insn);
        mnemonic_count *counter = counter_of(text ? text : "unknown");
        free(text);
        if (!counter)
            abort();
        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                                   &counter->executed, 1);
    }
}

static void finished(qemu_plugin_id_t id, void *userdata)
{
    (void)id;
    (void)userdata;
    FILE *out = fopen(out_path, "w");
    if (!out)
        abort();
    uint64_t total = 0;
    for (size_t i = 0; i < count_len; i++)
        total += counts[i].executed;
    fprintf(out, "total %" PRIu64 "\n", total);
    for (size_t i = 0; i < count_len; i++)
        fprintf(out, "%s %" PRIu64 "\n", counts[i].name, counts[i].executed);
    if (fclose(out) != 0)
        abort();
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "start=", 6) == 0)
            range_start = strtoull(argv[i] + 6, NULL, 0);
        else if (strncmp(argv[i], "end=", 4) == 0)
            range_end = strtoull(argv[i] + 4, NULL, 0);
        else if (strncmp(argv[i], "out=", 4) == 0)
            out_path = strdup(argv[i] + 4);
    }
    if (range_end <= range_start || !out_path) {
        fprintf(stderr, "insn_count: needs start=, end= (start below end) and out=\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, finished, NULL);
    return 0;
}
