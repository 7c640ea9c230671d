#include "machine/emulation.h"

#include "machine/cpuinfo.h"
#include "machine/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* A user-mode emulator is the program that the kernel really runs, so its own file is mapped into
 * the process: the start of the file's name, and who that is. */
typedef struct {
    const char *file_start, *name;
} emulator_file;

static const emulator_file emulator_files[] = {
    {"qemu-", "QEMU user mode"},   {"box64", "Box64"},         {"box86", "Box86"},
    {"FEXInterpreter", "FEX-Emu"}, {"rosetta", "Rosetta"},     {"memcheck-", "Valgrind"},
    {"cachegrind-", "Valgrind"},   {"callgrind-", "Valgrind"}, {"none-", "Valgrind"},
};

static const char *emulator_of_file(const char *name)
{
    for (size_t i = 0; i < sizeof emulator_files / sizeof *emulator_files; i++)
        if (strncmp(name, emulator_files[i].file_start, strlen(emulator_files[i].file_start)) == 0)
            return emulator_files[i].name;
    return NULL;
}

const char *cb_emulator_in_maps(const char *maps)
{
    for (const char *line = maps; line; line = cb_text_next_line(line)) {
        char copy[1024];
        cb_text_clean(line, strcspn(line, "\n"), copy, sizeof copy);
        const char *path = strchr(copy, '/'), *name = path ? strrchr(path, '/') + 1 : NULL;
        bool runs = strstr(copy, " r-xp ") != NULL;
        if (!name || !runs)
            continue;
        const char *emulator = emulator_of_file(name);
        if (emulator)
            return emulator;
    }
    return NULL;
}

static void set_emulated(cb_environment *environment, const char *by, const char *sign)
{
    environment->emulated = true;
    snprintf(environment->emulated_by, sizeof environment->emulated_by, "%s (%s)", by, sign);
}

/* QEMU answers /proc/self/maps and /proc/self/exe with what the guest should see. It knows these
 * under "self" and under the process number, but not below "task", and proot follows numbers only.
 * Where /proc is not mounted neither is there, unless QEMU answers for the link by itself. */
static void look_at_memory(cb_environment *environment)
{
    int pid = (int)getpid();
    char link[16], *maps = cb_sysfile_read("", "proc/%d/task/%d/maps", pid, pid);
    const char *emulator = maps ? cb_emulator_in_maps(maps) : NULL;
    if (emulator)
        set_emulated(environment, emulator, "mapped into this process");
    else if (!maps && readlink("/proc/self/exe", link, sizeof link) > 0)
        set_emulated(environment, "QEMU user mode", "/proc/self/exe without /proc");
    free(maps);
}

#if defined(__x86_64__)
static bool is_whole_system_tcg(const char *root)
{
    unsigned eax, ebx, ecx, edx;
    char signature[13] = "";
    (void)root;
    __cpuid(1, eax, ebx, ecx, edx);
    if (!(ecx >> 31 & 1))
        return false;
    __cpuid(0x40000000, eax, ebx, ecx, edx);
    memcpy(signature, &ebx, 4);
    memcpy(signature + 4, &ecx, 4);
    memcpy(signature + 8, &edx, 4);
    return strcmp(signature, "TCGTCGTCGTCG") == 0;
}
#elif defined(__aarch64__)
/* The frequency of QEMU's own generic timer. With KVM a guest sees the host's timer instead. */
static bool has_tcg_timer(void)
{
    uint64_t hz;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
    return hz == 62500000;
}

static bool is_whole_system_tcg(const char *root)
{
    char model[64];
    return has_tcg_timer() &&
           cb_sysfile_line(root, model, sizeof model, "proc/device-tree/model") &&
           strcmp(model, "linux,dummy-virt") == 0;
}
#else
static bool is_whole_system_tcg(const char *root)
{
    (void)root;
    return false;
}
#endif

/* /proc/cpuinfo of the host shows through an emulator. */
static bool is_cpuinfo_of_another(const char *cpuinfo)
{
    cb_arch arch = cpuinfo ? cb_cpuinfo_arch(cpuinfo) : CB_ARCH_ANY;
    bool x86_here = cb_arch_native() == CB_ARCH_X86_64;
    return arch != CB_ARCH_ANY && (arch == CB_ARCH_X86_64) != x86_here;
}

static void look_at_process(const char *root, const char *cpuinfo, cb_environment *environment)
{
    look_at_memory(environment);
    if (environment->emulated)
        return;
    if (is_whole_system_tcg(root))
        set_emulated(environment, "QEMU TCG", "whole system");
    else if (is_cpuinfo_of_another(cpuinfo))
        set_emulated(environment, "an emulator", "foreign /proc/cpuinfo");
}

static bool starts_with_one_of(const char *text, const char *const *starts)
{
    for (; *starts; starts++)
        if (strncmp(text, *starts, strlen(*starts)) == 0)
            return true;
    return false;
}

static bool has_hypervisor(const char *root, const char *cpuinfo)
{
    static const char *const vendors[] = {"QEMU", "innotek", "VMware", "Xen", "Parallels", NULL};
    static const char *const products[] = {"KVM",    "Virtual Machine", "VirtualBox",
                                           "VMware", "Standard PC",     NULL};
    char line[CB_CPUINFO_LINE_BYTES];
    if (cpuinfo && cb_text_field(cpuinfo, "flags", line, sizeof line) &&
        cb_text_has_word(line, "hypervisor"))
        return true;
    if (cb_sysfile_line(root, line, sizeof line, "sys/hypervisor/type"))
        return true;
    if (cb_sysfile_line(root, line, sizeof line, "proc/device-tree/model") &&
        strcmp(line, "linux,dummy-virt") == 0)
        return true;
    if (cb_sysfile_line(root, line, sizeof line, "sys/class/dmi/id/sys_vendor") &&
        starts_with_one_of(line, vendors))
        return true;
    return cb_sysfile_line(root, line, sizeof line, "sys/class/dmi/id/product_name") &&
           starts_with_one_of(line, products);
}

void cb_emulation_read(const char *root, const char *cpuinfo, cb_environment *environment)
{
    environment->emulated = false;
    environment->emulated_by[0] = '\0';
    environment->virtual_machine = has_hypervisor(root, cpuinfo);
    if (cb_sysfile_root_is_here(root))
        look_at_process(root, cpuinfo, environment);
}
