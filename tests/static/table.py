"""The table kernel x core: prints it, compares it with golden.tsv, or rewrites that file.

    table.py            prints the table
    table.py --check    fails when a kernel became slower, has no row, or misses a target
    table.py --update   rewrites golden.tsv
    table.py --compare  prints the models beside the published figures of boards
    table.py --lint     only: has every aarch64 kernel a row, one marked loop, and golden figures?

Options: --kernel GLOB, --core NAME."""

import argparse
import fnmatch
import os
import re
import sys
import tempfile

import a64
import calls
import compare
import coretable
import extract
import ports
import predict
import rows
import slots
import tools

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.tsv")
COLUMNS = ("kernel", "core", "cycles", "rate", "unit", "share", "binds", "model", "other_cycles",
           "worst_cycles", "loop", "measured", "call")
_OVERHEAD = ("add", "sub", "subs", "adds", "cmp")
TOLERANCE = 0.01
# Products that go into one lane of the result.
_MACS = [(re.compile(pattern), depth) for pattern, depth in (
    (r"fml[as]|[su]ml[as]l2?|[su]mull2?", 1), (r"bfdot", 2), (r"([su]|us|su)dot|bfmmla", 4),
    (r"([su]|us)mmla", 8))]
_WIDENS = ("sadalp", "uadalp")
# Of a call's instructions, what may be outside its loop: a micro-kernel for mixed signs goes over
# one operand first.
_BESIDE = {"gemm": 0.25}


class Kernel:
    """A row, its loop, and which of the loop's instructions are the measured ones."""

    def __init__(self, row, path):
        self.row, self.path = row, os.path.relpath(path, tools.ROOT)
        self.level = row.stem.rsplit("__", 1)[1]
        self.loop = a64.parse(extract.loop(path))
        self.measured = self._measured()
        self.call = None

    def _measured(self):
        if self.row.family == "membw":
            loads = [i for i in self.loop if i.is_load]
            stores = [i for i in self.loop if i.is_store]
            self._agrees("loads", len(loads), self.row.call["loads"])
            self._agrees("stores", len(stores), self.row.call["stores"])
            return loads + stores
        if self.row.family == "gemm":
            return self._gemm()
        if self.row.family == "bitserial":
            return self._bitserial()
        if self.row.family == "conv":
            return self._conv()
        found = [i for i in self.loop if not i.is_branch
                 and not (i.mnemonic in _OVERHEAD and i.key.endswith((".x", ".w")))]
        self._agrees("measured instructions", len(found), self.row.measured)
        return found

    def _agrees(self, what, found, told):
        if found != told:
            raise tools.Wrong(f"{self.path}: {found} {what} in the marked loop, but its row says "
                              f"{told}; mend the row or the loop")

    def _gemm(self):
        """The multiply-accumulates, and what widens their sums; they make the iteration's work."""
        found = [i for i in self.loop if macs(i) or i.mnemonic in _WIDENS]
        step = self.row.call["mr"] * self.row.call["nr"]
        group = max(self.row.call["kr_a"], self.row.call["kr_b"])
        done = sum(macs(i) for i in found)
        if done == 0 or done % (step * group):
            raise tools.Wrong(f"{self.path}: {done} multiply-accumulates in the marked loop are no "
                              f"whole steps of a tile of {step} elements and {group} steps of k; "
                              "mend the row or the loop")
        self.row.work, self.row.steps = 2 * done, done // step
        return found

    def _conv(self):
        """The products of whole input channels, first ones (FMUL) among them."""
        found = [i for i in self.loop if macs(i) or i.mnemonic == "fmul"]
        step = self.row.call["products"]
        done = sum(a64.lanes(i.operands[0]) for i in found)
        if done == 0 or done % step:
            raise tools.Wrong(f"{self.path}: {done} products in the marked loop are no whole "
                              f"channels of a tile of {step}; mend the row or the loop")
        self.row.work, self.row.steps = 2 * done, done // step
        return found

    def _bitserial(self):
        """An AND or EOR, a CNT and an ADD of bytes for each product of 128 bits."""
        found = [i for i in self.loop
                 if i.mnemonic in ("and", "eor", "cnt", "add") and ".vq" in i.key]
        counts = sum(i.mnemonic == "cnt" for i in found)
        step = self.row.call["mr"] * self.row.call["nr"]
        if counts == 0 or counts % step or len(found) != 3 * counts:
            raise tools.Wrong(f"{self.path}: {counts} CNT among {len(found)} operations in the "
                              f"marked loop are no whole words of a tile of {step} elements; mend "
                              "the row or the loop")
        self.row.steps = counts // step
        self.row.work = 2 * self.row.call["word"] * counts
        return found

    def measured_share(self):
        return len(self.measured) / len(self.loop)


