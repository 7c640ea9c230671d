"""Loops of independent copies of one instruction, as the published rates were measured with."""

import a64

_GENERAL = 12
_VECTOR = 24


def loop(sample, count=120):
    """`count` copies of `sample` with its {n} and {m} replaced by free registers, closed by a
    counter and a branch. Long, so that the rate is the instruction's and not the loop's."""
    span = _GENERAL if " x{n}" in sample or " w{n}" in sample else _VECTOR
    body = [sample.format(n=at % span, m=(at + 1) % span) for at in range(count)]
    return a64.parse(["subs x27, x27, #0x1", *body, "b.ne 0"])


def copies(sample, count=120):
    return loop(sample, count)[1:-1]
