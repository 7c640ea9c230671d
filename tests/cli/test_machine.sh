#!/usr/bin/env bash
# machine and doctor, on this machine and on trees of others.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

expect 0 machine
expect 0 machine --format json
is_json out
expect 0 machine --format csv
expect 0 doctor
expect 0 doctor --format json
is_json out
for tree in "$root"/tests/machines/*/; do
    name=$(basename "$tree")
    expect 0 machine --root "$tree"
    golden "machine_$name.txt" out
    expect 0 machine --root "$tree" --format json
    is_json out
    expect 0 doctor --root "$tree"
    sed "s|$root|ROOT|g" out >masked
    golden "doctor_$name.txt" masked
done
expect 1 machine --root /no/such/folder
one_line
says '/no/such/folder'
expect 2 machine --root ""
expect 4 doctor --strict --root "$root/tests/machines/container-one-of-eight"
one_line
finish
