#!/usr/bin/env bash
# --isa caps what may be used: no kernel above it is run, in any family.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

levels=$(sed -n 's/^CB_ISA([A-Z0-9]*, "\([a-z0-9]*\)", \([A-Z0-9_]*\), \([0-9]*\),.*/\1 \2 \3/p' "$root/machine/isa.inc")
rank_of() { awk -v isa="$1" '$1 == isa { print $3 }' <<<"$levels"; }

caps="scalar"
expect 0 machine --format json # the program's architecture need not be the shell's
case $(sed -n 's/.*"arch": *"\([a-z0-9_]*\)".*/\1/p' out) in
x86_64) caps="scalar sse2 avx2 avx512" ;;
aarch64) caps="scalar a64 neon" ;;
armv7) caps="scalar a32 armv7neon" ;;
esac
for cap in $caps; do
    run list --isa "$cap"
    if ((code == 3)); then
        says "$cap"
        continue
    fi
    : >ran
    for family in peak "membw --block 4KiB"; do
        # shellcheck disable=SC2086
        expect 0 $family --isa "$cap" --threads 1 --min-time 1ms --format json -v
        is_document out
        cat err >>ran
    done
    used=$(sed -n 's/^cachebound: [a-z0-9_]*__\([a-z0-9]*\): ok.*/\1/p' ran | sort -u)
    [[ -n $used ]] || fail "--isa $cap measured nothing"
    for isa in $used; do
        (($(rank_of "$isa") <= $(rank_of "$cap"))) || fail "--isa $cap ran a kernel of $isa"
        checks=$((checks + 1))
    done
done
finish
