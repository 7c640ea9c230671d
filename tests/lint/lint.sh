# What the lint tests share. They run in the root of the source tree, read text only, and report
# every fault before they fail.
# shellcheck shell=bash
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

faults=0

fault() {
    echo "lint: $*" >&2
    faults=$((faults + 1))
}

# Ends the test; with a sentence that says what held.
finish() {
    if ((faults)); then
        echo "$faults faults" >&2
        exit 1
    fi
    echo "$*"
}

# Source files of the project: those git knows or would add, and those below a tarball.
sources() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
            [[ -f $file ]] && echo "$file"
        done
    else
        local pattern
        for pattern in "$@"; do
            find . -path './build*' -prune -o -type f -path "./$pattern" -print | sed 's|^\./||'
        done
    fi | sort -u
}

# A C file without comments and the text inside of strings; lines keep their numbers.
code_of() {
    awk '
    {
        line = $0; out = ""
        while (line != "") {
            if (inside) {
                end = index(line, "*/")
                if (!end) { line = ""; break }
                line = substr(line, end + 2); inside = 0; continue
            }
            if (match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\/\//)) {
                out = out substr(line, 1, RSTART - 1)
                token = substr(line, RSTART, RLENGTH)
                line = substr(line, RSTART + RLENGTH)
                if (token == "/*") inside = 1
                else if (token == "//") line = ""
                else if (out ~ /^[ \t]*#[ \t]*include[ \t]*$/) out = out token
                else out = out "\"\""
            } else { out = out line; line = "" }
        }
        print out
    }' "$1"
}
