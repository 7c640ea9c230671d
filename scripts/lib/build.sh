# shellcheck shell=bash
# Sourced by the scripts, behind setup.sh: configures and builds.
#
#     cb_build PRESET [CMAKE ARGUMENT...]       a preset, in build/PRESET
#
# It is quiet; when it fails, the end of the log is shown.
#
# Needs cb_root, the checkout's folder.
: "${cb_root:?}"

cb_cmake_at_least() {
    local have
    have=$(cmake --version | sed -n '1s/^cmake version //p')
    [ "$(printf '%s\n' "$1" "$have" | sort -V | head -n 1)" = "$1" ]
}

# The cache variables of a preset, for a cmake older than the presets' file format (3.21).
cb_preset_arguments() {
    if [ "$1" = release ]; then
        printf -- '-DCMAKE_BUILD_TYPE=Release\n'
        return 0
    fi
    python3 - "$cb_root" "$1" <<'PYTHON'
import json, sys
root, name = sys.argv[1:]
presets = {p["name"]: p for p in json.load(open(root + "/CMakePresets.json"))["configurePresets"]}
if name not in presets:
    sys.exit("CMakePresets.json: no configure preset is called " + name)
chain = [name]
while "inherits" in presets[chain[-1]]:
    chain.append(presets[chain[-1]]["inherits"])
variables = {}
for link in reversed(chain):
    variables.update(presets[link].get("cacheVariables", {}))
    if "toolchainFile" in presets[link]:
        variables["CMAKE_TOOLCHAIN_FILE"] = presets[link]["toolchainFile"]
for key, value in variables.items():
    print("-D%s=%s" % (key, value.replace("${sourceDir}", root)))
PYTHON
}

# A build folder keeps its generator, and is of no use once the checkout has moved.
cb_prepare_folder() {
    local cache=$1/CMakeCache.txt home generator
    if [ -f "$cache" ]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
        if [ "$home" = "$cb_root" ]; then
            generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$cache")
            export CMAKE_GENERATOR="$generator"
            return 0
        fi
        rm -rf "$cache" "$1/CMakeFiles"
    fi
    if command -v ninja >/dev/null 2>&1; then
        export CMAKE_GENERATOR=Ninja
    else
        export CMAKE_GENERATOR="Unix Makefiles"
    fi
}

cb_configure() {
    local preset=$1 lines arguments
    shift
    if cb_cmake_at_least 3.21; then
        (cd "$cb_root" && cmake --preset "$preset" "$@")
        return
    fi
    lines=$(cb_preset_arguments "$preset") || return 1
    mapfile -t arguments <<<"$lines"
    cmake -S "$cb_root" -B "$cb_root/build/$preset" "${arguments[@]}" "$@"
}

# From the first failure on, 40 lines; the end of the log when no line looks like one.
cb_show_failure() {
    local from
    from=$(grep -n -m 1 -E '^(FAILED:|CMake Error|.*[Ee]rror:)' "$1" | cut -d : -f 1)
    if [ -n "$from" ]; then
        tail -n +"$from" "$1" | head -n 40 >&2
    else
        tail -n 40 "$1" >&2
    fi
}

# cb_run_build NAME COMMAND...: configures with the command, then builds build/NAME.
cb_run_build() {
    local name=$1 folder=$cb_root/build/$1 log=$cb_root/build/$1.log
    shift
    mkdir -p "$cb_root/build"
    cb_say "build: $name (log in build/$name.log)"
    cb_prepare_folder "$folder"
    if "$@" >"$log" 2>&1 && cmake --build "$folder" -j "$(nproc)" >>"$log" 2>&1; then
        return 0
    fi
    cb_show_failure "$log"
    cb_say "${0##*/}: the $name build failed; the whole log is in $log"
    return 1
}

cb_build() {
    cb_run_build "$1" cb_configure "$@"
}
