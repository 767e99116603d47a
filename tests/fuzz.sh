#!/usr/bin/env bash
# Fuzzes bayplan: builds the targets of tests/fuzz with libFuzzer and the address sanitizer, runs them one after the other
# from the committed corpora and what earlier runs grew, and prints a table of what came of it.
#
#   tests/fuzz.sh [--minutes N] [--jobs N] [TARGET ...]
#   tests/fuzz.sh --merge [TARGET ...]
#
# Without targets all of them, a minute each; with --jobs so many at a time. An input that takes over 10 seconds or over
# 512 MB beyond what the sanitizer itself holds back, that panics or breaks a property, is a find: it is kept and named,
# the target goes on, and the script ends with 1. --merge runs nothing: it prints how much smaller the grown corpora are
# as minimal sets that cover the same, and leaves those beside them.
#
# Needed: the stable Rust of this repository and a C++ compiler. cargo-fuzz is installed under target/ the first time.
# Everything that is built and grown lies in target/fuzz: corpus/TARGET, finds/TARGET, logs/TARGET.log. A find becomes a
# file of tests/fuzz/corpus/TARGET with a telling name, which `cargo test --test fuzzed` runs from then on.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ALL="zip metadata record package-json requirement plan lock messages terminal keys"
readonly WORK=$PWD/target/fuzz SEEDS=$PWD/tests/fuzz/corpus CARGO_FUZZ=$PWD/target/real-tools/cargo-fuzz
readonly BUILT=$WORK/x86_64-unknown-linux-gnu/release
# An input's memory. The sanitizer holds freed memory back to catch its use; that much is its own.
readonly MOST_MB=512 HELD_BACK_MB=64
# Leaks are no concern of a program without unsafe code, and looking for them takes half of the time.
readonly SANITIZER=quarantine_size_mb=$HELD_BACK_MB:detect_leaks=0:malloc_context_size=3

fail() { printf 'tests/fuzz.sh: %s\n' "$1" >&2; exit 2; }
say() { printf 'tests/fuzz.sh: %s\n' "$1" >&2; }

# The longest input: beyond it more of the same is tried more slowly.
longest() {
    case $1 in
        zip) echo 16384 ;;
        messages | terminal) echo 1024 ;;
        requirement) echo 512 ;;
        *) echo 4096 ;;
    esac
}

install_cargo_fuzz() {
    [ -x "$CARGO_FUZZ/bin/cargo-fuzz" ] || cargo install cargo-fuzz --locked --quiet --root "$CARGO_FUZZ"
}

# The sanitizer and the coverage are switches that a stable compiler has but does not offer by itself.
build() {
    command -v c++ > /dev/null || fail "missing: a C++ compiler, which libFuzzer is built with (Debian: g++)"
    RUSTC_BOOTSTRAP=1 "$CARGO_FUZZ/bin/cargo-fuzz" build --fuzz-dir tests/fuzz --target-dir "$WORK" --no-cfg-fuzzing
}

fuzz() {
    local target=$1 seconds=$2 log=$WORK/logs/$1.log
    mkdir -p "$WORK/corpus/$target" "$WORK/finds/$target" "$WORK/logs" "$WORK/running"
    # libFuzzer starts it again and again; what is built meanwhile is for the next run.
    rm -f "$WORK/running/$target"
    cp "$BUILT/$target" "$WORK/running/$target"
    say "$target for $seconds seconds, $(date -u +%H:%M)"
    # A child that finds something ends, and the parent goes on with the next.
    ASAN_OPTIONS=$SANITIZER "$WORK/running/$target" -detect_leaks=0 -fork=1 -ignore_crashes=1 -ignore_timeouts=1 \
        -ignore_ooms=1 -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=$((MOST_MB + HELD_BACK_MB)) -max_len="$(longest "$target")" \
        -artifact_prefix="$WORK/finds/$target/" "$WORK/corpus/$target" "$SEEDS/$target" > "$log" 2>&1 || true
}

# From the log: executions a second, coverage (edges) and features at the start and the end, inputs, and the finds.
row() {
    local target=$1 finds
    finds=$(find "$WORK/finds/$target" -type f | wc -l)
    awk -v target="$target" -v finds="$finds" '
        /^#[0-9]+: cov: / {
            executions = substr($1, 2) + 0
            for (i = 2; i < NF; i++) value[$i] = $(i + 1)
            if (start == "") { start = value["cov:"]; features = value["ft:"] }
            seconds = value["time:"] + 0
        }
        END {
            rate = seconds > 0 ? executions / seconds : 0
            printf "| %s | %d | %d | %d | %d → %d | %d → %d | %d | %d |\n", target, seconds, executions, rate, start,
                value["cov:"], features, value["ft:"], value["corp:"], finds
        }' "$WORK/logs/$target.log"
}

table() {
    local target
    printf '| target | seconds | executions | a second | edges | features | inputs | finds |\n|---|---|---|---|---|---|---|---|\n'
    for target in "$@"; do row "$target"; done
}

merge() {
    local target
    for target in "$@"; do
        rm -rf "$WORK/merged/$target"
        mkdir -p "$WORK/merged/$target" "$WORK/corpus/$target"
        ASAN_OPTIONS=$SANITIZER "$BUILT/$target" -detect_leaks=0 -merge=1 -timeout=10 "$WORK/merged/$target" "$SEEDS/$target" \
            "$WORK/corpus/$target" > "$WORK/logs/$target.merge.log" 2>&1 || fail "merging $target: see $WORK/logs"
        printf '%s: %d inputs, %d bytes\n' "$target" "$(find "$WORK/merged/$target" -type f | wc -l)" \
            "$(du -sb --apparent-size "$WORK/merged/$target" | cut -f1)"
    done
}

minutes=1 jobs=1 action=fuzz targets=()
while [ $# -gt 0 ]; do
    case $1 in
        --minutes | --jobs)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a number"
            if [ "$1" = --minutes ]; then minutes=$2; else jobs=$2; fi
            shift ;;
        --merge) action=merge ;;
        -*) fail "there is no $1; there are --minutes N, --jobs N and --merge" ;;
        *)
            [[ " $ALL " == *" $1 "* ]] || fail "there is no target \"$1\"; there are $ALL"
            targets+=("$1") ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || read -ra targets <<< "$ALL"

install_cargo_fuzz
build
if [ "$action" = merge ]; then
    merge "${targets[@]}"
    exit 0
fi
for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
    fuzz "$target" $((minutes * 60)) &
done
wait
table "${targets[@]}"
for target in "${targets[@]}"; do
    [ -z "$(find "$WORK/finds/$target" -type f -print -quit)" ] || exit 1
done
