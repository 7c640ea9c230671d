# shellcheck shell=bash
# Sourced by the scripts: what a purpose needs on this machine, and how to get what is missing.
#
#     cb_setup PURPOSE...   of run, test, fuzz, cross, peers, repeat, fresh, fresh-emulated
#
# CACHEBOUND_NO_INSTALL=1 installs nothing: what is missing is then named and the script ends.
# Needs cb_root, the checkout's folder.
: "${cb_root:?}"

cb_say() { printf '%s\n' "$*" >&2; }

cb_die() {
    local code=$1
    shift
    cb_say "${0##*/}: $*"
    exit "$code"
}

# One row for each need:  check | packages, the first that can be had | must or may | why
# A check is `cmd:A,B` (one of the commands), `pc:NAME` (pkg-config knows it), `file:PATH`,
# `py:MODULE.NAME` (Python has it), `fuzzer` (clang links a fuzz target) or `omp-race` (clang links
# OpenMP under ThreadSanitizer). `may` rows are left out where the system does not have them.
cb_needs() {
    case $1 in
    run)
        cat <<'ROWS'
cmd:gcc|gcc|must|compiles cachebound
file:/usr/include/stdio.h|libc6-dev|must|headers of the C library
cmd:cmake|cmake|must|configures the build
cmd:ninja,make|ninja-build|must|runs the build
cmd:pkg-config|pkg-config|must|finds the libraries
pc:hwloc|libhwloc-dev|must|reads cores and caches
pc:jansson|libjansson-dev|must|reads and writes results documents
pc:libprotobuf-c|libprotobuf-c-dev|may|reads networks
cmd:protoc-c|protobuf-c-compiler|may|makes the reader of networks
file:/usr/include/onnx/onnx.proto|libonnx-dev|may|tells how networks are written
pc:zlib|zlib1g-dev|may|reads data sets
pc:libmd|libmd-dev|may|fingerprints of a network's outputs
pc:yaml-0.1|libyaml-dev|may|reads platforms of the accelerator model
pc:cminpack|libcminpack-dev|may|fits the time model
cmd:gnuplot|gnuplot-nox|must|draws the plots
pc:openblas|libopenblas-dev|may|the library that matrix multiply is measured beside
ROWS
        ;;
    test)
        cat <<'ROWS'
pc:cmocka|libcmocka-dev|must|runs the unit tests
cmd:shellcheck|shellcheck|must|checks the shell scripts
cmd:python3|python3|must|runs the lint and cost-model tests
cmd:man|man-db|must|checks the man page
py:jsonschema.Draft202012Validator|python3-jsonschema|may|checks the schema a second way
ROWS
        ;;
    fuzz)
        cat <<'ROWS'
cmd:clang|clang|may|compiles everything a second time, with other warnings
fuzzer|libclang-rt-dev,libclang-rt-14-dev|may|links the fuzz targets
omp-race|libomp-dev|may|lets ThreadSanitizer follow OpenMP
ROWS
        ;;
    cross)
        cat <<'ROWS'
cmd:aarch64-linux-gnu-gcc|gcc-aarch64-linux-gnu|must|compiles for 64-bit ARM
cmd:arm-linux-gnueabihf-gcc|gcc-arm-linux-gnueabihf|must|compiles for 32-bit ARM
cmd:qemu-aarch64|qemu-user|must|runs ARM programs
cmd:mmdebstrap|mmdebstrap|must|makes the folder of ARM libraries
cmd:llvm-mca-21,llvm-mca-20,llvm-mca-19|llvm-21,llvm-20,llvm-19,llvm|must|predicts the cost of ARM kernels
ROWS
        ;;
    peers)
        cat <<'ROWS'
cmd:likwid-bench|likwid|must|the peer that cachebound is compared with
cmd:python3|python3|must|works out medians and prints the table
ROWS
        ;;
    repeat)
        cat <<'ROWS'
cmd:python3|python3|must|works out medians and prints the table
ROWS
        ;;
    fresh)
        cat <<'ROWS'
cmd:debootstrap|debootstrap|must|makes the fresh Debian folder
ROWS
        ;;
    fresh-emulated)
        cat <<'ROWS'
cmd:proot|proot|must|enters a folder of another architecture without the kernel's help
cmd:qemu-aarch64|qemu-user|must|runs ARM programs
cmd:python3|python3|must|hides from proot the system calls that it cannot translate
ROWS
        ;;
    *) cb_die 2 "cb_setup: no purpose is called '$1'" ;;
    esac
}

cb_have() {
    local name
    case $1 in
    cmd:*)
        for name in $(tr ',' ' ' <<<"${1#cmd:}"); do
            command -v "$name" >/dev/null 2>&1 && return 0
        done
        return 1
        ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) [ -e "${1#file:}" ] ;;
    py:*)
        name=${1#py:}
        python3 -c "from ${name%.*} import ${name##*.}" 2>/dev/null
        ;;
    fuzzer)
        printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return !d && n; }\n' |
            clang -fsanitize=fuzzer -x c - -o /dev/null >/dev/null 2>&1
        ;;
    omp-race)
        printf '#include <omp.h>\nint main(void) { return omp_get_max_threads() < 1; }\n' |
            clang -fsanitize=thread -fopenmp -x c - -o /dev/null >/dev/null 2>&1
        ;;
    esac
}

