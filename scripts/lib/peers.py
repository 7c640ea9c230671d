"""The table "ours / best peer": cachebound and likwid-bench in turn on the same cores and sizes.

For each pattern, level and thread count every kernel of both sides is tried once; then our best and
the peer's best two are run in turn, `--rounds` times, and the medians of these runs are compared.
Both sides count explicit loads and stores and no write-allocate traffic.
"""
import argparse
import csv
import json
import math
import os
import re
import statistics
import subprocess
import sys

import likwid

PATTERNS = ("read", "write", "copy", "triad", "mix21", "update")
LEVELS = ("L1", "L2", "L3", "RAM")
PEAKS = [("f32", 512, "avx512"), ("f64", 512, "avx512"), ("f32", 256, "avx2"), ("f64", 256, "avx2"),
         ("f32", 128, "sse2"), ("f64", 128, "sse2"), ("f32", 128, "neon"), ("f64", 128, "neon")]
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "K": 2**10, "M": 2**20, "G": 2**30, "B": 1, "": 1}


def parse_size(text):
    match = re.fullmatch(r"(\d+)(KiB|MiB|GiB|K|M|G|B|)", text)
    if not match or int(match.group(1)) == 0:
        raise argparse.ArgumentTypeError("'%s' is no size like 24KiB or 256MiB" % text)
    return int(match.group(1)) * UNITS[match.group(2)]


def choices(allowed):
    def parse(text):
        words = text.split(",")
        for word in words:
            if word not in allowed:
                raise argparse.ArgumentTypeError("'%s': one of %s" % (word, ", ".join(allowed)))
        return words
    return parse


