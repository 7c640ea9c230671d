#!/usr/bin/env bash
# Kernel stem = symbol = row: each file that ends in __<isa> exports one symbol of its name, and has
# exactly one row, of its own ISA, that names it; each row has its file. Read as text, so that the
# kernels of every architecture are held on each. Scalar twins that a row names as its oracle need no
# row of their own.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

isas=$(sed -n 's/^CB_ISA(\([A-Z0-9_]*\), "\([a-z0-9]*\)".*/\2 \1/p' machine/isa.inc)

# Symbols that a file defines for others, one a line.
symbols_of() {
    if [[ $1 == *.S ]]; then
        sed -n 's/^[ \t]*[A-Z0-9_]*_FUNCTION(\([A-Za-z0-9_]*\).*/\1/p' "$1"
        code_of "$1" | sed -n 's/^[ \t]*\.\(globl\|global\)[ \t]*\([A-Za-z0-9_]*\).*/\2/p'
    else
        code_of "$1" | awk '
            { text = text " " $0; if ($0 ~ /[;{}]/ || $0 == "") text = $0 }
            /^[a-z]/ && !/^(static|typedef|struct|enum|extern|union)/ && /\(/ && !/;[ \t]*$/ {
                name = $0; sub(/ *\(.*/, "", name); sub(/.*[ *]/, "", name); print name
            }'
    fi
}

kernel_files=0
check_folder() { # folder, row macros (extended regular expression)
    local folder=$1 macro=$2 rows file stem isa id symbols found row
    rows=$(for inc in "$folder"/*.inc; do code_of "$inc"; done | tr '\n' ' ' | grep -oE "\b$macro\([a-z][^)]*\)" |
        sed -E "s/^$macro\(//; s/\)\$//; s/ *, */,/g")
    while IFS= read -r file; do
        kernel_files=$((kernel_files + 1))
        stem=$(basename "${file%.*}")
        isa=${stem##*__}
        id=$(awk -v isa="$isa" '$1 == isa { print $2 }' <<<"$isas")
        [[ -n $id ]] || fault "$file: '$isa' is no suffix of machine/isa.inc"
        [[ $isa == scalar && $file == *.S ]] && fault "$file: a scalar kernel is C"
        symbols=$(symbols_of "$file" | tr '\n' ' ')
        [[ $symbols == "$stem " ]] ||
            fault "$file: exports '${symbols% }'; a kernel file exports one symbol, $stem"
        found=$(grep -c "^$stem," <<<"$rows")
        if [[ $isa == scalar && $found == 0 ]]; then
            # One that is always run and never chosen is declared in a header instead.
            grep -qE ",$stem(,|\$)" <<<"$rows" || grep -qw "$stem" "$folder"/*.h ||
                fault "$file: no row is for $stem or names it as its oracle"
            continue
        fi
        # One row in each architecture's table, and only SCALAR is shared between them.
        [[ $found == 1 ]] || fault "$file: has $found rows in $folder/*.inc; it needs one"
        row=$(grep "^$stem," <<<"$rows" | head -n 1)
        [[ $found == 0 || $row == "$stem,$id,"* || $macro == CB_CLOCK_CHAIN ]] ||
            fault "$file: its row says '$(cut -d, -f2 <<<"$row")', its name says $id"
    done < <(sources "$folder/*__*.c" "$folder/*__*.S")
    while IFS= read -r row; do
        stem=${row%%,*}
        [[ -f $folder/$stem.S || -f $folder/$stem.c ]] ||
            fault "$folder: the row $stem has no file $stem.S or $stem.c"
        [[ -f $folder/$stem.S && -f $folder/$stem.c ]] && fault "$folder: $stem has two files"
    done <<<"$rows"
    while IFS= read -r stem; do
        [[ -f $folder/$stem.c ]] || fault "$folder: the oracle $stem has no file $stem.c"
    done < <(grep -oE '\b[a-z0-9_]+__scalar\b' <<<"$rows" | sort -u)
}

for inc in bench/*/kernels.inc; do
    folder=$(dirname "$inc")
    check_folder "$folder" "CB_$(basename "$folder" | tr '[:lower:]' '[:upper:]')[A-Z_]*"
done
check_folder measure CB_CLOCK_CHAIN
((kernel_files > 50)) || fault "only $kernel_files kernel files were found; the search is broken"
finish "$kernel_files kernel files, each with its symbol and its row"
