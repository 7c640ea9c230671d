"""The bound of an out-of-order core: ports, dispatch and the loop's own recurrence.

Each class says which ports each of its micro-operations can go to and for how many cycles, fed by
published measured rates. The bound is the busiest set of ports (work that can go nowhere else, over
the ports of the set), the dispatch width, and the longest chain from one iteration to the next. The
scheduler is taken to be perfect, which these small loops allow; llvm-mca stands beside it, with a
scheduler, and with LLVM's own rates (mca.py)."""

import itertools

import slots


def cost(core, loop):
    classes = [core.classify(i) for i in loop]
    bounds = resource_bounds(core, classes)
    bounds["latency"] = recurrence(loop, classes)
    binds, most = max(bounds.items(), key=lambda b: (b[1], b[0] != "dispatch", b[0]))
    return slots.Cost(most, binds, bounds)


def limit(core, instructions):
    return max(resource_bounds(core, [core.classify(i) for i in instructions]).values())


def resource_bounds(core, classes):
    work = [(frozenset(ports), cycles) for c in classes for ports, cycles in c["uops"]]
    groups = {ports for ports, _ in work}
    bounds = {"dispatch": len(classes) / core.data["dispatch"]}
    for count in range(1, len(groups) + 1):
        for chosen in itertools.combinations(groups, count):
            union = frozenset().union(*chosen)
            inside = sum(cycles for ports, cycles in work if ports <= union)
            bounds["+".join(sorted(union))] = inside / len(union)
    if "q_results_per_cycle" in core.data:
        bounds["128-bit results"] = (sum(c.get("q", 0) for c in classes)
                                     / core.data["q_results_per_cycle"])
    return bounds


def recurrence(loop, classes):
    """Cycles an iteration that dependences alone allow."""
    ready, ends, last = {}, [], 0
    span = max(4, 512 // len(loop))
    for _ in range(2 * span):
        for instruction, entry in zip(loop, classes):
            start = 0
            for register in instruction.reads:
                when, forwarded, kind = ready.get(register, (0, 0, None))
                same = register == instruction.accumulator and kind == entry["name"]
                start = max(start, forwarded if same else when)
            latency = entry.get("latency", 1)
            for register in instruction.writes:
                if register == instruction.writeback:
                    done = start + entry.get("writeback", 1)
                    ready[register] = (done, done, None)
                else:
                    ready[register] = (start + latency, start + entry.get("acc", latency),
                                       entry["name"])
                last = max(last, ready[register][1])
        ends.append(last)
    return (ends[2 * span - 1] - ends[span - 1]) / span
