#!/usr/bin/env bash
# The static cost of the ARM kernels: the models' own tests, then the table against the golden one.
# Skipped (77), with the missing program named, where a tool is not installed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PYTHONDONTWRITEBYTECODE=1
if ! command -v python3 >/dev/null; then
    echo "skipped: python3 is not installed: apt-get install python3" >&2
    exit 77
fi
cd "$root/tests/static" || exit 1
python3 -m unittest -q test_a64 test_slots test_ports test_table || exit 1
"$root/scripts/static" --check
