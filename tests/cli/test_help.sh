#!/usr/bin/env bash
# The help of the program and of each command, the version, and where they go.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

expect 0 --help
golden help.txt out
expect 0 help
golden help.txt out
expect 0 -h
golden help.txt out
[[ -s err ]] && fail "help says something on standard error"

commands=$(sed -n 's/^CB_COMMAND(\([a-z]*\),.*/\1/p' "$root/cli/commands.inc")
for command in $commands; do
    expect 0 "$command" --help
    golden "help_$command.txt" out
    expect 0 help "$command"
    golden "help_$command.txt" out
    awk 'length > 100 { exit 1 }' out || fail "help of $command is wider than 100 columns"
done

expect 2 help pek
says "'pek' is not a command; did you mean peak\?"
expect 2 help peak membw
one_line

expect 0 --version
prints '^cachebound [0-9]+\.[0-9]+\.[0-9]+$'
prints '^commit ([0-9a-f]{40}|unknown)'
prints '^built with (GNU|Clang|AppleClang) [0-9]'
expect 0 peak --version
prints '^cachebound '

expect 0 man
prints '^\.TH CACHEBOUND 1'
for section in NAME SYNOPSIS DESCRIPTION COMMANDS OPTIONS 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES; do
    prints "^\.SH $section\$"
done
expect 0 man --output page.1
"$CACHEBOUND" man | cmp -s - page.1 || fail "man --output writes something else than man"

for shell in bash zsh fish; do
    expect 0 completions "$shell"
    prints characterize
done
expect 2 completions tcsh
expect 2 completions
finish
