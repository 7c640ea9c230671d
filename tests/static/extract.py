"""The inner loop of an aarch64 kernel, between its LLVM-MCA markers, as a list of instructions.

The file is preprocessed (a .c file compiled to assembly), the markers become labels, and the
assembled result is disassembled: macros, .rept and aliases are resolved as they run."""

import os
import re
import sys
import tempfile

import tools

_MARK = re.compile(r"\s*(?:#|//|/\*|@)\s*LLVM-MCA-(BEGIN|END).*$", re.M)
_LINE = re.compile(r"^\s*([0-9a-f]+):\t(.*)$")


def loop(path):
    """[instruction text] from the loop's first instruction to its closing branch."""
    level = os.path.splitext(path)[0].rsplit("__", 1)[1]
    flags = tools.isa_flags().get(level, [])
    compiler = tools.find(tools.CROSS + "gcc", "gcc-aarch64-linux-gnu")
    objdump = tools.find(tools.CROSS + "objdump", "binutils-aarch64-linux-gnu")
    stage = ["-E"] if path.endswith(".S") else ["-S", "-O3", "-std=c11"]
    nm = tools.find(tools.CROSS + "nm", "binutils-aarch64-linux-gnu")
    text = tools.run([compiler, *flags, *stage, "-I", tools.ROOT, "-o", "-", path])
    begins = len(re.findall(r"LLVM-MCA-BEGIN", text))
    ends = len(re.findall(r"LLVM-MCA-END", text))
    where = os.path.relpath(path, tools.ROOT)
    if begins != 1 or ends != 1:
        raise tools.Wrong(f"{where}: {begins} LLVM-MCA-BEGIN and {ends} LLVM-MCA-END, expected one "
                          "of each around the inner loop")
    text = _MARK.sub(lambda m: f"\ncb_static_{m.group(1).lower()}:\n", text)
    with tempfile.TemporaryDirectory() as folder:
        source, binary = os.path.join(folder, "loop.s"), os.path.join(folder, "loop.o")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        tools.run([compiler, *flags, "-c", "-o", binary, source])
        dump = tools.run([objdump, "-d", "-j", ".text", "--no-show-raw-insn", binary])
        symbols = tools.run([nm, binary])
    return _between(dump, symbols, where)


def _between(dump, symbols, where):
    """The instructions between the two labels, which `symbols` (the output of nm) places."""
    labels = {p[2]: int(p[0], 16) for p in map(str.split, symbols.splitlines()) if len(p) == 3}
    start, end = labels["cb_static_begin"], labels["cb_static_end"]
    lines = [m for m in map(_LINE.match, dump.splitlines()) if m]
    found = [re.sub(r"\s+", " ", m.group(2).split("//")[0]).strip() for m in lines
             if start <= int(m.group(1), 16) < end]
    if not found:
        raise tools.Wrong(f"{where}: no instruction between the LLVM-MCA markers")
    return _closed(found, start, where)


def _closed(found, start, where):
    branch = re.match(r"(b\.\w+|cbn?z|tbn?z)\s+(?:.*,\s*)?([0-9a-f]+)\b", found[-1])
    if not branch or int(branch.group(2), 16) != start:
        raise tools.Wrong(f"{where}: the marked code ends with '{found[-1]}', expected the branch "
                          "back to its first instruction; put the markers right around the loop")
    inner = [t for t in found[:-1] if re.match(r"(b|b\.\w+|cbn?z|tbn?z|bl|br|blr|ret)\b", t)]
    if inner:
        raise tools.Wrong(f"{where}: '{inner[0]}' inside the marked loop, expected straight code; "
                          "mark the innermost loop")
    return found


if __name__ == "__main__":
    try:
        print("\n".join(loop(sys.argv[1])))
    except (tools.Wrong, tools.Missing) as error:
        sys.exit(str(error))
