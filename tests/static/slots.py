"""The slot model of the in-order cores: what a loop costs in its steady state.

Instructions issue in order, `issue_width` a cycle, when their operands are there and their units
are free. A class says which units it takes (`use`), for how many cycles (`hold`, default 1),
whether nothing else may issue meanwhile (`block`, cycles, its own included), when its result can be
used (`latency`), or used as the accumulator of its own kind (`acc`), and when an updated
base register can (`writeback`). A branch ends the pair it is in. Flags reach a branch in the same
cycle. Caches always hit; fetch keeps up; a predicted branch costs its slot.

What published sources do not agree on is counted both ways: a class may have an `other` reading
(INS from a general register: free beside NEON, or in a slot of the NEON pipe) and a `worst` one,
which stands for the case that every doubt goes against the kernel (64-bit vector loads too)."""

# Iterations before and within the span that is averaged: enough instructions for any pattern of
# pairing and latency to repeat in.
_WARM_INSTRUCTIONS = 512
_SPAN_INSTRUCTIONS = 1024


BEST, OTHER, WORST = 0, 1, 2


class Cost:
    def __init__(self, cycles, binds, bounds):
        self.cycles, self.binds, self.bounds = cycles, binds, bounds


def cost(core, loop, reading=BEST):
    """Cycles of one iteration of `loop` (a list of a64.Instruction) and what binds it."""
    classes = [_read(core.classify(i), reading) for i in loop]
    cycles = _steady(core, loop, classes)
    bounds = resource_bounds(core, classes)
    binds, most = max(bounds.items(), key=lambda b: b[1])
    if cycles > most * 1.005:
        free = [dict(c, latency=0, acc=0, writeback=0) for c in classes]
        ideal = _steady(core, loop, free)
        binds = f"{binds} + latency" if cycles > ideal * 1.005 else f"{binds} + pairing"
        if most < cycles / 2 and binds.endswith("latency"):
            binds = "latency"
    return Cost(cycles, binds, bounds)


def limit(core, instructions, reading=BEST):
    """The fewest cycles in which the core can issue these instructions, whatever their order."""
    return max(resource_bounds(core, [_read(core.classify(i), reading) for i in instructions])
               .values())


def resource_bounds(core, classes):
    units = core.data["units"]
    bounds = {u: sum(c["use"].get(u, 0) * c.get("hold", {}).get(u, 1) for c in classes)
              / units[u]["count"] for u in units}
    width = core.data["issue_width"]
    bounds["issue"] = sum(c.get("block", 1 / width) for c in classes)
    return bounds


def _read(entry, reading):
    for name in ("other", "worst")[:reading]:
        entry = dict(entry, **entry.get(name, {}))
    return entry


def _steady(core, loop, classes):
    """Average over a span of iterations, taken twice, so that a period in it does not matter."""
    warm = max(4, _WARM_INSTRUCTIONS // len(loop))
    span = max(4, _SPAN_INSTRUCTIONS // len(loop))
    for _ in range(4):
        ends = _simulate(core, loop, classes, warm + 2 * span)
        first = ends[warm + span - 1] - ends[warm - 1]
        second = ends[warm + 2 * span - 1] - ends[warm + span - 1]
        if abs(first - second) <= 1:
            return (first + second) / (2 * span)
        warm *= 2
    raise ArithmeticError("the loop does not come to a steady state")


def _simulate(core, loop, classes, iterations):
    """The cycle in which the last instruction of each iteration issues."""
    machine = _Machine(core)
    ends = []
    for _ in range(iterations):
        for instruction, entry in zip(loop, classes):
            machine.issue(instruction, entry)
        ends.append(machine.cycle)
    return ends


class _Machine:
    def __init__(self, core):
        self.width = core.data["issue_width"]
        self.units = {u: v["count"] for u, v in core.data["units"].items()}
        self.cycle, self.slots, self.blocked = 0, 0, 0
        self.busy = {u: {} for u in self.units}
        self.ready = {}

    def issue(self, instruction, entry):
        self._move(max(self.cycle, self.blocked, self._operands(instruction, entry)))
        while not self._fits(entry):
            self._move(self.cycle + 1)
        at = self.cycle
        for unit, count in entry["use"].items():
            for t in range(at, at + entry.get("hold", {}).get(unit, 1)):
                self.busy[unit][t] = self.busy[unit].get(t, 0) + count
        self._results(instruction, entry, at)
        self.slots += 1
        if "block" in entry:
            self.blocked = at + entry["block"]
        elif instruction.is_branch:
            self.slots = self.width

    def _move(self, cycle):
        if cycle > self.cycle:
            self.cycle, self.slots = cycle, 0
            for unit in self.busy.values():
                for t in [t for t in unit if t < cycle]:
                    del unit[t]

    def _fits(self, entry):
        if self.slots >= (1 if "block" in entry else self.width):
            return False
        hold = entry.get("hold", {})
        return all(self.busy[u].get(t, 0) + n <= self.units[u] for u, n in entry["use"].items()
                   for t in range(self.cycle, self.cycle + hold.get(u, 1)))

    def _operands(self, instruction, entry):
        """The first cycle in which every operand is there, and no older result is overtaken."""
        earliest = 0
        for register in instruction.reads:
            when, forwarded, kind = self.ready.get(register, (0, 0, None))
            if register == "nzcv" and instruction.is_branch:
                when -= 1
            elif register == instruction.accumulator and kind == entry["name"]:
                when = forwarded
            earliest = max(earliest, when)
        for register in instruction.writes - instruction.reads:
            earliest = max(earliest, self.ready.get(register, (0, 0, None))[0]
                           - entry.get("latency", 1))
        return earliest

    def _results(self, instruction, entry, at):
        latency = entry.get("latency", 1)
        for register in instruction.writes:
            if register == instruction.writeback:
                when = at + entry.get("writeback", 1)
                self.ready[register] = (when, when, None)
            else:
                self.ready[register] = (at + latency, at + entry.get("acc", latency),
                                        entry["name"])
