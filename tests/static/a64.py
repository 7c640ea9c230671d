"""One aarch64 instruction as objdump prints it: its class, what it reads and writes."""

import re

_DESTRUCTIVE = re.compile(
    r"^(f?ml[as](l2?)?|fml[as]l[bt]?|[su]ml[as]l2?|sqdml[as]l2?|[su]adalp|[su]aba(l2?)?|[su]dot"
    r"|usdot|sudot|[su]mmla|usmmla|bfmmla|bfdot|bfmlal[bt]|bsl|bit|bif|ins|tbx|sli|sri|[su]r?sra"
    r"|(sq|uq|sqr|uqr)?xtu?n2|r?shrn2|movk|bfi|bfm|bfxil|fcmla|sqrdml[as]h)$")
_SETS_FLAGS = re.compile(r"^(adds|subs|ands|bics|adcs|sbcs|negs|cmp|cmn|tst|ccmp|ccmn|fcmpe?"
                         r"|fccmpe?)$")
_NO_RESULT = re.compile(r"^(cmp|cmn|tst|ccmp|ccmn|fcmpe?|fccmpe?|b|b\..*|bl|ret|cbn?z|tbn?z|nop"
                        r"|hint|prfm|st.*|bti|dmb|dsb|isb)$")
_READS_FLAGS = re.compile(r"^(b\..*|csel|csinc|csinv|csneg|cset|csetm|cinc|cinv|cneg|adcs?|sbcs?"
                          r"|ccm[pn]|fcsel|fccmpe?)$")
_BRANCH = re.compile(r"^(b|b\..*|cbn?z|tbn?z|bl|br|blr|ret)$")
_VECTOR = re.compile(r"^v(\d+)(?:\.(\d*)([bhsdq]))?(\[\d+\])?$")
_SCALAR = re.compile(r"^([qdshb])(\d+)$")
_GENERAL = re.compile(r"^([xw])(\d+)$")


class Instruction:
    """`key` names the class (tests/static/cores/*.json match on it): mnemonic.form, where form is
    vq / vd (vector of 128 / 64 bits), q d s h b (one vector register of that width), x w, x>v
    (general to vector), <n>vq (a list of n registers); + "!" when the base register is updated."""

    def __init__(self, text):
        text = re.sub(r"\s+", " ", re.split(r"//|;", text)[0].strip())
        self.text = text
        self.mnemonic, _, rest = text.partition(" ")
        self.operands = _split(rest)
        self.is_branch = bool(_BRANCH.match(self.mnemonic))
        self.is_load = bool(re.match(r"^ld", self.mnemonic))
        self.is_store = bool(re.match(r"^st", self.mnemonic))
        self.reads, self.writes = set(), set()
        self.factors = set()  # what is read other than as the accumulator
        self.accumulator = None
        self.writeback = None
        self._registers()
        self.key = self._key()

    def _registers(self):
        lists = [_names(o) for o in self.operands]
        results = self._result_count()
        for at, (operand, names) in enumerate(zip(self.operands, lists)):
            if operand.startswith("["):
                self.reads |= names
                if operand.endswith("!") or (at + 1 < len(self.operands)):
                    self.writeback = next(iter(names), None)
            elif at < results:
                self.writes |= names
            elif not (self.is_branch and not names):
                self.reads |= names
        lane = self.operands and re.search(r"\[\d+\]$", self.operands[0])
        self.factors = set(self.reads)
        if results and (_DESTRUCTIVE.match(self.mnemonic) or lane):
            self.reads |= lists[0]
            self.accumulator = next(iter(lists[0]), None)
        if re.match(r"^fn?m(add|sub)$", self.mnemonic):
            self.accumulator = next(iter(lists[3]), None)
            self.factors = lists[1] | lists[2]
        if self.accumulator in self.factors:
            self.accumulator = None  # a product needs it: nothing to forward
        if self.writeback:
            self.writes.add(self.writeback)
        if _SETS_FLAGS.match(self.mnemonic):
            self.writes.add("nzcv")
        if _READS_FLAGS.match(self.mnemonic):
            self.reads.add("nzcv")

    def _result_count(self):
        if _NO_RESULT.match(self.mnemonic) or not self.operands:
            return 0
        return 2 if re.match(r"^ldn?p", self.mnemonic) else 1

    def _key(self):
        if not self.operands:
            return self.mnemonic
        form = _form(self.operands[0])
        if form in ("vq", "vd") and any(_GENERAL.match(o) for o in self.operands[1:]) \
                and not (self.is_load or self.is_store):
            form = "x>v"
        if form in ("d", "s") and self.mnemonic == "fmov" and _GENERAL.match(self.operands[-1]):
            form = "x>v"
        if self.is_branch:
            return self.mnemonic
        return f"{self.mnemonic}.{form}" + ("!" if self.writeback else "")


def _split(text):
    parts, depth, start = [], 0, 0
    for at, c in enumerate(text):
        depth += c in "[{"
        depth -= c in "]}"
        if c == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    last = text[start:].strip()
    return parts + [last] if last else parts


def _register(name):
    for pattern in (_VECTOR, _SCALAR, _GENERAL):
        found = pattern.match(name)
        if found:
            number = found.group(1 if pattern is _VECTOR else 2)
            return ("x" if pattern is _GENERAL else "v") + number
    return "sp" if name in ("sp", "wsp") else None


def _list(operand):
    """The vector registers of {v0.16b-v3.16b} or {v0.16b, v1.16b}."""
    inside = operand[1:operand.index("}")]
    if "-" in inside:
        first, last = (_VECTOR.match(p.strip()) for p in inside.split("-"))
        low, high = int(first.group(1)), int(last.group(1))
        return [f"v{n % 32}" for n in range(low, (high if high >= low else high + 32) + 1)]
    return [_register(p.strip()) for p in inside.split(",")]


def _names(operand):
    if operand.startswith("{"):
        return set(_list(operand))
    if operand.startswith("["):
        inside = operand.rstrip("!")[1:-1]
        return {_register(p.strip()) for p in inside.split(",")} - {None}
    name = _register(operand)
    return {name} if name else set()


def _form(operand):
    if operand.startswith("{"):
        one = _VECTOR.match(re.split(r"[,\-}]", operand[1:])[0].strip())
        lane = "lane" if operand.rstrip().endswith("]") else ""
        return f"{len(_list(operand))}{_width(one)}{lane}"
    vector = _VECTOR.match(operand)
    if vector:
        return _width(vector)
    found = _SCALAR.match(operand) or _GENERAL.match(operand)
    if found:
        return found.group(1)
    return {"xzr": "x", "wzr": "w", "sp": "x"}.get(operand, "?")


def _width(vector):
    count, lane = vector.group(2), vector.group(3)
    if not count:
        return "vq"
    return "vq" if int(count) * {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128}[lane] > 64 else "vd"


def lanes(operand):
    """Elements of a vector operand: 4 of v0.4s; 0 of what is no vector."""
    found = _VECTOR.match(operand)
    return int(found.group(2)) if found and found.group(2) else 0


def parse(lines):
    return [Instruction(line) for line in lines if line.strip()]
