"""The models beside the published figures of boards (published.csv): within 3 %, all of them."""

import csv
import os

import a64
import extract
import predict
import stream
import tools

_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "published.csv")
_SCALE = {"GFLOP/s": 1e-9, "GOP/s": 1e-9, "MiB/s": 1 / 2**20, "instructions/cycle": 1, "cycles": 1}
WITHIN = 0.03


class Comparison:
    def __init__(self, line, predicted, model):
        self.line, self.predicted, self.model = line, predicted, model
        self.published = float(line["published"])
        self.error = predicted / self.published - 1


def comparisons(cores):
    with open(_FILE, encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    found = []
    for core in cores:
        mine = [line for line in lines if line["core"] == core.name]
        loops = {str(at): _loop(line["loop"]) for at, line in enumerate(mine)}
        chains = [str(at) for at, line in enumerate(mine)
                  if line["loop"].startswith("chain ") or "_lat_" in line["loop"]]
        said = predict.figures(core, loops, chains) if mine else {}
        for at, line in enumerate(mine):
            found.append(_compare(line, loops[str(at)], said[str(at)]))
    return found


def _loop(text):
    """@ is a kernel of the tree. Other loops are written with ; for , (the file is CSV):
    independent copies of an instruction, or after "chain" one dependent chain of it."""
    if text.startswith("@"):
        files = tools.kernel_files()
        if text[1:] not in files:
            raise tools.Wrong(f"tests/static/published.csv: there is no kernel {text[1:]}; name "
                              "another that moves or computes the same way")
        return a64.parse(extract.loop(files[text[1:]]))
    sample = text.replace(";", ",")
    if sample.startswith("chain "):
        return a64.parse([sample[len("chain "):]] * 8)
    return stream.loop(sample)


def _compare(line, loop, figure):
    count = sum(not i.is_branch and i.mnemonic not in ("subs", "cmp", "add") for i in loop)
    if line["unit"] == "cycles":
        return Comparison(line, figure.cycles / count, figure.model)
    rate = count * float(line["work"]) / figure.cycles
    scale = float(line["clock_hz"]) * int(line["threads"]) * _SCALE[line["unit"]]
    return Comparison(line, rate * scale, figure.model)


def check(cores):
    return [f"{c.line['what']} on {c.line['board']}: predicted {c.predicted:.4g} {c.line['unit']}, "
            f"published {c.published:.4g} ({c.line['source']}): {100 * c.error:+.1f} %, expected "
            "within 3 %" for c in comparisons(cores) if abs(c.error) > WITHIN]


def show(cores):
    """Prints the comparison as the table that docs/STATIC.md holds."""
    print("| board | figure | published | predicted | difference | loop | model | source |")
    print("|---|---|---|---|---|---|---|---|")
    for c in comparisons(cores):
        line = c.line
        loop = line["loop"].lstrip("@").replace(";", ",").replace("{{", "{").replace("}}", "}")
        threads = f", {line['threads']} cores" if line["threads"] != "1" else ""
        print(f"| {line['board']} | {line['what']}{threads} | {c.published:g} {line['unit']} | "
              f"{c.predicted:.4g} | {100 * c.error:+.1f} % | `{loop}` | {c.model} | "
              f"{line['source']} |")
    return check(cores)