def macs(instruction):
    """Multiply-accumulates of one instruction: of the lanes of its result."""
    depth = next((d for pattern, d in _MACS if pattern.fullmatch(instruction.mnemonic)), 0)
    return depth and depth * a64.lanes(instruction.operands[0])


def kernels(pattern="*"):
    """Every aarch64 kernel of the tree; one without a row, or a row without one, is an error."""
    files, told = tools.kernel_files(), rows.load()
    for stem, path in files.items():
        if stem not in told:
            raise tools.Wrong(f"{os.path.relpath(path, tools.ROOT)}: no row in "
                              "kernels_aarch64.inc; add one")
    for stem in told:
        if stem not in files and not stem.endswith("__scalar"):
            raise tools.Wrong(f"kernels_aarch64.inc: {stem} has no file {stem}.S")
    return [Kernel(told[stem], files[stem]) for stem in files if fnmatch.fnmatch(stem, pattern)]


def figures(found, core):
    """One table row for each kernel that `core` can run."""
    mine = [k for k in found if k.level in core.isa]
    said = predict.figures(core, {k.row.stem: k.loop for k in mine},
                           [k.row.stem for k in mine if k.row.latency])
    return [_line(k, core, said[k.row.stem], _least(k, core, said[k.row.stem])) for k in mine]


def _least(kernel, core, figure):
    """Cycles that the core needs for the measured instructions alone; for a latency form, for its
    chain. None where nothing but LLVM knows the core's latencies."""
    if not core.data["classes"]:
        return None if kernel.row.latency else figure.alone
    model = slots if core.model == "in-order" else ports
    least = model.limit(core, kernel.measured)
    if kernel.row.latency:
        least = max(least, ports.recurrence(kernel.loop, [core.classify(i) for i in kernel.loop]))
    return least


def _line(kernel, core, figure, least):
    return {"kernel": kernel.row.stem, "core": core.name, "cycles": f"{figure.cycles:.2f}",
            "rate": f"{kernel.row.work / figure.cycles:.3f}", "unit": f"{kernel.row.unit}/cycle",
            "share": "-" if least is None else f"{least / figure.cycles:.4f}",
            "binds": figure.binds, "model": figure.model, "other_cycles": f"{figure.other:.2f}",
            "worst_cycles": "-" if figure.worst is None else f"{figure.worst:.2f}",
            "loop": str(len(kernel.loop)), "measured": f"{kernel.measured_share():.3f}",
            "call": "-" if kernel.call is None else str(kernel.call)}


def count_calls(found):
    """Fills in kernel.call: executed instructions of a whole call, checked against the loop."""
    if not found:
        return
    files = tools.kernel_files()
    with tempfile.TemporaryDirectory() as folder:
        counter = calls.Counter({k.row.stem: k.row for k in found}, files, folder)
        for kernel in found:
            argument, iterations = calls.call_count(kernel.row)
            kernel.call = counter.count(kernel.row.stem, argument)["total"]
            inside = iterations * len(kernel.loop)
            most = inside + _BESIDE.get(kernel.row.family, 0.1) * inside + 200
            if not inside <= kernel.call <= most:
                raise tools.Wrong(f"{kernel.path}: a call executes {kernel.call} instructions, its "
                                  f"{iterations} iterations of {len(kernel.loop)} make {inside}; "
                                  "the marked loop is not where the call spends its instructions")


def table(found, cores):
    lines = [line for core in cores for line in figures(found, core)]
    place = {k.row.stem: at for at, k in enumerate(found)}
    return sorted(lines, key=lambda line: place[line["kernel"]])


