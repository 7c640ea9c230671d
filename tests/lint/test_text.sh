#!/usr/bin/env bash
# White space, line ends and widths, as the style has them; shell scripts pass shellcheck.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

count=0
while IFS= read -r file; do
    count=$((count + 1))
    while IFS= read -r hit; do
        fault "$file:$hit: white space at the end of the line"
    done < <(grep -nE '[[:blank:]]+$' "$file" | cut -d: -f1)
    grep -q $'\r' "$file" && fault "$file: has carriage returns"
    [[ -s $file && -n $(tail -c 1 "$file") ]] && fault "$file: has no newline at its end"
done < <(sources '*.c' '*.h' '*.S' '*.inc' '*.cmake' '*.sh' '*.py' '*.md' 'CMakeLists.txt')
while IFS= read -r file; do
    grep -nP '\t' "$file" >/dev/null && fault "$file: has tabs; indentation is four spaces"
    while IFS= read -r hit; do
        fault "$file:$hit: longer than 100 columns"
    done < <(grep -nE '^.{101,}$' "$file" | cut -d: -f1)
done < <(sources '*.c' '*.h')
((count > 100)) || fault "only $count files were found; the search is broken"

checked="no shellcheck here"
if command -v shellcheck >/dev/null; then
    mapfile -t scripts < <({
        sources '*.sh'
        sources 'scripts/*' '.ci/*' | while IFS= read -r file; do
            head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh\b' && echo "$file"
        done
    } | sort -u)
    shellcheck -x -S style "${scripts[@]}" || fault "shellcheck has findings"
    checked="${#scripts[@]} scripts pass shellcheck"
fi
finish "$count files are clean, $checked"
