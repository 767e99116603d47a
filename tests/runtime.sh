#!/usr/bin/env bash
# Lays out the Python runtimes of Lambda below a folder, so that tests can start functions in AWS's own runtime client:
#
#   usage: tests/runtime.sh DEST [VERSION ...]      (default: 3.10 3.12 3.13)
#
#   DEST/VERSION/lang           a link to the CPython, shown as /var/lang
#   DEST/VERSION/runtime        /var/runtime: the client and its bootstrap; up to 3.10 the AWS SDK too
#   DEST/VERSION/site-packages  /var/lang/lib/pythonVERSION/site-packages: from 3.11 on the AWS SDK, else empty
#
# What stands complete is used again.
set -euo pipefail

fail() { printf 'runtime.sh: %s\n' "$1" >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
readonly here BOOTSTRAP=$here/support/bootstrap.py CLIENT=awslambdaric==4.2.2 SDK="boto3==1.40.0 urllib3==2.2.3"

# The CPython of one version: on PATH, or among those that pyenv keeps.
find_cpython() {
    local candidate
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python3; do
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "no CPython $1 here; functions for it can be started in no other (pyenv install $1)"
}

lay_out() {
    local version=$1 place=$destination/$1 stamp cpython sdk_in=runtime
    stamp=$(cat "$0" "$BOOTSTRAP" | cksum)
    [ "$(cat "$place/complete" 2>/dev/null)" = "$stamp" ] && return 0
    cpython=$(find_cpython "$version")
    rm -rf "$place"
    mkdir -p "$place/runtime" "$place/site-packages"
    [ "${version#3.}" -le 10 ] || sdk_in=site-packages
    install_into "$cpython" "$place/runtime" "$CLIENT"
    # shellcheck disable=SC2086 # several packages are several words
    install_into "$cpython" "$place/$sdk_in" $SDK
    cp "$BOOTSTRAP" "$place/runtime/"
    ln -s "$("$cpython" -c 'import sys; print(sys.base_prefix)')" "$place/lang"
    printf '%s\n' "$stamp" > "$place/complete"
}

install_into() {
    local cpython=$1 folder=$2
    shift 2
    "$cpython" -m pip install -qq --disable-pip-version-check --root-user-action=ignore --no-warn-conflicts \
        --only-binary=:all: --target "$folder" "$@" || fail "pip of $cpython cannot install $*"
}

[ $# -ge 1 ] || fail "usage: runtime.sh DEST [VERSION ...]"
mkdir -p "$1"
destination=$(cd "$1" && pwd)
shift
[ $# -ge 1 ] || set -- 3.10 3.12 3.13
for version in "$@"; do lay_out "$version"; done
