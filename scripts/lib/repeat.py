"""How far whole runs differ: (max - min) / median of every figure over N runs of `characterize`."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

RATES = ("ops_per_cycle", "bytes_per_cycle", "ops_per_s", "bytes_per_s")
IDENTITY = ("family", "kernel", "variant", "dtype", "isa", "core_kind", "threads")


def identity(row):
    """What makes two rows of two runs the same figure."""
    parameters = {key: value for key, value in row["params"].items() if value is not None}
    return tuple(row.get(key) for key in IDENTITY) + (json.dumps(parameters, sort_keys=True),)


def level_of(row):
    return row["params"].get("level") or ("compute" if row["family"] == "peak" else "-")


def label(row):
    block = row["params"].get("block_bytes")
    size = "" if block is None else " %d B" % block
    return "%s%s %dT" % (row["kernel"], size, row["threads"])


def collect(documents, rate):
    """{identity: (row, [value of each run])} of the figures that every run has."""
    figures = {}
    for document in documents:
        for row in document["results"]:
            if row["status"] == "ok" and row.get(rate):
                figures.setdefault(identity(row), (row, []))[1].append(row[rate])
    return {key: value for key, value in figures.items() if len(value[1]) == len(documents)}


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)


def run_characterize(program, count, extra):
    """`count` whole runs, one after another."""
    documents = []
    with tempfile.TemporaryDirectory(prefix="cachebound-repeat-") as folder:
        for number in range(1, count + 1):
            print("repeat: run %d of %d" % (number, count), file=sys.stderr, flush=True)
            path = os.path.join(folder, "%d.json" % number)
            command = [program, "characterize", "--no-plots", "--quiet", "--no-progress",
                       "--output", path, *extra]
            done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                sys.exit("repeat: %s ended with code %d" % (" ".join(command), done.returncode))
            documents.append(read(path))
    return documents


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        document["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit("repeat: %s: not a results document (%s)" % (path, error))
    return document


def print_figures(figures, levels, limit):
    shown = sorted((value for value in figures.values() if level_of(value[0]) in levels),
                   key=lambda value: (value[0]["family"], level_of(value[0]), label(value[0])))
    for row, values in shown:
        mark = " " if spread(values) <= limit else "*"
        print("%-8s %-8s %-46s %12.4g %8.2f%% %s" % (
            row["family"], level_of(row), label(row), statistics.median(values),
            100 * spread(values), mark))


def print_summary(name, figures, limit):
    groups = {}
    for row, values in figures.values():
        groups.setdefault((row["family"], level_of(row), row["threads"]), []).append(
            (spread(values), label(row)))
    print("\n%-16s %-8s %-8s %2s %8s %8s %8s  %s" % (
        name, "family", "level", "T", "figures", "inside", "worst", "which"))
    for key in sorted(groups):
        worst, which = max(groups[key])
        inside = sum(1 for value, _ in groups[key] if value <= limit)
        print("%-16s %-8s %-8s %2d %8d %8d %7.2f%%  %s" % (
            "", *key, len(groups[key]), inside, 100 * worst, which))


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/repeat", description="Runs `cachebound characterize --quick` N whole times "
        "and prints (max - min) / median of each figure: rates, and rates per measured cycle.")
    parser.add_argument("--cachebound", default="build/release/cachebound", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=10, help="whole runs (10)")
    parser.add_argument("--full", action="store_true", help="without --quick")
    parser.add_argument("--threads", metavar="N,...", help="goes to characterize")
    parser.add_argument("--level", default="compute,L1,L2",
                        help="whose figures to list one by one (compute,L1,L2); `-` lists none")
    parser.add_argument("--limit", type=float, default=0.01,
                        help="what counts as inside, and is starred beyond it (0.01)")
    parser.add_argument("--rate", choices=RATES, action="append",
                        help="figures to list one by one (ops_per_s and bytes_per_s)")
    parser.add_argument("--files", nargs="+", metavar="FILE",
                        help="compare these results documents and run nothing")
    arguments = parser.parse_args()
    if (len(arguments.files) if arguments.files else arguments.runs) < 2:
        parser.error("two runs are the least that can differ")
    return arguments


def main():
    arguments = parse_arguments()
    if arguments.files:
        documents = [read(path) for path in arguments.files]
    else:
        extra = [] if arguments.full else ["--quick"]
        extra += ["--threads", arguments.threads] if arguments.threads else []
        documents = run_characterize(arguments.cachebound, arguments.runs, extra)
    listed = arguments.rate or ["ops_per_s", "bytes_per_s"]
    print("%-8s %-8s %-46s %12s %9s" % ("family", "level", "figure", "median", "spread"))
    for rate in listed:
        print_figures(collect(documents, rate), arguments.level.split(","), arguments.limit)
    for rate in RATES:
        figures = collect(documents, rate)
        if figures:
            print_summary(rate, figures, arguments.limit)
    print("\n%d runs; spread is (max - min) / median; * is beyond %g %%" % (
        len(documents), 100 * arguments.limit))


if __name__ == "__main__":
    main()
