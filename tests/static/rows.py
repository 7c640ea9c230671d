"""What a kernel's row says of its inner loop: bench/*/kernels_aarch64.inc.

A new family of kernels adds its macro to FAMILIES: a function from the row's arguments to a Row."""

import ast
import glob
import os
import re

import tools


class Row:
    """One iteration of the marked loop: `work` in operations or bytes, `measured` instructions."""

    def __init__(self, stem, family, kind, work, unit, measured, latency=False, **call):
        self.stem, self.family, self.kind = stem, family, kind
        self.work, self.unit, self.measured = work, unit, measured
        self.latency = latency  # one dependent chain: bound by latency on purpose
        self.core = None        # which cores it is ordered for; None: all
        self.call = call        # how tests/static/call_kernel.c calls it


def _peak(stem, _isa, form, dtype, _oracle, chains, steps, vector_bytes, ops, instructions, *_):
    count = _number(chains) * _number(steps)
    return Row(stem, "peak", dtype.strip('"'), count * _number(ops), "op",
               count * _number(instructions), latency=form == "LATENCY",
               bytes=_number(vector_bytes) * _number(chains))


def _membw(stem, _isa, pattern, nt, _width, step_bytes, loads, stores, *_):
    operands = {"READ": 1, "WRITE": 1, "COPY": 2, "TRIAD": 3, "MIX21": 3, "RMW": 2,
                "UPDATE": 3}[pattern]
    kind = pattern.lower() + (" nt" if nt == "true" else "")
    return Row(stem, "membw", kind, _number(step_bytes) * operands, "B",
               _number(loads) + _number(stores), loads=_number(loads), stores=_number(stores),
               step_bytes=_number(step_bytes))


def _gemm(stem, _isa, dtype, core, mr, nr, kr_a, kr_b, direct, _oracle):
    """Steps of k in an iteration are counted in the loop itself: table.py fills in the work."""
    row = Row(stem, "gemm", dtype.strip('"'), None, "op", None, mr=_number(mr), nr=_number(nr),
              kr_a=_number(kr_a), kr_b=_number(kr_b), direct="DIRECT_A" in direct)
    row.core = core
    return row


def _bitserial(stem, _isa, kind, core, _planes, mr, nr, a_word, w_word, _oracle):
    """As a matrix multiply: words of k in an iteration are counted in the loop itself."""
    row = Row(stem, "bitserial", kind.lower(), None, "op", None, mr=_number(mr), nr=_number(nr),
              word=max(_number(a_word), _number(w_word)))
    row.core = core
    return row


def _conv(stem, _isa, kind, core, groups, pixels, channels, _lanes, _oracle):
    """Input channels in an iteration are counted in the loop itself."""
    row = Row(stem, "conv", kind.lower(), None, "op", None, groups=_number(groups),
              products=_number(groups) * _number(pixels) * _number(channels))
    if kind == "DEPTHWISE_TILE":  # 2 x 7 pixels of 3 x 3, one vector
        row.call["products"] = 14 * 9 * _number(channels)
    row.core = core
    return row


FAMILIES = {"CB_CONV": _conv, "CB_PEAK": _peak, "CB_MEMBW": _membw, "CB_GEMM": _gemm, "CB_BITSERIAL": _bitserial}


def load():
    """{stem: Row} of every row for aarch64."""
    found = {}
    for path in sorted(glob.glob(os.path.join(tools.ROOT, "bench", "*", "kernels_aarch64.inc"))):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.S)
        where = os.path.relpath(path, tools.ROOT)
        for macro, arguments in re.findall(r"^\s*(CB_\w+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text,
                                           re.M):
            row = _row(macro, arguments, where)
            found[row.stem] = row
    return found


def _row(macro, arguments, where):
    parts = [" ".join(p.split()) for p in arguments.split(",")]
    if macro not in FAMILIES:
        raise tools.Wrong(f"{where}: {macro}({parts[0]}, ...): tests/static/rows.py does not know "
                          "this family; add it to FAMILIES")
    try:
        return FAMILIES[macro](*parts)
    except (TypeError, ValueError, KeyError) as error:
        raise tools.Wrong(f"{where}: {macro}({parts[0]}, ...) does not read as a row ({error}); "
                          "see the comment on top of the file") from error


def _number(text):
    """The value of an integer or decimal expression such as 2 * 16."""
    def value(node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            if isinstance(node.op, ast.Mult):
                return left * right
            if isinstance(node.op, ast.Add):
                return left + right
            if isinstance(node.op, ast.Sub):
                return left - right
        raise ValueError(f"'{text}' is no number")
    return value(ast.parse(text.strip().rstrip("uUlL"), mode="eval").body)
