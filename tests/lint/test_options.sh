#!/usr/bin/env bash
# Option table = --help = man page = completions: what is in one is in all.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "${BASH_SOURCE[0]}")/lint.sh"

[[ -x ${CACHEBOUND:-} ]] || {
    echo "CACHEBOUND does not name the program" >&2
    exit 77
}

table=$(tr '\n' ' ' <cli/options.inc | grep -oE 'CB_OPTION\([a-z_]+, "[a-z-]+"' |
    sed 's/.*"\(.*\)"/\1/' | sort)
commands=$(sed -n 's/^CB_COMMAND(\([a-z]*\),.*/\1/p' cli/commands.inc | sort)
long_options() { grep -oE -- '--[a-z][a-z-]*' | sed 's/^--//' | sort -u; }

# An option stands at the start of its line in the help; texts may name others.
from_help=$(for command in $commands; do
    "$CACHEBOUND" "$command" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p'
done | long_options)
[[ $from_help == "$table" ]] || fault "--help and options.inc differ: $(diff <(echo "$table") <(echo "$from_help"))"

man=$("$CACHEBOUND" man)
from_man=$(sed -n '/^\.SH OPTIONS/,/^\.SH EXIT/p' <<<"$man" | sed 's/\\-/-/g' |
    sed -n 's/^\(\\fB-.\\fR, \)\{0,1\}\\fB\(--[a-z-]*\)\\fR\( .*\)\{0,1\}$/\2/p' | long_options)
[[ $from_man == "$table" ]] || fault "man page and options.inc differ: $(diff <(echo "$table") <(echo "$from_man"))"

from_bash=$("$CACHEBOUND" completions bash | grep "options='" | long_options)
[[ $from_bash == "$table" ]] || fault "bash completion and options.inc differ: $(diff <(echo "$table") <(echo "$from_bash"))"
from_fish=$("$CACHEBOUND" completions fish | sed -n 's/.* -l \([a-z-]*\).*/\1/p' | sort -u)
[[ $from_fish == "$table" ]] || fault "fish completion and options.inc differ: $(diff <(echo "$table") <(echo "$from_fish"))"

for command in $commands; do
    "$CACHEBOUND" help | grep -qE "^  $command " || fault "help does not list $command"
    grep -qE "^\.TP|^\\\\fB$command\\\\fR" <<<"$man" || fault "the man page does not list $command"
    [[ -f cli/cmd_$command.c ]] || fault "cli/cmd_$command.c is not there"
done
for file in cli/cmd_*.c; do
    command=$(basename "$file" .c)
    grep -qx "${command#cmd_}" <<<"$commands" || fault "$file: has no row in cli/commands.inc"
done

"$CACHEBOUND" completions bash | bash -n || fault "the bash completion is no bash"
if command -v man >/dev/null && command -v groff >/dev/null; then
    warnings=$(groff -man -Tutf8 -ww -z <<<"$man" 2>&1)
    [[ -z $warnings ]] || fault "groff on the man page: $warnings"
fi
finish "$(wc -l <<<"$table") options, in the parser, --help, the man page and the completions"
