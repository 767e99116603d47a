#!/usr/bin/env bash
# Installs the real packages of which tests/real_start.rs makes functions, each set for each CPython, with the pip of
# that CPython: markers in metadata are evaluated by the Python that pip runs on. What stands complete is used again.
#
#   usage: tests/starts.sh DEST RUNTIMES      (RUNTIMES is what tests/runtime.sh has laid out)
set -euo pipefail

[ $# -eq 2 ] || { printf 'usage: starts.sh DEST RUNTIMES\n' >&2; exit 2; }
readonly FOLDER=$1 RUNTIMES=$2

install() {
    local name=$1 version place
    shift
    for version in 3.10 3.13; do
        place=$FOLDER/$version/$name
        [ "$(cat "$place.complete" 2>/dev/null)" = "$*" ] && continue
        rm -rf "$place"
        mkdir -p "$FOLDER/$version"
        "$RUNTIMES/$version/lang/bin/python$version" -m pip install -qq --disable-pip-version-check --no-compile \
            --root-user-action=ignore --only-binary=:all: --target "$place" "$@"
        printf '%s\n' "$*" > "$place.complete"
    done
}

install web requests==2.32.3 urllib3==2.2.3
install google google-cloud-storage==2.18.2
install yaml ruamel.yaml==0.17.21
install telemetry opentelemetry-sdk==1.27.0
install crypto cryptography==43.0.1
install models pydantic==2.9.2
install tools setuptools==69.5.1
install dates python-dateutil==2.9.0.post0 pytz==2024.2 tzdata==2024.2
install pages jinja2==3.1.4 pyyaml==6.0.2
install aws boto3==1.35.0
