#!/usr/bin/env bash
# Nothing outside cli/ prints, and nothing outside it ends the process. Writers get their stream from
# the caller; formatting into memory is no printing.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

forbidden='\b(stdout|stderr|printf|vprintf|puts|putchar|perror|exit|quick_exit|abort|assert|err|errx|warn|warnx)\b *'
count=0
while IFS= read -r file; do
    case $file in cli/* | tests/* | scripts/*) continue ;; esac
    count=$((count + 1))
    # Names followed by a parenthesis are calls; the streams are wrong wherever they stand.
    while IFS= read -r hit; do
        fault "$file:$hit: only cli/ prints or exits; return a cb_status and fill cb_error"
    done < <(code_of "$file" | grep -nE "$forbidden" | grep -E '\b(stdout|stderr)\b|\b(v?printf|puts|putchar|perror|exit|quick_exit|abort|assert|errx?|warnx?) *\(')
done < <(sources '*.c' '*.h')
((count > 50)) || fault "only $count files were found; the search is broken"

# The only includer of cli/ is cli/ itself and its tests: test_includes.sh. The only main is there.
while IFS= read -r file; do
    case $file in cli/main.c | tests/* | scripts/*) continue ;; esac
    code_of "$file" | grep -qE '\bint main *\(' && fault "$file: has a main; the program's is cli/main.c"
done < <(sources '*.c')
finish "$count files print nothing"
