#!/usr/bin/env bash
# A month of one real project's rebuilds, April 2023: what `pip install pandas boto3` made at the start of each week, in
# the versions of that day. pandas 2.0.0 brings a package that was not there before. What stands complete is used again.
# Beside the weeks: one set of requirements installed by two Pythons into two folders, as a laptop and a runner do it.
# PYTHON names the Python whose pip is asked.
#
#   usage: tests/rebuilds.sh DEST
set -euo pipefail
readonly FOLDER=${1:?name the folder to install into}
readonly PYTHON=${PYTHON:-python3}
# What did not change in that month.
readonly STAYED="numpy==1.24.2 python-dateutil==2.8.2 pytz==2023.3 six==1.16.0 jmespath==1.0.1 s3transfer==0.6.0 urllib3==1.26.15"

week() {
    local name=$1 packages="$STAYED $2"
    [ "$(cat "$FOLDER/$name.complete" 2> /dev/null)" = "$packages" ] && return 0
    rm -rf "${FOLDER:?}/$name"
    # shellcheck disable=SC2086 # several packages are several words
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-warn-conflicts \
        --no-compile --only-binary=:all: --target "$FOLDER/$name" \
        --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --python-version 3.10 $packages
    printf 'import boto3\nimport pandas\n\n\ndef handler(event, context):\n    return pandas.__version__\n' > "$FOLDER/$name/app.py"
    printf '%s\n' "$packages" > "$FOLDER/$name.complete"
}

# With bytecode, scripts and whatever else an installer writes for the place that it runs at.
place() {
    local name=$1 compile=$2
    [ -f "$FOLDER/$name.complete" ] && return 0
    rm -rf "${FOLDER:?}/$name"
    mkdir -p "$FOLDER/$name"
    "$PYTHON" -m venv "$FOLDER/$name/python"
    "$FOLDER/$name/python/bin/python" -m pip install --quiet --disable-pip-version-check "$compile" \
        --target "$FOLDER/$name/build" requests==2.32.3 certifi==2024.8.30 charset-normalizer==3.3.2 idna==3.8 urllib3==2.2.2
    printf 'import requests\n\n\ndef handler(event, context):\n    return 1\n' > "$FOLDER/$name/build/app.py"
    touch "$FOLDER/$name.complete"
}

mkdir -p "$FOLDER"
week week-1 "pandas==1.5.3 boto3==1.26.104 botocore==1.29.104"
week week-2 "pandas==2.0.0 tzdata==2023.3 boto3==1.26.109 botocore==1.29.109"
week week-3 "pandas==2.0.0 tzdata==2023.3 boto3==1.26.115 botocore==1.29.115"
week week-4 "pandas==2.0.1 tzdata==2023.3 boto3==1.26.121 botocore==1.29.121"
place laptop --compile
place runner --no-compile
