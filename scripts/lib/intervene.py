"""Whether the time model's binding limits bind.

A limit is lowered, or raised, and the operator is timed before and after:
  compute  a smaller instruction set (--isa) lowers the peak and register loads;
  blocks   other block sizes of a matrix multiply move more or fewer bytes between two levels of
           the memory, with the same kernel and the same products;
  traffic  a second core streams through memory (--traffic): for machines where that takes bandwidth
           of the levels behind the private caches.
The measured share of a limit is log(change of time) / log(change of the limit). How far a limit
changed is counted, times what the cost file says of the peak or the level (compute, blocks), or
measured with reads of the shared levels (traffic). What other limits did meanwhile is taken off,
each by the share that the model gives it. The model's shares are the mean of before and after. A
case agrees when the measured share and the model's are both above one half, or both below; a limit
that changed by less than a quarter tells nothing. Before and after are measured in turn, several
times, and the least times count. Nothing is asserted: the table is for a person."""
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
# M x N x K, which block, and its two sizes, mc in panels of the kernel. Other blocks are as the
# driver plans them.
BLOCKS = [
    ("256x256x256", "kc", 1, 4), ("256x256x256", "kc", 16, 64), ("512x512x64", "kc", 2, 8),
    ("512x512x512", "kc", 64, 256), ("1024x1024x1024", "kc", 2, 8),
    ("1024x1024x1024", "kc", 32, 128), ("384x384x384", "kc", 2, 8), ("768x768x96", "kc", 3, 12),
    ("300x700x256", "kc", 2, 8), ("1536x512x48", "kc", 3, 12), ("640x640x640", "kc", 24, 96),
    ("2048x512x64", "kc", 4, 16), ("2048x1024x32", "kc", 2, 8), ("128x128x512", "kc", 2, 8),
]
LEAST_CHANGE = 1.25
MEMORY = ("L2-L1 traffic", "L3-L2 traffic", "RAM traffic")
TRAFFIC = ("L3-L2 traffic", "RAM traffic")


class Bench:
    def __init__(self, program, folder, min_time, rounds):
        self.program, self.folder, self.min_time, self.rounds = program, folder, min_time, rounds

    def command(self, cpu, arguments):
        return ["taskset", "-c", str(cpu), self.program, *arguments, "--threads", "1", "--quick",
                "-q"]

    def run(self, arguments, name="row.json"):
        path = os.path.join(self.folder, name)
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


def explain(bench, path, cost):
    """What the model says of the first operator that it can follow; None."""
    text = subprocess.run([bench.program, "model", path, "--cost", cost, "--format", "json"],
                          check=True, capture_output=True, text=True).stdout
    for machine in json.loads(text)["machines"]:
        for operator in machine["operators"]:
            if operator["time"]:
                return operator["time"]
    return None


def limits(time, key):
    return {limit["name"]: limit[key] for limit in time["limits"]}


def time_of(rows):
    """Least time: an intervention only adds, and so does everything that was not meant."""
    return rows[0]["time_s"]["min"]


def in_turn(bench, before, after):
    """Two commands one after the other, again and again: [(path, least time)] of each."""
    paths, least = [None, None], [math.inf, math.inf]
    for _ in range(bench.rounds):
        for i, arguments in enumerate((before, after)):
            path, rows = bench.run(arguments, "row%d.json" % i)
            paths[i], least[i] = path, min(least[i], time_of(rows))
    return list(zip(paths, least))


class Case:
    """`changed`: how many times the limit's own time changed; `rest`: log of what others did."""
    def __init__(self, name, stated, changed, rest, before, after):
        self.name, self.stated, self.changed, self.measured = name, stated, changed, float("nan")
        if abs(math.log(changed)) >= math.log(LEAST_CHANGE):
            self.measured = (math.log(after / before) - rest) / math.log(changed)

    def tells(self):
        return not math.isnan(self.measured)

    def agrees(self):
        return self.tells() and (self.stated > 0.5) == (self.measured > 0.5)

    def line(self):
        if not self.tells():
            return "%-52s the limit did not change (%.2f times)" % (self.name, self.changed)
        return "%-52s %6.2f times  stated %4.0f %%  measured %4.0f %%  %s" % (
            self.name, self.changed, 100 * self.stated, 100 * self.measured,
            "agrees" if self.agrees() else "DISAGREES")


def means(said):
    """{limit: mean share} of two explanations, and {limit: how many times its time changed}."""
    shares = [limits(time, "share") for time in said]
    alone = [limits(time, "alone_s") for time in said]
    mean = {name: (shares[0][name] + shares[1][name]) / 2 for name in shares[0]}
    change = {name: alone[1][name] / alone[0][name] for name in alone[0]
              if alone[0][name] > 0 and alone[1][name] > 0}
    return mean, change


def case_of(name, limit, said, before, after):
    mean, change = means(said)
    rest = sum(mean[other] * math.log(change[other]) for other in change if other != limit)
    return Case("%s: %s" % (name, limit), mean[limit], change.get(limit, 1), rest, before, after)


