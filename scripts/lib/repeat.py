"""How far whole runs differ: (max - min) / median of every figure over N runs of `characterize`.

A figure is what a person quotes of a machine (docs/METHOD.md, "Figures"), not a row of a document:
the peak of each kernel, and each level's plateau bandwidth by pattern, register width and threads.
"""
import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time

IDENTITY = ("family", "kernel", "variant", "dtype", "isa", "core_kind", "threads")
UNITS = {"compute": ("ops_per_cycle", "ops_per_s"), "bandwidth": ("bytes_per_s", "bytes_per_cycle")}
# A plateau, as models/levels_rates.c takes it: blocks from FROM times a thread's share of the cache
# below to TO times its own; where there is none, NEAR_FROM to NEAR_TO.
FROM, TO, NEAR_FROM, NEAR_TO, SMALLEST_OF_L1 = 1.5, 0.7, 1.1, 0.95, 1 / 16


def shares(document, threads):
    """[(level name, bytes of one thread's share)] of the stated caches."""
    sizes = {}
    for cache in document["context"]["machine"].get("caches") or []:
        if cache.get("type") != "instruction" and cache.get("bytes"):
            sizes.setdefault(cache["level"], cache["bytes"] / min(threads, cache.get("shared_by") or 1))
    return [("L%d" % level, sizes[level]) for level in sorted(sizes)]


def ranges(document, threads, near):
    """{level: (least, most bytes of a block that lies well inside)}."""
    found, below = {}, 0
    for name, share in shares(document, threads):
        low = (NEAR_FROM if near else FROM) * below if below else SMALLEST_OF_L1 * share
        found[name] = (low, (NEAR_TO if near else TO) * share)
        below = share
    found["RAM"] = ((NEAR_FROM if near else FROM) * below, float("inf"))
    return found


def bandwidth_rows(document):
    for row in document["results"]:
        shown = row["params"]
        if row["family"] != "membw" or row["status"] != "ok" or shown.get("shared"):
            continue
        if shown.get("pattern") not in ("latency", "stride", None):
            yield row


def plateaus(document, unit):
    """{figure: rate}: at each level, on the block that most kernels were measured on, the best."""
    values = {}
    for near in (True, False):  # the second replaces what the first found near an edge
        fresh = {}
        for row in bandwidth_rows(document):
            shown = row["params"]
            for level, (low, high) in ranges(document, row["threads"], near).items():
                # Into a cache nobody stores around it: non-temporal stores are figures of memory.
                if not low <= shown["block_bytes"] <= high or not row.get(unit) or (
                        shown.get("non_temporal") and level != "RAM"):
                    continue
                pages = ", small pages" if shown.get("pages") == "small" else ""
                place = (level, row["threads"], shown["pattern"], pages)
                fresh.setdefault(place, {}).setdefault(shown["block_bytes"], []).append(row)
        for (level, threads, pattern, pages), blocks in fresh.items():
            rows = max(blocks.values(), key=len)
            for width in {row["params"]["width_bits"] for row in rows}:
                values[level, threads, "%s %d-bit%s" % (pattern, width, pages)] = max(
                    row[unit] for row in rows if row["params"]["width_bits"] == width)
    return values


def peaks(document, unit):
    return {("compute", row["threads"], "%s %s" % (row["kernel"], row["variant"])): row[unit]
            for row in document["results"]
            if row["family"] == "peak" and row["status"] == "ok" and row.get(unit)}


def figures_of(document, kind, unit):
    return peaks(document, unit) if kind == "compute" else plateaus(document, unit)


def identity(row):
    """What makes two rows of two runs the same row."""
    parameters = {key: value for key, value in row["params"].items() if value is not None}
    return tuple(row.get(key) for key in IDENTITY) + (json.dumps(parameters, sort_keys=True),)


def rows_of(document, kind, unit):
    """Every row a figure: what --rows asks for."""
    family, found = ("peak" if kind == "compute" else "membw"), {}
    for row in document["results"]:
        if row["family"] != family or row["status"] != "ok" or not row.get(unit):
            continue
        level = row["params"].get("level") or ("compute" if kind == "compute" else "-")
        block = row["params"].get("block_bytes")
        name = row["kernel"] if block is None else "%s %d B" % (row["kernel"], block)
        found[(level, row["threads"], name, identity(row))] = row[unit]
    return found


def collect(documents, take, kind, unit):
    """{figure: [value of each run]} of the figures that every run has."""
    values = {}
    for document in documents:
        for figure, value in take(document, kind, unit).items():
            values.setdefault(figure, []).append(value)
    return {figure: runs for figure, runs in values.items() if len(runs) == len(documents)}


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        document["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit("repeat: %s: not a results document (%s)" % (path, error))
    return document


def say(text):
    print("repeat: " + text, file=sys.stderr, flush=True)


def whole_runs(folder):
    """The documents of earlier runs: one that was cut off has another name."""
    if not os.path.isdir(folder):
        return []
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)
                  if name.startswith("run-") and name.endswith(".json"))


