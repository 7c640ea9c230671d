#!/usr/bin/env bash
# Includes keep their directions: machine -> measure -> bench -> results -> models -> plots -> cli.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

# Folders that a folder may include from, beside itself, base and generated headers.
allowed_for() {
    case $1 in
    base | machine | network) echo "" ;;
    measure | results) echo "machine" ;;
    bench | bench/peak | bench/membw) echo "bench measure results machine" ;;
    bench/network)
        echo "bench bench/gemm bench/conv bench/bitserial bench/peak network measure results machine"
        ;;
    bench/gemm) echo "bench bench/peak measure results machine" ;;
    bench/conv) echo "bench bench/gemm bench/peak bench/membw measure results machine" ;;
    bench/*) echo "bench bench/gemm bench/peak measure results machine" ;;
    models | models/*) echo "models results network machine" ;;
    plots) echo "results models models/accel models/cost" ;;
    cli) echo "any" ;;
    tests | tests/*) echo "any" ;;
    *) echo "unknown" ;;
    esac
}

may_include() { # folder, included folder
    local allowed
    [[ $2 == "$1" || $2 == base ]] && [[ $1 != base || $2 == base ]] && return 0
    allowed=$(allowed_for "$1")
    [[ $allowed == any || " $allowed " == *" $2 "* ]]
}

count=0
while IFS= read -r file; do
    folder=$(dirname "$file")
    if [[ $(allowed_for "$folder") == unknown ]]; then
        fault "$file: its folder has no line in tests/lint/test_includes.sh; DESIGN's house has one"
        continue
    fi
    while IFS= read -r header; do
        count=$((count + 1))
        [[ $header == build_info.h && $folder != base ]] && continue
        [[ $folder == tests/* && $header != */* ]] && continue # made by the test
        if [[ ! -f $header && ! -f $folder/$header ]]; then
            fault "$file: includes \"$header\", which is not there; headers are named from the root"
            continue
        fi
        target=$(dirname "$header")
        [[ $target == . ]] && target=$folder
        may_include "$folder" "$target" ||
            fault "$file: includes \"$header\", but $folder/ may not include $target/"
    done < <(code_of "$file" | sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p')
done < <(sources '*.c' '*.h' '*.S' '*.inc')
((count > 50)) || fault "only $count includes were found; the search is broken"
finish "$count includes keep their directions"
