"""Instructions that a whole call of a kernel executes, counted by a QEMU TCG plugin."""

import os

import tools

# What each family is called with: enough iterations that the loop is most of the call.
PEAK_ITERATIONS = 1000
MEMBW_STEPS = 64
GEMM_ITERATIONS = 64
CONV_ITERATIONS = 128
# Of A and B.
GEMM_ELEMENT_BYTES = {"f32": (4, 4), "f64": (8, 8), "f16": (2, 2), "bf16": (2, 2), "s8": (1, 1),
                      "u8s8": (1, 1)}


def call_count(row):
    """The driver's COUNT for this row, and how often its inner loop runs."""
    if row.family == "peak":
        return PEAK_ITERATIONS, PEAK_ITERATIONS
    if row.family == "membw":
        return MEMBW_STEPS * row.call["step_bytes"], MEMBW_STEPS
    if row.family == "gemm":  # one group of steps more: it belongs to the end of a pipelined loop
        group = max(row.call["kr_a"], row.call["kr_b"])
        return GEMM_ITERATIONS * row.steps + group, GEMM_ITERATIONS
    if row.family == "conv":  # one tap
        return CONV_ITERATIONS * row.steps, CONV_ITERATIONS
    if row.family == "bitserial":  # a chunk of 31 words: the loop takes 30, in pairs
        return 31, 30 // row.steps
    raise tools.Wrong(f"{row.stem}: tests/static/calls.py and call_kernel.c do not know how to "
                      f"call the family '{row.family}'")


def _driven(stem, row):
    """The driver's line for a kernel."""
    if row.family == "bitserial":
        return f"BITSERIAL({stem}, {row.call['mr']}, {row.call['nr']})"
    if row.kind == "depthwise_tile":
        return f"DEPTHWISE_TILE({stem})"
    if row.family != "gemm":
        return f"{row.family.upper()}({stem})"
    call = row.call
    a, b = GEMM_ELEMENT_BYTES[row.kind]
    return (f"GEMM({stem}, {call['mr']}, {call['nr']}, {call['kr_a']}, {call['kr_b']}, {a}, {b}, "
            f"{int(call['direct'])})")


class Counter:
    """The driver with every kernel in it, and the plugin, built once in `folder`."""

    def __init__(self, rows, files, folder):
        self.folder = folder
        self.qemu = tools.find("qemu-aarch64", "qemu-user")
        host, cross = tools.find("gcc", "gcc"), tools.find(tools.CROSS + "gcc",
                                                           "gcc-aarch64-linux-gnu")
        here = os.path.dirname(os.path.abspath(__file__))
        self.plugin = os.path.join(folder, "insn_count.so")
        tools.run([host, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O1", "-shared", "-fPIC",
                   "-fvisibility=hidden", "-o", self.plugin, os.path.join(here, "insn_count.c")])
        with open(os.path.join(folder, "kernels_called.inc"), "w", encoding="utf-8") as file:
            file.writelines(f"{_driven(stem, row)}\n" for stem, row in rows.items())
        self.driver = os.path.join(folder, "call_kernel")
        objects = [self._object(cross, stem, files[stem]) for stem in rows]
        tools.run([cross, "-static", "-nostdlib", "-ffreestanding", "-std=c11",
                   "-O1", "-fno-builtin", "-Wall", "-Wextra", "-Werror", "-I", tools.ROOT,
                   "-I", folder, "-o", self.driver, *objects, os.path.join(here, "call_kernel.c")])
        self.symbols = self._symbols(tools.find(tools.CROSS + "nm", "binutils-aarch64-linux-gnu"))

    def _object(self, compiler, stem, path):
        flags = tools.isa_flags().get(stem.rsplit("__", 1)[1], [])
        target = os.path.join(self.folder, stem + ".o")
        tools.run([compiler, *flags, "-O3", "-I", tools.ROOT, "-c", "-o", target, path])
        return target

    def _symbols(self, nm):
        found = {}
        for line in tools.run([nm, "-S", self.driver]).splitlines():
            parts = line.split()
            if len(parts) == 4:
                found[parts[3]] = (int(parts[0], 16), int(parts[1], 16))
        return found

    def count(self, stem, argument):
        """{mnemonic: executed} of one call, "total" among them."""
        start, size = self.symbols[stem]
        if size == 0:
            raise tools.Wrong(f"{stem}: the symbol has no size; end it with CB_FUNCTION_END")
        out = os.path.join(self.folder, "count.txt")
        plugin = f"{self.plugin},start={start:#x},end={start + size:#x},out={out}"
        tools.run([self.qemu, "-cpu", "max", "-plugin", plugin, self.driver, stem, str(argument)])
        with open(out, encoding="utf-8") as file:
            return {name: int(value) for name, value in map(str.split, file)}
