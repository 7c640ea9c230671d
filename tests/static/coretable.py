"""A core's table (tests/static/cores/*.json): classes of instructions, each with its source."""

import glob
import json
import os
import re

import tools


class Core:
    def __init__(self, path):
        self.path = os.path.relpath(path, tools.ROOT)
        with open(path, encoding="utf-8") as file:
            self.data = json.load(file)
        self.name = self.data["core"]
        self.isa = self.data["isa"]
        self.model = self.data["model"]
        self.patterns = [(re.compile(c["match"]), c) for c in self.data["classes"]]

    def knows(self, instruction):
        return any(p.fullmatch(instruction.key) for p, _ in self.patterns)

    def classify(self, instruction):
        for pattern, entry in self.patterns:
            if pattern.fullmatch(instruction.key):
                return entry
        raise tools.Wrong(f"{self.path}: no class for '{instruction.text}' (key "
                          f"{instruction.key}); add one with its source")


def load_all():
    cores = [Core(path) for path in glob.glob(os.path.join(tools.CORES, "*.json"))]
    order = ["a53", "a55", "a72", "n1", "v1"]
    return sorted(cores, key=lambda c: order.index(c.name) if c.name in order else len(order))
