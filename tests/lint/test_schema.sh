#!/usr/bin/env bash
# results/schema.json accepts and refuses the same documents as the check in C
# (tests/unit/test_results.c walks the same cases), held by an independent validator.
set -euo pipefail

python3 -c 'from jsonschema import Draft202012Validator' 2>/dev/null || {
    echo "skipped: python3 with jsonschema 4 or newer is not installed"
    exit 77
}
python3 - <<'PYTHON'
import copy, glob, json, sys
from jsonschema import Draft202012Validator

with open("results/schema.json") as f:
    schema = json.load(f)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
wrong = []


def load(path):
    with open(path) as f:
        return json.load(f)


def patched(document, patch):
    document = copy.deepcopy(document)
    *parents, last = [int(k) if k.isdigit() else k for k in patch["at"].split("/")]
    at = document
    for key in parents:
        at = at[key]
    if patch.get("remove"):
        del at[last]
    else:
        at[last] = patch["set"]
    return document


good = load("tests/documents/good.json")
cases = [("good.json", good, True)]
cases += [(path, load(path), True) for path in sorted(glob.glob("results/reference/*.json"))]
for name, expected in ("still-good", True), ("bad", False):
    cases += [(name + ": " + patch["what"], patched(good, patch), expected)
              for patch in load("tests/documents/%s.json" % name)]
for what, document, expected in cases:
    if validator.is_valid(document) != expected:
        wrong.append(what)
        print("%s: results/schema.json %s it" % (what, "refuses" if expected else "accepts"))
print("%d documents" % len(cases))
sys.exit(1 if wrong else 0)
PYTHON