def show(lines):
    if not lines:
        print("no aarch64 kernel in the tree")
        return
    widths = {c: max([len(c)] + [len(line[c]) for line in lines]) for c in COLUMNS}
    left = ("kernel", "core", "unit", "binds", "model")
    for line in [dict(zip(COLUMNS, COLUMNS)), *lines]:
        print("  ".join(line[c].ljust(widths[c]) if c in left else line[c].rjust(widths[c])
                        for c in COLUMNS).rstrip())


def read_golden():
    if not os.path.exists(GOLDEN):
        return {}
    with open(GOLDEN, encoding="utf-8") as file:
        parts = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    head = parts[0] if parts else []
    return {(p[0], p[1]): dict(zip(head, p)) for p in parts[1:]}


def write_golden(lines):
    _, version = tools.llvm_mca()
    with open(GOLDEN, "w", encoding="utf-8") as file:
        file.write(f"# Made by scripts/static --update with llvm-mca {version}. Do not edit.\n")
        for line in [dict(zip(COLUMNS, COLUMNS)), *lines]:
            file.write("\t".join(line[c] for c in COLUMNS) + "\n")


def _per_work(line, column):
    """Per operation or byte of one iteration, so that another unroll is no change."""
    return float(line[column]) / (float(line["cycles"]) * float(line["rate"]))


def against_golden(lines, golden):
    """What a person must know: kernels that became slower, larger, or have no figures."""
    wrong, note = [], []
    for line in lines:
        name = f"{line['kernel']} on {line['core']}"
        old = golden.pop((line["kernel"], line["core"]), None)
        if old is None:
            wrong.append(f"tests/static/golden.tsv: no row for {name}; run scripts/static --update")
            continue
        for column, what in (("cycles", "cycles an iteration"), ("call", "instructions a call")):
            if line[column] == "-" or old[column] == "-":
                continue
            now, before = _per_work(line, column), _per_work(old, column)
            if now > before * (1 + TOLERANCE):
                wrong.append(f"{name} became slower: {line[column]} {what} "
                             f"({line['rate']} {line['unit']}), it was {old[column]} "
                             f"({old['rate']} {old['unit']})")
            elif now < before * (1 - TOLERANCE):
                note.append(f"{name} became faster: {line[column]} {what} ({line['rate']} "
                            f"{line['unit']}), it was {old[column]} ({old['rate']} {old['unit']}); "
                            "run scripts/static --update to hold it")
    wrong += [f"tests/static/golden.tsv: {kernel} on {core} is no kernel of the tree any more; run "
              "scripts/static --update" for kernel, core in golden]
    return wrong, note


def targets(lines, found, cores, whole=True):
    """What the kernels are for: at the limit of the core."""
    by = {k.row.stem: k for k in found}
    wrong = []
    for line in lines:
        row, share = by[line["kernel"]].row, line["share"]
        if row.family == "peak" and not row.latency and float(share) < 0.99:
            wrong.append(f"{row.stem} on {line['core']}: {share} of the port limit, expected 0.99 "
                         f"({line['binds']} binds)")
        # On the N1 a depthwise tile's stores take the multiply-adds' ports: one for each nine.
        at_limit = row.family == "conv" and {"direct": ("a72", "n1"), "depthwise_tile": ("a72",)}[
            row.kind]
        if (row.family == "conv" and row.call["groups"] in (0, 2) and line["core"] in at_limit
                and float(share) < 0.99):
            wrong.append(f"{row.stem} on {line['core']}: {share} of the port limit, expected 0.99 "
                         f"({line['binds']} binds)")
        if (row.family == "conv" and row.core == "IN_ORDER" and line["core"] in ("a53", "a55")
                and float(share) < 0.95):
            wrong.append(f"{row.stem} on {line['core']}: {share} of the port limit, expected 0.95 "
                         f"({line['binds']} binds)")
    for core in cores if whole else []:
        wrong += _best(core, lines, by) + _best_gemm(core, lines, by)
    return wrong


