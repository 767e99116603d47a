#!/usr/bin/env bash
# Measures bayplan beside its peers, on the same work in the same run, and prints the table; a peer that cannot be had is
# named as skipped. Everything that is made lies in target/peers and is used again. A run that was stopped goes on where
# it was, as long as bayplan is the same.
#
#   usage: tests/peers.sh [--readme] [--full] [--fresh] [--minutes N] [--only TEXT] [--no-install]
#
#   --readme      writes the table into README.md
#   --full        also a bundle of 1.5 GB and one of a million files
#   --fresh       begins anew what was stopped
#   --minutes N   begins no further round after N minutes of measuring (default: 11)
#   --only TEXT   only jobs whose name holds TEXT
#   --no-install  takes the peers that are here
#
# CORPORA names a folder of tests/corpora.sh (default: target/corpora). Each measurement is kept as target/peers/N.tsv,
# and the last three are compared: whether they agree about who is faster.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly WORK=$PWD/target/peers CORPORA=${CORPORA:-$PWD/target/corpora}
# program:package
readonly CRATES="pdu:parallel-disk-usage dua:dua-cli dust:du-dust"
readonly PACKAGES="zip:zip unzip:unzip bsdtar:libarchive-tools 7z:p7zip-full gdu:gdu ncdu:ncdu"

say() { printf 'peers.sh: %s\n' "$1" >&2; }
fail() { say "$1"; exit 2; }

install_peers() {
    local entry missing=()
    for entry in $CRATES; do
        [ -x "$WORK/bin/${entry%%:*}" ] || command -v "${entry%%:*}" > /dev/null ||
            cargo install --quiet --locked --root "$WORK" "${entry##*:}" || say "${entry##*:} cannot be built"
    done
    for entry in $PACKAGES; do
        command -v "${entry%%:*}" > /dev/null || missing+=("${entry##*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}" > "$WORK/apt.log" 2>&1 ||
            say "cannot be installed: ${missing[*]} (see $WORK/apt.log)"
    else
        say "not here: ${missing[*]} (names of Debian's packages)"
    fi
}

# The program that cargo built for the benchmark.
runner() {
    cargo bench --quiet --locked --no-run --features real-tools --bench peers --message-format=json |
        sed -n 's/.*"name":"peers".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
}

readme=() full=() only=() corpora=(seed today node) minutes=11 installs=yes
while [ $# -gt 0 ]; do
    case $1 in
        --readme) readme=(--readme README.md) ;;
        --full) full=(--full) corpora+=(large million) minutes=90 ;;
        --fresh) rm -f "$WORK/open.tsv" ;;
        --minutes) minutes=${2:?--minutes N}; shift ;;
        --only) only=(--only "${2:?--only TEXT}"); shift ;;
        --no-install) installs=no ;;
        *) fail "unknown option \"$1\"; there are --readme, --full, --fresh, --minutes, --only and --no-install" ;;
    esac
    shift
done

mkdir -p "$WORK"
[ "$installs" = no ] || install_peers
tests/corpora.sh "$CORPORA" "${corpora[@]}"
cargo build --quiet --release --locked
program=$(runner)
[ -x "$program" ] || fail "cargo built no benchmark \"peers\""
"$program" --bayplan "$PWD/target/release/bayplan" --peers "$WORK/bin" --corpora "$CORPORA" --work "$WORK" \
    --minutes "$minutes" "${full[@]}" "${only[@]}" "${readme[@]}"