def run_characterize(arguments, folder):
    """Whole runs, one after another, until the folder has `--runs` of them. Each document is there
    from the moment its run has ended, and a later call goes on where this one was stopped."""
    os.makedirs(folder, exist_ok=True)
    extra = [] if arguments.full else ["--quick"]
    extra += ["--threads", arguments.threads] if arguments.threads else []
    while len(whole_runs(folder)) < arguments.runs:
        number = len(whole_runs(folder)) + 1
        part = os.path.join(folder, "part.json")
        say("run %d of %d, into %s" % (number, arguments.runs, folder))
        command = [arguments.cachebound, "characterize", "--no-plots", "--quiet", "--no-progress",
                   "--output", part, *extra]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            sys.exit("repeat: %s ended with code %d; the runs until then are in %s" % (
                " ".join(command), done.returncode, folder))
        os.replace(part, os.path.join(folder, "run-%03d.json" % number))
    return whole_runs(folder)[:arguments.runs]


def print_figures(figures, levels, limit, unit):
    scale, name = (1e9, "G" + unit[:-6] + "/s") if unit.endswith("_s") else (1, unit[:-10] + "/cycle")
    for figure in sorted(figures):
        level, threads, what = figure[:3]
        if level not in levels:
            continue
        values = figures[figure]
        print("%-8s %2d  %-40s %12.5g %-11s %7.2f%% %s" % (
            level, threads, what, statistics.median(values) / scale, name, 100 * spread(values),
            " " if spread(values) <= limit else "*"))


def print_summary(unit, figures, limit):
    groups = {}
    for figure, values in figures.items():
        groups.setdefault(figure[:2], []).append((spread(values), figure[2]))
    for key in sorted(groups):
        worst, which = max(groups[key])
        inside = sum(1 for value, _ in groups[key] if value <= limit)
        print("%-16s %-8s %2d %8d %8d %7.2f%%  %s" % (
            unit, *key, len(groups[key]), inside, 100 * worst, which))


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/repeat", description="Runs `cachebound characterize --quick` N whole times "
        "and prints (max - min) / median of each figure that a person quotes: the peak of each "
        "kernel, and each level's plateau bandwidth by pattern, register width and threads. The "
        "documents stay in a folder; a run that was stopped goes on with --folder.")
    parser.add_argument("--cachebound", default="build/release/cachebound", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=10, help="whole runs (10)")
    parser.add_argument("--folder", help="where the documents go, and those of earlier runs are "
                        "(results/HOST/repeat-TIME)")
    parser.add_argument("--full", action="store_true", help="without --quick")
    parser.add_argument("--threads", metavar="N,...", help="goes to characterize")
    parser.add_argument("--level", default="compute,L1,L2",
                        help="whose figures to list one by one (compute,L1,L2); `-` lists none")
    parser.add_argument("--limit", type=float, default=0.01,
                        help="what counts as inside, and is starred beyond it (0.01)")
    parser.add_argument("--rows", action="store_true",
                        help="take every row of the documents for a figure")
    parser.add_argument("--files", nargs="+", metavar="FILE",
                        help="compare these results documents and run nothing")
    arguments = parser.parse_args()
    if (len(arguments.files) if arguments.files else arguments.runs) < 2:
        parser.error("two runs are the least that can differ")
    return arguments


def default_folder():
    host = socket.gethostname().split(".")[0] or "host"
    return os.path.join("results", host, time.strftime("repeat-%Y%m%dT%H%M%SZ", time.gmtime()))


def main():
    arguments = parse_arguments()
    paths = arguments.files or run_characterize(arguments, arguments.folder or default_folder())
    documents = [read(path) for path in paths]
    take = rows_of if arguments.rows else figures_of
    found = [(unit, collect(documents, take, kind, unit))
             for kind, units in UNITS.items() for unit in units]
    print("%-8s %2s  %-40s %12s %-11s %8s" % ("level", "T", "figure", "median", "", "spread"))
    for unit, figures in found:
        print_figures(figures, arguments.level.split(","), arguments.limit, unit)
    print("\n%-16s %-8s %2s %8s %8s %8s  %s" % (
        "", "level", "T", "figures", "inside", "worst", "which"))
    for unit, figures in found:
        print_summary(unit, figures, arguments.limit)
    print("\n%d runs; spread is (max - min) / median; * is beyond %g %%" % (
        len(documents), 100 * arguments.limit))


if __name__ == "__main__":
    main()
