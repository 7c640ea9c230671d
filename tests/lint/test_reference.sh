#!/usr/bin/env bash
# The committed results/reference/*.json are what scripts/make-reference makes of its table.
set -euo pipefail

command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
python3 scripts/make-reference "$made"

count=0
for committed in results/reference/*.json; do
    name=$(basename "$committed")
    diff -u "$committed" "$made/$name" || {
        echo "$committed: differs from what scripts/make-reference makes; run it and commit"
        exit 1
    }
    count=$((count + 1))
done
documents=("$made"/*.json)
[ "$count" -eq "${#documents[@]}" ] || {
    echo "results/reference: a document is missing; run scripts/make-reference and commit"
    exit 1
}
echo "$count documents"