def _best(core, lines, by):
    """Read and write: a loop of which 95 % are loads or stores reaches what the core can move."""
    wrong = []
    for kind, limit in core.data["limits"].items():
        mine = [(float(line["rate"]), float(line["measured"])) for line in lines
                if line["core"] == core.name and by[line["kernel"]].row.kind == kind]
        dense = [rate for rate, measured in mine if measured >= 0.95]
        if mine and max(dense, default=0) < 0.99 * limit["bytes_per_cycle"]:
            wrong.append(f"no {kind} kernel with 95 % loads or stores in its loop reaches the "
                         f"limit of the {core.data['name']}: best {max(dense, default=0)} of "
                         f"{limit['bytes_per_cycle']} bytes a cycle")
    return wrong


def _best_gemm(core, lines, by):
    """A type's best micro-kernel reaches its share of the core's peak; what sources do not agree on
    counts against it."""
    wrong = []
    for kind, target in core.data.get("gemm", {}).items():
        rates = [_rate_against(line) for line in lines
                 if line["core"] == core.name and by[line["kernel"]].row.family == "gemm"
                 and by[line["kernel"]].row.kind == kind]
        if max(rates, default=0) < target:
            wrong.append(f"no {kind} gemm kernel reaches its target on the {core.data['name']}: "
                         f"best {max(rates, default=0):.3f} of {target} operations a cycle")
    return wrong


def _rate_against(line):
    cycles = float(line["cycles"])
    other = float(line["other_cycles"]) if line["model"] == "slots" else cycles
    return float(line["rate"]) * cycles / other


def lint():
    """Without any tool: every aarch64 kernel has a row, one marked loop and golden figures."""
    golden = {kernel for kernel, _ in read_golden()}
    files, told = tools.kernel_files(), rows.load()
    wrong = []
    for stem, path in files.items():
        where = os.path.relpath(path, tools.ROOT)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if stem not in told:
            wrong.append(f"{where}: no row in kernels_aarch64.inc; add one")
        elif text.count("LLVM-MCA-BEGIN") != 1 or text.count("LLVM-MCA-END") != 1:
            wrong.append(f"{where}: expected one LLVM-MCA-BEGIN and one LLVM-MCA-END around the "
                         "inner loop")
        elif stem not in golden:
            wrong.append(f"{where}: no row in tests/static/golden.tsv; run scripts/static --update")
    print(f"{len(files) - len(wrong)} of {len(files)} aarch64 kernels have a static row")
    return wrong


def main():
    parser = argparse.ArgumentParser(prog="scripts/static", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag in ("--check", "--update", "--compare", "--lint"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--kernel", default="*", metavar="GLOB")
    parser.add_argument("--core", metavar="NAME")
    asked = parser.parse_args()
    if asked.update and (asked.kernel != "*" or asked.core):
        parser.error("--update writes the whole table; leave --kernel and --core out")
    if asked.lint:
        return finish(lint())
    cores = [c for c in coretable.load_all() if asked.core in (None, c.name)]
    if not cores:
        parser.error(f"no core '{asked.core}' in tests/static/cores")
    if asked.compare:
        return finish(compare.show(cores))
    found = kernels(asked.kernel)
    count_calls(found)
    lines = table(found, cores)
    if asked.update:
        write_golden(lines)
        print(f"tests/static/golden.tsv: {len(lines)} rows of {len(found)} kernels")
        return finish(targets(lines, found, cores))
    if not asked.check:
        show(lines)
        return 0
    golden = {k: v for k, v in read_golden().items()
              if fnmatch.fnmatch(k[0], asked.kernel) and k[1] in [c.name for c in cores]}
    wrong, note = against_golden(lines, golden)
    for text in note:
        print(text)
    wrong += targets(lines, found, cores, asked.kernel == "*") + compare.check(cores)
    print(f"static cost: {len(found)} kernels, {len(lines)} rows, {len(wrong)} failures")
    return finish(wrong)


def finish(wrong):
    for text in wrong:
        print(text, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tools.Missing as error:
        print(f"skipped: {error}", file=sys.stderr)
        sys.exit(77)
    except tools.Wrong as error:
        sys.exit(str(error))
