#!/usr/bin/env bash
# No source file is over 600 lines (a test 800), no function over 80, and the median function is under 15.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

while IFS= read -r file; do
    lines=$(wc -l <"$file")
    limit=600
    [[ $file == tests/* ]] && limit=800
    ((lines <= limit)) || fault "$file: $lines lines; a file has one reason to change, and $limit"
done < <(sources '*.c' '*.h' '*.S' '*.sh' '*.cmake' '*.py')

# Lines between the braces of each function: "length file:line".
functions() {
    while IFS= read -r file; do
        code_of "$file" | awk -v file="$file" '
            /^\{/ && head !~ /(=|struct|enum|union|typedef)/ { start = NR; next }
            /^\}/ { if (start) print NR - start - 1, file ":" start; start = 0 }
            /^[a-z]/ { head = $0 }'
    done < <(sources '*.c' | grep -v '^tests/')
}

lengths=$(functions | sort -n)
count=$(wc -l <<<"$lengths")
median=$(awk -v n="$count" 'NR == int((n + 1) / 2) { print $1 }' <<<"$lengths")
over40=$(awk '$1 > 40' <<<"$lengths" | wc -l)
while read -r length place; do
    fault "$place: a function of $length lines; do one thing in each"
done < <(awk '$1 > 80' <<<"$lengths")
((count > 100)) || fault "only $count functions were found; the search is broken"
((median < 15)) || fault "the median function has $median lines; it is to be under 15"
finish "$count functions, median $median lines, $over40 over 40, longest $(tail -n 1 <<<"$lengths")"