def compute_cases(bench, operators, cost, isa):
    for name, arguments, _, _ in operators:
        both = in_turn(bench, arguments, [*arguments, "--isa", isa])
        said = [explain(bench, path, cost) for path, _ in both]
        yield case_of(name + ", --isa " + isa, "compute", said, both[0][1], both[1][1])


def traffic_cases(bench, operators, block, level_block):
    read = ["membw", "--pattern", "read", "--block", level_block]
    alone = bench.rate(read, "bytes_per_s")
    other = bench.neighbour(block)
    try:
        lowered = alone / bench.rate(read, "bytes_per_s")
        for name, arguments, said, before in operators:
            if other.poll() is not None:
                other = bench.neighbour(block)
            after = time_of(bench.run(arguments)[1])
            stated = sum(limits(said, "share").get(limit, 0) for limit in TRAFFIC)
            yield Case(name + ", beside traffic", stated, lowered, 0, before, after)
    finally:
        other.terminate()
        other.wait()


def tuned_line(document, row, blocks):
    """A line of the tuner's log that gives the row's plan other blocks."""
    machine, blocking = document["context"]["machine"], row["blocking"]
    candidate = {"kernel": row["kernel"], "order": "jpi", "threads_m": 1, "threads_n": 1,
                 "pack_a": True, "pack_b": True,
                 **{block: blocking[block] for block in ("mc", "kc", "nc")}, **blocks}
    return {"machine": machine["name"], "cpu_model": machine["cpu_model"], "dtype": row["dtype"],
            **{key: row["params"][key] for key in ("m", "n", "k")}, "threads": 1, "trans": "nn",
            "candidate": candidate, "time_s": 1}


def with_blocks(bench, shape, blocks, name):
    """The arguments that make a product run with these blocks, and the blocks in elements."""
    arguments = ["gemm", "--shape", shape, "--variant", "tuned", "--dtype", "f32"]
    path, rows = bench.run([*arguments, "--log", os.path.join(bench.folder, "none.jsonl")])
    with open(path, encoding="utf-8") as file:
        if "mc" in blocks:
            blocks = {"mc": blocks["mc"] * rows[0]["tile"]["mr"]}
        line = tuned_line(json.load(file), rows[0], blocks)
    log = os.path.join(bench.folder, name)
    with open(log, "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return [*arguments, "--log", log], blocks


def check_blocks(path, shape, wanted):
    with open(path, encoding="utf-8") as file:
        row = json.load(file)["results"][0]
    used = {block: row["blocking"][block] for block in wanted}
    if used != wanted:
        sys.exit("%s: asked for blocks %s, it ran with %s" % (shape, wanted, used))


def block_cases(bench, cost):
    """Of the boundary of the memory whose time changes most."""
    for shape, block, small, large in BLOCKS:
        both = [with_blocks(bench, shape, {block: size}, name)
                for size, name in ((small, "small.jsonl"), (large, "large.jsonl"))]
        (path, before), (other, after) = in_turn(bench, both[0][0], both[1][0])
        check_blocks(path, shape, both[0][1])
        check_blocks(other, shape, both[1][1])
        said = [explain(bench, of, cost) for of in (path, other)]
        alone = [limits(time, "alone_s") for time in said]
        limit = max(MEMORY, key=lambda name: abs(alone[1].get(name, 0) - alone[0].get(name, 0)))
        yield case_of("%s, %s %d -> %d" % (shape, block, small, large), limit, said, before, after)


def measure_operators(bench, cost):
    for operator in OPERATORS:
        arguments = operator_arguments(operator)
        path, rows = bench.run(arguments)
        time = explain(bench, path, cost)
        if time is None:
            print("%s: the model cannot follow it" % " ".join(operator), file=sys.stderr)
            continue
        stated = limits(time, "share")
        name = " ".join(word for word in operator if not word.startswith("--"))
        print("%-34s binding: %s %.0f %%" % (name, time["binding"], 100 * stated[time["binding"]]))
        yield name, arguments, time, time_of(rows)


def run(options):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.cachebound, folder, options.min_time, options.rounds)
        operators = list(measure_operators(bench, options.cost))
        cases = list(compute_cases(bench, operators, options.cost, options.isa))
        cases += block_cases(bench, options.cost)
        if options.traffic:
            cases += traffic_cases(bench, operators, options.block, options.level_block)
    for case in cases:
        print(case.line())
    telling = [case for case in cases if case.tells()]
    print("%d of %d cases agree" % (sum(case.agrees() for case in telling), len(telling)))


def main():
    parser = argparse.ArgumentParser(prog="scripts/intervene", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cachebound", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cost", required=True, help="the machine's cost file, of `calibrate`")
    parser.add_argument("--isa", default="avx2", help="the smaller instruction set (avx2)")
    parser.add_argument("--traffic", action="store_true",
                        help="also let a second core stream through memory")
    parser.add_argument("--block", default="256MiB", help="what the neighbour streams (256MiB)")
    parser.add_argument("--level-block", default="16MiB",
                        help="a block in the shared level, to see how much was taken (16MiB)")
    parser.add_argument("--min-time", default="10ms", help="of each measurement (10ms)")
    parser.add_argument("--rounds", type=int, default=3, help="before and after in turn (3)")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
