#!/usr/bin/env bash
# What cannot be is refused with exit code 2, on one line that names it and says what to do.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

# refuse ARGUMENTS...: collects the message for the golden file.
refuse() {
    expect 2 "$@"
    one_line
    [[ -s out ]] && fail "something was printed on standard output"
    {
        echo "\$ $last"
        cat err
    } >>all
}

refuse
refuse pek
refuse frobnicate
refuse peak --thread 2
refuse peak --frobnicate
refuse --frobnicate
refuse peak -z
refuse peak --block 4KiB
refuse membw --dtype f32
refuse list --quick
refuse doctor --dtyp f32
refuse peak extra
refuse peak --threads
refuse peak --threads=
refuse peak --quick=yes
refuse peak --format xml
refuse list --format
refuse membw --pages gigantic
refuse peak --color sometimes
refuse peak --min-time never
refuse peak --min-time -1
refuse peak --min-time 0
refuse peak --min-time 5h
refuse membw --block 4Q
refuse membw --block 4KiB,,8KiB
refuse membw --block -4096
refuse membw --block 1.3
refuse membw --pattern reed
refuse peak -- --quick
refuse plot
golden usage.txt all

# Thread counts: the limit is this machine's.
for bad in 0 9999 abc 1.5 -1 1..0 1.. ..2 1,,2 99999999999999999999; do
    expect 2 peak --threads "$bad"
    one_line
    says '--threads'
done
expect 2 peak --threads 9999
says "9999 is more than the [0-9]+ CPUs?"
expect 2 peak --threads 0
says "1 to [0-9]+"
expect 2 peak --threads abc
says "'abc' is not a thread count"
expect 2 peak --core-kind 'no such core'
says "none of this machine's kinds: 0"
expect 2 peak --isa nonsense
says "--isa"
expect 2 list --kernel 'no_such_*'
says "no kernel matches 'no_such_\*'"
expect 2 membw --kernel 'no_such_*'
says "--kernel"
expect 2 membw --shared --pattern write --block 4KiB
says "--shared"

# What can be: each way to write a value.
for threads in 1 max 1..max 1..1 1,1,max; do
    expect 0 "${quick_peak[@]}" --threads "$threads"
done
expect 0 peak --list --kernel='fma_f32_thr__scalar'
expect 0 -q peak --list --kernel fma_f32_thr__scalar
expect 0 --kernel fma_f32_thr__scalar --list -- peak
finish
