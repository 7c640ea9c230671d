"""llvm-mca's word on the same loops: cycles of an iteration and the pressure on its resources."""

import json
import re

import tools

_FEATURES = {"fp16": "+fullfp16", "dotprod": "+dotprod", "bf16": "+bf16", "i8mm": "+i8mm"}
# Two runs, so that filling and draining the pipeline cancels out.
_FIRST, _SECOND = 50, 150


class Prediction:
    def __init__(self, cycles, binds, rates, alone):
        self.cycles, self.binds = cycles, binds
        self.alone = alone  # cycles of one iteration that the resources alone allow
        self.rates = rates  # cycles that each instruction takes alone, as LLVM has it


def _plain(text):
    """Without addresses that mean nothing to an assembler."""
    return re.sub(r"^((?:b\.\w+|b|cbn?z|tbn?z)\s+(?:.*,\s*)?)[0-9a-f]+( <.*>)?$", r"\g<1>#0", text)


def predict(core, loops):
    """{stem: Prediction} for {stem: [a64.Instruction]} on core.data["llvm"]."""
    if not loops:
        return {}
    path, _ = tools.llvm_mca()
    source = "".join(f"# LLVM-MCA-BEGIN {stem}\n" + "".join(_plain(i.text) + "\n" for i in loop)
                     + f"# LLVM-MCA-END {stem}\n" for stem, loop in loops.items())
    features = [f for level, f in _FEATURES.items() if level in core.isa]
    command = [path, "-mtriple=aarch64-linux-gnu", f"-mcpu={core.data['llvm']}",
               "-mattr=" + ",".join(features), "-json", "-instruction-info"]
    short = json.loads(tools.run([*command, f"-iterations={_FIRST}"], source))
    long = json.loads(tools.run([*command, f"-iterations={_SECOND}"], source))
    names = [_short(name) for name in long["TargetInfo"]["Resources"]]
    regions = zip(loops, short["CodeRegions"], long["CodeRegions"], )
    return {stem: _prediction(first, second, names) for stem, first, second in regions}


def _short(name):
    """A57UnitI.\\x00 is the first of LLVM's I units."""
    name = re.sub(r"^\w*Unit", "", name)
    return re.sub(r"\.(.)$", lambda m: str(ord(m.group(1))), name, flags=re.S)


def _prediction(short, long, names):
    cycles = long["SummaryView"]["TotalCycles"] - short["SummaryView"]["TotalCycles"]
    cycles /= _SECOND - _FIRST
    rates = [i["RThroughput"] for i in long["InstructionInfoView"]["InstructionList"]]
    return Prediction(cycles, _busiest(long, cycles, names), rates,
                      long["SummaryView"]["BlockRThroughput"])


def _busiest(region, cycles, names):
    view = region["ResourcePressureView"]["ResourcePressureInfo"]
    count = len(region["Instructions"])
    total = [p for p in view if p["InstructionIndex"] == count]
    most = max(total, key=lambda p: p["ResourceUsage"], default=None)
    if most is not None and most["ResourceUsage"] > 0.97 * cycles:
        return names[most["ResourceIndex"]]
    summary = region["SummaryView"]
    dispatch = summary["TotaluOps"] / summary["Iterations"] / summary["DispatchWidth"]
    # Less than full groups: LLVM dispatches the parts of an instruction together.
    return "dispatch" if dispatch > 0.75 * cycles else "latency or scheduler"
