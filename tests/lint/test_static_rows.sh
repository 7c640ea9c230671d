#!/usr/bin/env bash
# Every aarch64 kernel in the tree has a row, one marked inner loop and static figures.
set -euo pipefail
if ! command -v python3 >/dev/null; then
    echo "skipped: python3 is not installed: apt-get install python3" >&2
    exit 77
fi
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/static" --lint