def thread_counts(text):
    try:
        counts = [int(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError("'%s' is no list of thread counts" % text) from None
    allowed = len(os.sched_getaffinity(0))
    if min(counts) < 1 or max(counts) > allowed:
        raise argparse.ArgumentTypeError("'%s': 1 to %d threads can run here" % (text, allowed))
    return counts


def size_text(count):
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= factor and count % factor == 0:
            return "%d%s" % (count // factor, unit)
    return "%dB" % count


def cache_bytes():
    """Bytes of the first CPU's data and unified caches by level, from sysfs."""
    caches = {}
    folder = "/sys/devices/system/cpu/cpu%d/cache" % min(os.sched_getaffinity(0))
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        entry = os.path.join(folder, name)
        if not name.startswith("index"):
            continue
        with open(entry + "/type") as kind, open(entry + "/level") as level, \
                open(entry + "/size") as size:
            if kind.read().strip() != "Instruction":
                caches[int(level.read())] = parse_size(size.read().strip())
    return caches


def level_blocks(arguments):
    """Bytes for one thread at each level: half of the first cache, the geometric middle above it,
    at most 16 MiB in the last, and what --ram says."""
    caches = cache_bytes()
    blocks, below = {}, 0
    for level in sorted(caches):
        middle = math.sqrt(below * caches[level]) if below else caches[level] / 2
        blocks["L%d" % level] = max(1024, min(int(middle), 16 * 2**20) // 1024 * 1024)
        below = caches[level]
    blocks["RAM"] = arguments.ram
    for text in arguments.block:
        level, _, size = text.partition("=")
        if level not in LEVELS:
            sys.exit("peers: --block %s: expected LEVEL=SIZE, like L2=1MiB" % text)
        blocks[level] = parse_size(size)
    return {level: blocks[level] for level in arguments.level if level in blocks}


class Ours:
    """Runs of cachebound, one row of a results document each."""

    def __init__(self, program, pages, seconds):
        self.program, self.pages, self.seconds = program, pages, seconds

    def rows(self, *arguments):
        command = [self.program, *arguments, "--format", "json", "--quiet", "--no-progress",
                   "--min-time", "%g" % self.seconds]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit("peers: %s ended with code %d" % (" ".join(command), done.returncode))
        rows = json.loads(done.stdout)["results"]
        return [row for row in rows if row["status"] == "ok"]

    def membw(self, pattern, block, threads, kernel="*"):
        return self.rows("membw", "--pattern", pattern, "--block", size_text(block),
                         "--threads", str(threads), "--kernel", kernel, "--pages", self.pages)

    def peak(self, dtype, isa, threads, kernel=None):
        return self.rows("peak", "--dtype", dtype, "--threads", str(threads), "--kernel",
                         kernel or "*__" + isa)


class Contest:
    """Our best kernel against the peer's best two, in turn."""

    def __init__(self, title, rate_key):
        self.title, self.rate_key = title, rate_key
        self.ours, self.peers, self.disturbed = [], {}, {}
        self.our_kernel = None

    def run(self, rounds, our_kernel, our_run, peer_runs):
        self.our_kernel = our_kernel
        self.peers = {name: [] for name in peer_runs}
        self.disturbed = {name: 0 for name in peer_runs}
        names = list(peer_runs)
        for _ in range(rounds):
            self.ours.append(our_run())
            for name in names:
                result = peer_runs[name]()
                self.peers[name].append(result[self.rate_key])
                self.disturbed[name] += result["disturbed"]
            names.reverse()

    def best_peer(self):
        return max(self.peers, key=lambda name: statistics.median(self.peers[name]))

    def row(self):
        peer = self.best_peer()
        ours, theirs = self.ours, self.peers[peer]
        return {
            "what": self.title[0], "level": self.title[1], "size": self.title[2],
            "threads": self.title[3],
            "our_kernel": self.our_kernel, "ours": statistics.median(ours),
            "our_spread": spread(ours), "peer_kernel": peer, "peer": statistics.median(theirs),
            "peer_spread": spread(theirs), "peer_disturbed": self.disturbed[peer],
            "ratio": statistics.median(ours) / statistics.median(theirs),
        }


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)


def say(text):
    print("peers: " + text, file=sys.stderr, flush=True)


def try_peers(names, block, threads, key):
    """The best two kernels of a first try, each with its iterations per second."""
    tried = []
    for name in names:
        try:
            result = likwid.first_try(name, block, threads)
        except likwid.Failure as failure:
            say("left out: %s" % failure)
            continue
        tried.append((result[key], name, result["iterations_per_s"]))
    tried.sort(reverse=True)
    return {name: rate for _, name, rate in tried[:2]}


def settle(contest, arguments, our_rows, our_again, names, block, threads):
    """Runs a contest whose candidates are our rows and the named kernels; None without either."""
    key = contest.rate_key
    our_rows = [row for row in our_rows if row.get(key)]
    if not our_rows or not names:
        return None
    kernel = max(our_rows, key=lambda row: row[key])["kernel"]
    finalists = try_peers(names, block, threads, key)
    if not finalists:
        return None

    def peer(name):
        iterations = max(3, finalists[name] * arguments.seconds)
        return lambda: likwid.steady_run(name, block, threads, iterations)

    contest.run(arguments.rounds, kernel, lambda: our_again(kernel)[0][key],
                {name: peer(name) for name in finalists})
    row = contest.row()
    say("%s %s %s: %.3f" % (row["what"], row["level"], "%dT" % threads, row["ratio"]))
    return row


def compare_bandwidth(arguments, ours):
    for threads in arguments.threads:
        for level, block in level_blocks(arguments).items():
            for pattern in arguments.pattern:
                contest = Contest((pattern, level, size_text(block), threads), "bytes_per_s")
                yield settle(contest, arguments, ours.membw(pattern, block, threads),
                             lambda kernel, p=pattern, b=block, t=threads:
                             ours.membw(p, b, t, kernel),
                             likwid.kernels_for(pattern), block, threads)


def compare_peaks(arguments, ours):
    listed = subprocess.run([ours.program, "list", "--format", "json"], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    block = 16384 # what its kernels load on the way comes from the first cache
    for threads in arguments.threads:
        for dtype, width, isa in PEAKS:
            if '__%s"' % isa not in listed:
                continue
            contest = Contest(("peak " + dtype, isa, "-", threads), "ops_per_s")
            yield settle(contest, arguments, ours.peak(dtype, isa, threads),
                         lambda kernel, d=dtype, i=isa, t=threads: ours.peak(d, i, t, kernel),
                         likwid.peak_kernels(dtype, width), block, threads)


def print_table(rows):
    print("%-9s %-6s %8s %2s  %-30s %9s %6s  %-25s %9s %6s  %6s" % (
        "what", "level", "size", "T", "our kernel", "Gunits/s", "spread", "best of likwid-bench",
        "Gunits/s", "spread", "ratio"))
    for row in rows:
        print("%-9s %-6s %8s %2d  %-30s %9.2f %5.1f%%  %-25s %9.2f %5.1f%%  %6.3f%s" % (
            row["what"], row["level"], row["size"], row["threads"], row["our_kernel"],
            row["ours"] / 1e9, 100 * row["our_spread"], row["peer_kernel"], row["peer"] / 1e9,
            100 * row["peer_spread"], row["ratio"], " ?" if row["peer_disturbed"] else ""))
    print("""
size: bytes for each thread, all operands together. Gunits/s: GB/s (10^9 bytes that instructions
load and store, no write-allocate) or GFLOP/s; the median of the rounds, spread (max - min) / median.
A round of ours is the median of its undisturbed samples, one of likwid-bench the mean of its run,
made again when another program took the core; `?` marks rows where none of four tries was left
alone: the machine was too busy to compare.
mix21, update: likwid-bench has no plain 2:1 kernels; its stream and (in place) daxpy load two, store
one, and compute.""")


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/peers", description="Installs the peers (likwid), runs them and cachebound "
        "in turn on the same cores and sizes, and prints the table ours / best peer. The whole "
        "table takes about half an hour; --level, --pattern and --threads choose a part.")
    parser.add_argument("--cachebound", default="build/release/cachebound", help=argparse.SUPPRESS)
    parser.add_argument("--level", type=choices(LEVELS + ("none",)), default=list(LEVELS),
                        help="levels, comma list of L1, L2, L3, RAM; none: only peaks")
    parser.add_argument("--pattern", type=choices(PATTERNS), default=list(PATTERNS),
                        help="patterns, comma list of " + ", ".join(PATTERNS))
    parser.add_argument("--threads", type=thread_counts,
                        default=sorted({1, len(os.sched_getaffinity(0))}),
                        help="thread counts, comma list (default: 1 and all)")
    parser.add_argument("--ram", type=parse_size, default=256 * 2**20, metavar="SIZE",
                        help="bytes for each thread at RAM (256MiB); far more than the last cache")
    parser.add_argument("--block", action="append", default=[], metavar="LEVEL=SIZE",
                        help="bytes for each thread at another level, like L2=1MiB")
    parser.add_argument("--pages", choices=("default", "small", "huge"), default="default",
                        help="pages of our operands; likwid-bench takes what the system gives")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (5)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of a run (0.3)")
    parser.add_argument("--no-peak", action="store_true", help="leave the peaks out")
    parser.add_argument("--output", metavar="FILE", help="also write the table as CSV")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("--rounds and --seconds must be positive")
    return arguments


def main():
    arguments = parse_arguments()
    ours = Ours(arguments.cachebound, arguments.pages, arguments.seconds)
    contests = [] if arguments.no_peak else [compare_peaks(arguments, ours)]
    contests.append(compare_bandwidth(arguments, ours))
    rows = [row for contest in contests for row in contest if row]
    if not rows:
        sys.exit("peers: nothing to compare; cachebound and likwid-bench share no kernel here")
    print_table(rows)
    if arguments.output:
        with open(arguments.output, "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