cb_is_installed() {
    [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

cb_can_be_had() {
    local policy
    policy=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null) || return 1
    grep -q '^  Candidate: [^(]' <<<"$policy"
}

# The first of the comma list that is installed or can be had, or nothing.
cb_choose_package() {
    local name
    for name in $(tr ',' ' ' <<<"$1"); do
        if cb_is_installed "$name" || cb_can_be_had "$name"; then
            printf '%s\n' "$name"
            return 0
        fi
    done
}

cb_can_be_root() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1
}

cb_may_install() {
    [ "${CACHEBOUND_NO_INSTALL:-0}" != 1 ] && cb_can_be_root
}

# Quiet but for errors: what dpkg says about each package goes to build/setup.log.
cb_apt_get() {
    local as_root=() log=$cb_root/build/setup.log
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    mkdir -p "$cb_root/build"
    ${as_root[@]+"${as_root[@]}"} \
        env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes LC_ALL=C.UTF-8 \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log"
}

# Once a run. A third-party source that cannot be reached must not stop a set-up that does not need
# it; a package that is still unknown afterwards is named on its own.
cb_apt_update() {
    [ "${cb_lists_are_fresh:-0}" = 0 ] || return 0
    cb_lists_are_fresh=1
    cb_say "setup: apt-get update (the package lists are missing or old)"
    cb_apt_get update || cb_say "setup: apt-get update failed; going on with the lists there are"
}

# Names what is missing of one level (must or may) and sets cb_missing (packages that apt knows) and
# cb_unknown (those that it does not).
cb_find_missing() {
    local level=$1 purpose check packages row_level why name
    shift
    cb_missing=() cb_unknown=()
    for purpose in "$@"; do
        while IFS='|' read -r check packages row_level why; do
            if [ "$row_level" != "$level" ] || cb_have "$check"; then
                continue
            fi
            name=$(cb_choose_package "$packages")
            if [ -z "$name" ]; then
                cb_unknown+=("${packages%%,*}")
                cb_say "setup: missing ${packages//,/ or }: $why"
            elif ! cb_is_installed "$name"; then
                cb_missing+=("$name")
                cb_say "setup: missing $name: $why"
            fi
        done < <(cb_needs "$purpose")
    done
}

cb_install() {
    cb_say "setup: apt-get install $* (log in build/setup.log)"
    cb_apt_get install -y --no-install-recommends "$@" && return 0
    [ "${cb_lists_are_fresh:-0}" = 0 ] || return 1
    cb_apt_update
    cb_apt_get install -y --no-install-recommends "$@"
}

cb_refuse_install() {
    local why="not root, and there is no sudo"
    [ "${CACHEBOUND_NO_INSTALL:-0}" != 1 ] || why="CACHEBOUND_NO_INSTALL=1 forbids installing"
    cb_die 3 "$why; as root run this, then start again:" \
        "apt-get update && apt-get install -y --no-install-recommends $*"
}

cb_setup_must() {
    cb_find_missing must "$@"
    [ $((${#cb_missing[@]} + ${#cb_unknown[@]})) -gt 0 ] || return 0
    command -v apt-get >/dev/null 2>&1 ||
        cb_die 3 "there is no apt-get here; install the above (Debian's names) by other means"
    cb_may_install || cb_refuse_install ${cb_missing[@]+"${cb_missing[@]}"} \
        ${cb_unknown[@]+"${cb_unknown[@]}"}
    if [ ${#cb_unknown[@]} -gt 0 ]; then
        cb_apt_update
        cb_find_missing must "$@"
    fi
    [ ${#cb_unknown[@]} -eq 0 ] ||
        cb_die 3 "apt does not offer ${cb_unknown[*]}; add a Debian source to /etc/apt that does"
    [ ${#cb_missing[@]} -eq 0 ] || cb_install "${cb_missing[@]}" ||
        cb_die 1 "apt-get could not install ${cb_missing[*]}; its message stands above"
}

# What only widens the tests: each one that cannot be had is said and left out.
cb_setup_may() {
    local name
    cb_find_missing may "$@"
    if [ ${#cb_unknown[@]} -gt 0 ] && command -v apt-get >/dev/null 2>&1 && cb_may_install; then
        cb_apt_update
        cb_find_missing may "$@"
    fi
    for name in ${cb_unknown[@]+"${cb_unknown[@]}"}; do
        cb_say "setup: going on without $name: apt does not offer it"
    done
    for name in ${cb_missing[@]+"${cb_missing[@]}"}; do
        if ! cb_may_install; then
            cb_say "setup: going on without $name: may not install here"
        elif ! cb_install "$name"; then
            cb_say "setup: going on without $name: apt-get could not install it"
        fi
    done
}

cb_setup() {
    cb_setup_must "$@"
    cb_setup_may "$@"
}
