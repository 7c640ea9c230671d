"""The programs that the static tests need, and a clear word when one is missing."""

import glob
import os
import re
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cores")
CROSS = "aarch64-linux-gnu-"
LEVELS = ("a64", "neon", "fp16", "dotprod", "bf16", "i8mm", "sve")

# Compiled helpers of a family that no row in kernels_aarch64.inc is for.
UNMARKED = ("pack_", "onereadpermac_", "bitpack_", "bitlut_", "bitgemm_two_", "requantize_")


class Missing(Exception):
    """A tool is not installed; the text names the package."""


class Wrong(Exception):
    """The tree is not as it must be; one line: file, place, what was expected, what to do."""


def find(program, package):
    path = shutil.which(program)
    if not path:
        raise Missing(f"{program} is not installed: apt-get install {package}")
    return path


def llvm_mca():
    """The newest llvm-mca: llvm-mca-NN, else llvm-mca; and its version."""
    found = {}
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for path in glob.glob(os.path.join(folder, "llvm-mca-*")):
            number = re.fullmatch(r"llvm-mca-(\d+)", os.path.basename(path))
            if number and os.access(path, os.X_OK):
                found[int(number.group(1))] = path
    path = found[max(found)] if found else find("llvm-mca", "llvm-19 (or the newest llvm-NN)")
    version = re.search(r"version (\d+)", run([path, "--version"]))
    return path, int(version.group(1)) if version else 0


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        first = next((line for line in lines if "rror:" in line), lines[0])
        raise Wrong(f"{os.path.basename(command[0])} failed on {command[-1]}: {first}")
    return done.stdout


def isa_flags():
    """The compiler flags of each file suffix, as cmake/isa_flags.cmake sets them for aarch64."""
    path = os.path.join(ROOT, "cmake", "isa_flags.cmake")
    with open(path, encoding="utf-8") as file:
        part = re.search(r"set\(CB_ARCH aarch64\)(.*?)elseif", file.read(), re.S)
    if not part:
        raise Wrong(f"{path}: no block set(CB_ARCH aarch64); keep it, tests/static reads it")
    return {m.group(1): m.group(2).split()
            for m in re.finditer(r"set\(cb_flags_(\w+) ([^)]*)\)", part.group(1))}


def kernel_files():
    """{stem: path} of every aarch64 kernel in the tree that has a row and a marked loop."""
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "bench", "**", "*__*.[Sc]"), recursive=True)):
        stem = os.path.splitext(os.path.basename(path))[0]
        if stem.rsplit("__", 1)[1] in LEVELS and not stem.startswith(UNMARKED):
            found[stem] = path
    return found
