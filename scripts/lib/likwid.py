"""likwid-bench as a peer: its kernels, its sizes, its way of counting.

What it counts is what cachebound counts: the bytes that the instructions load and store (a copy 16,
a triad 24 for each float64), no write-allocate traffic, MByte = 10^6 bytes. Its size is that of all
streams and all threads together; `B` is accepted as a unit, so binary sizes can be asked for. It
measures one mean over the whole run, after a fixed second in which it calibrates its clock.
"""
import os
import re
import subprocess

# Which of its kernels move the same bytes in the same way as a pattern of ours. It has no plain
# two-loads-one-store kernel: stream (a = b * s + c) and, in place, daxpy (a = b * s + a) stand in,
# with an addition and a multiplication on the way.
FAMILIES = {
    "read": ("load",),
    "write": ("store",),
    "copy": ("copy",),
    "triad": ("stream",),
    "mix21": ("stream",),
    "update": ("daxpy",),
}


class Failure(Exception):
    """One run of likwid-bench went wrong (a kernel that this processor cannot run, for one)."""


def kernel_names():
    """Names of all kernels that are built in, in the order of `likwid-bench -a`."""
    out = subprocess.run(["likwid-bench", "-a"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^(\w+) - ", out, re.MULTILINE)


def kernels_for(pattern):
    families = FAMILIES[pattern]
    return [name for name in kernel_names() if name.split("_")[0] in families]


def peak_kernels(dtype, width_bits):
    """Peak kernels of a data type ("f32", "f64") and vector width."""
    suffix = {128: ("sse", "neon"), 256: ("avx",), 512: ("avx512",)}[width_bits]
    wanted = []
    for name in kernel_names():
        words = name.split("_")
        if words[0] == "peakflops" and ("sp" in words) == (dtype == "f32"):
            if any(word in suffix for word in words):
                wanted.append(name)
    return wanted


def _number(text, label):
    match = re.search(r"^" + re.escape(label) + r":\s+([0-9.eE+-]+)", text, re.MULTILINE)
    if not match:
        raise Failure("no line '%s:' in the output of likwid-bench" % label)
    return float(match.group(1))


def _execute(command):
    """Output and involuntary context switches of one run."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = (output.strip() or "no message").splitlines()
        raise Failure("%s: code %d: %s" % (" ".join(command), process.returncode, lines[-1]))
    return output, usage.ru_nivcsw


def run(kernel, bytes_per_thread, threads, iterations):
    """One run on the first CPUs; each thread touches its own part. Rates in SI units.

    likwid-bench prints one mean, so a program that takes the core for a while spoils its figure.
    `disturbed` says that this happened: more than ten forced switches in a second of a thread.
    """
    size = "N:%dB:%d" % (bytes_per_thread * threads, threads)
    command = ["likwid-bench", "-t", kernel, "-W", size, "-i", str(max(1, int(iterations)))]
    output, forced_switches = _execute(command)
    elapsed_s = _number(output, "Time")
    if elapsed_s <= 0:
        raise Failure("%s: a time of %g s" % (" ".join(command), elapsed_s))
    return {
        "elapsed_s": elapsed_s,
        "bytes_per_s": _number(output, "MByte/s") * 1e6,
        "ops_per_s": _number(output, "MFlops/s") * 1e6,
        "disturbed": forced_switches > 5 + 10 * elapsed_s * threads,
    }


def steady_run(kernel, bytes_per_thread, threads, iterations, tries=4):
    """The first run that nothing disturbed; the fastest when every try was."""
    fastest = None
    for _ in range(tries):
        result = run(kernel, bytes_per_thread, threads, iterations)
        if not result["disturbed"]:
            return result
        if fastest is None or result["elapsed_s"] < fastest["elapsed_s"]:
            fastest = result
    return fastest


_tries = {}


def first_try(kernel, bytes_per_thread, threads):
    """A run of 8 GB, short at any level, with its `iterations_per_s`; each is made once."""
    key = (kernel, bytes_per_thread, threads)
    if key not in _tries:
        iterations = max(3, int(8e9 / bytes_per_thread))
        result = run(kernel, bytes_per_thread, threads, iterations)
        result["iterations_per_s"] = iterations / result["elapsed_s"]
        _tries[key] = result
    return _tries[key]
