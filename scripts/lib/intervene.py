"""Whether the time model's binding limits bind.

Each operator runs alone, and again with a limit lowered:
  traffic  a second core streams through memory, which takes bandwidth of the levels behind the
           private caches;
  compute  a smaller instruction set (--isa), which lowers peak and register loads.
By how much a limit went down is measured with the peak kernel, or with reads of the shared levels.
The measured share of a limit is log(slow-down) / log(how much it was lowered); the model says its
share beforehand. A case agrees when both are above one half, or both below. Nothing is asserted:
the table is for a person."""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

OPERATORS = [
    ("gemm", "--size", "24"), ("gemm", "--size", "128"), ("gemm", "--size", "512"),
    ("gemm", "--size", "1024"), ("gemm", "--shape", "512x8x512"),
    ("gemm", "--shape", "16x1024x1024"), ("gemm", "--shape", "2048x2048x8"),
    ("conv", "--layer", "resnet18:C2", "--variant", "spatialpack"),
    ("conv", "--layer", "resnet18:C11", "--variant", "winograd4"),
    ("conv", "--layer", "resnet18:C11", "--variant", "indirect"),
]
COMPUTE, TRAFFIC = {"compute", "L1 loads"}, {"L3-L2 traffic", "RAM traffic"}


class Bench:
    def __init__(self, program, folder, min_time):
        self.program, self.folder, self.min_time = program, folder, min_time

    def command(self, cpu, arguments):
        return ["taskset", "-c", str(cpu), self.program, *arguments, "--threads", "1", "--quick", "-q"]

    def run(self, arguments):
        path = os.path.join(self.folder, "row.json")
        command = self.command(0, [*arguments, "--min-time", self.min_time, "--output", path])
        subprocess.run(command, check=True)
        with open(path, encoding="utf-8") as file:
            rows = [row for row in json.load(file)["results"] if row["status"] == "ok"]
        return path, rows

    def rate(self, arguments, key):
        return statistics.median(row[key] for row in self.run(arguments)[1])

    def neighbour(self, block):
        arguments = ["membw", "--pattern", "read", "--block", block, "--min-time", "20",
                     "--output", os.path.join(self.folder, "neighbour.json")]
        return subprocess.Popen(self.command(1, arguments))


def operator_arguments(operator):
    family, *rest = operator
    return [family, *rest] + ([] if "--variant" in rest else ["--variant", "tuned"])


def shares(bench, path, cost):
    """{limit: share} of the first operator that the model can follow, and the binding one."""
    text = subprocess.run([bench.program, "model", path, "--cost", cost, "--format", "json"],
                          check=True, capture_output=True, text=True).stdout
    for machine in json.loads(text)["machines"]:
        for operator in machine["operators"]:
            if operator["time"]:
                return ({limit["name"]: limit["share"] for limit in operator["time"]["limits"]},
                        operator["time"]["binding"])
    return None, None


def time_of(rows):
    """Least time: an intervention only adds, and so does everything that was not meant."""
    return rows[0]["time_s"]["min"]


class Case:
    def __init__(self, name, limits, lowered, stated, before, after):
        slower = math.log(after / before) / math.log(lowered) if lowered > 1.05 else float("nan")
        self.name, self.lowered, self.measured = name, lowered, slower
        self.stated = sum(stated.get(limit, 0) for limit in limits)

    def agrees(self):
        return (self.stated > 0.5) == (self.measured > 0.5)

    def line(self):
        return "%-44s lowered %5.2f times  stated %4.0f %%  measured %4.0f %%  %s" % (
            self.name, self.lowered, 100 * self.stated, 100 * self.measured,
            "agrees" if self.agrees() else "DISAGREES")


def compute_cases(bench, operators, isa):
    peak = ["peak", "--dtype", "f32", "--kernel", "*_thr__*"]
    full = max(row["ops_per_s"] for row in bench.run(peak)[1])
    capped = max(row["ops_per_s"] for row in bench.run([*peak, "--isa", isa])[1])
    for name, arguments, stated, before in operators:
        after = time_of(bench.run([*arguments, "--isa", isa])[1])
        yield Case(name + ", --isa " + isa, COMPUTE, full / capped, stated, before, after)


def traffic_cases(bench, operators, block, level_block):
    read = ["membw", "--pattern", "read", "--block", level_block]
    alone = bench.rate(read, "bytes_per_s")
    other = bench.neighbour(block)
    try:
        lowered = alone / bench.rate(read, "bytes_per_s")
        for name, arguments, stated, before in operators:
            if other.poll() is not None:
                other = bench.neighbour(block)
            after = time_of(bench.run(arguments)[1])
            yield Case(name + ", beside traffic", TRAFFIC, lowered, stated, before, after)
    finally:
        other.terminate()
        other.wait()


def run(options):
    with tempfile.TemporaryDirectory() as folder:
        bench, operators = Bench(options.cachebound, folder, options.min_time), []
        for operator in OPERATORS:
            arguments = operator_arguments(operator)
            path, rows = bench.run(arguments)
            stated, binding = shares(bench, path, options.cost)
            if stated is None:
                print("%s: the model cannot follow it" % " ".join(operator), file=sys.stderr)
                continue
            name = " ".join(word for word in operator if not word.startswith("--"))
            print("%-34s binding: %s %.0f %%" % (name, binding, 100 * stated[binding]))
            operators.append((name, arguments, stated, time_of(rows)))
        cases = list(compute_cases(bench, operators, options.isa))
        cases += traffic_cases(bench, operators, options.block, options.level_block)
    for case in cases:
        print(case.line())
    print("%d of %d cases agree" % (sum(case.agrees() for case in cases), len(cases)))


def main():
    parser = argparse.ArgumentParser(prog="scripts/intervene", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cachebound", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cost", required=True, help="the machine's cost file, of `calibrate`")
    parser.add_argument("--isa", default="avx2", help="the smaller instruction set (avx2)")
    parser.add_argument("--block", default="256MiB", help="what the neighbour streams (256MiB)")
    parser.add_argument("--level-block", default="16MiB",
                        help="a block in the shared level, to see how much was taken (16MiB)")
    parser.add_argument("--min-time", default="10ms", help="of each measurement (10ms)")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
