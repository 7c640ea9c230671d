"""The figure that counts for a loop on a core: the slot model, or llvm-mca held to measurements."""

import mca
import ports
import slots


class Figure:
    """Cycles of an iteration, what binds, which model said so, and what the other readings say."""

    def __init__(self, cycles, binds, model, other, alone, worst=None):
        self.cycles, self.binds, self.model = cycles, binds, model
        self.other = other  # INS as a NEON operation; or llvm-mca beside the bound
        self.worst = worst  # in-order cores: 64-bit vector loads as NEON operations too
        self.alone = alone  # llvm-mca's bound by resources, for cores without a table


def figures(core, loops, latency=()):
    """{name: Figure} for {name: [a64.Instruction]}; names in `latency` are dependent chains."""
    if core.model == "in-order":
        return {name: _in_order(core, loop) for name, loop in loops.items()}
    said = mca.predict(core, loops)
    for each in said.values():
        each.binds = core.data.get("llvm_units", {}).get(each.binds, each.binds)
    return {name: _out_of_order(core, loop, said[name], name in latency)
            for name, loop in loops.items()}


def _in_order(core, loop):
    cost = slots.cost(core, loop)
    other = worst = cost.cycles
    if any("other" in core.classify(i) for i in loop):
        other = worst = slots.cost(core, loop, slots.OTHER).cycles
    if any("worst" in core.classify(i) for i in loop):
        worst = slots.cost(core, loop, slots.WORST).cycles
    return Figure(cost.cycles, cost.binds, "slots", other, None, worst)


def _out_of_order(core, loop, said, latency):
    if not core.data["classes"]:
        return Figure(said.cycles, said.binds, "llvm-mca", said.cycles, said.alone)
    bound = ports.cost(core, loop)
    if latency or contradictions(core, loop, said):
        return Figure(bound.cycles, bound.binds, "published", said.cycles, said.alone)
    if bound.cycles > said.cycles:
        return Figure(bound.cycles, bound.binds, "ports", said.cycles, said.alone)
    return Figure(said.cycles, said.binds, "llvm-mca", bound.cycles, said.alone)


def contradictions(core, loop, said):
    """[instruction] whose rate LLVM has otherwise than was measured on the core."""
    found = []
    for instruction, alone in zip(loop, said.rates):
        entry = core.classify(instruction)
        if "rate" not in entry or instruction.is_branch:
            continue
        if abs(ports.limit(core, [instruction]) - alone) > 0.03 * alone:
            found.append(instruction)
    return found
