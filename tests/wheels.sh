#!/usr/bin/env bash
# Installs real wheels below a folder: ten for wrong targets, ten builds with their dependencies for python3.13 on
# x86_64, and numpy 2.2 with scikit-learn. What stands there complete is used again. PYTHON names the Python whose pip
# is asked.
set -euo pipefail
readonly FOLDER=${1:?name the folder to install into}

# name, what to install, and pip's words for the platform
install() {
    local name=$1 packages=$2
    shift 2
    [ -f "$FOLDER/$name.complete" ] && return 0
    rm -rf "${FOLDER:?}/$name"
    # shellcheck disable=SC2086 # several packages are several words
    "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --no-compile --only-binary=:all: \
        --target "$FOLDER/$name" "$@" $packages
    touch "$FOLDER/$name.complete"
}

mkdir -p "$FOLDER"
install wrong/numpy-aarch64 numpy==2.2.6 --no-deps --platform manylinux2014_aarch64 --python-version 3.13
install wrong/numpy-musl numpy==2.2.6 --no-deps --platform musllinux_1_2_x86_64 --python-version 3.13
install wrong/numpy-cp39 numpy==2.0.2 --no-deps --platform manylinux2014_x86_64 --python-version 3.9
install wrong/numpy-macos numpy==2.2.6 --no-deps --platform macosx_11_0_arm64 --python-version 3.13
install wrong/markupsafe-macos markupsafe==3.0.2 --no-deps --platform macosx_11_0_arm64 --python-version 3.13
install wrong/markupsafe-windows markupsafe==3.0.2 --no-deps --platform win_amd64 --python-version 3.13
install wrong/pydantic-core-cp312 pydantic-core==2.33.2 --no-deps --platform manylinux2014_x86_64 --python-version 3.12
install wrong/orjson-aarch64-musl orjson==3.10.18 --no-deps --platform musllinux_1_2_aarch64 --python-version 3.13
install wrong/cryptography-2_34 cryptography==45.0.4 --no-deps --platform manylinux_2_34_x86_64 --python-version 3.11
install wrong/networkx-new networkx==3.5 --no-deps --python-version 3.13

install fit/numpy-2.2 "numpy==2.2.6 scikit-learn==1.6.1" --platform manylinux2014_x86_64 --python-version 3.13

right() {
    install "right/$1" "$2" --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 --python-version 3.13
}
right requests requests
right fastapi "fastapi pydantic"
right matplotlib matplotlib
right sqlalchemy "sqlalchemy psycopg2-binary"
right cryptography "cryptography pyjwt"
right powertools "aws-lambda-powertools boto3"
right lxml "lxml pyyaml"
right google "google-cloud-storage protobuf"
right polars "polars orjson"
right opencv "opencv-python-headless pillow setuptools"

# The wheels themselves, made by many tools: none of them is a zip to be accused of anything.
archives() {
    [ -f "$FOLDER/archives.complete" ] && return 0
    rm -rf "${FOLDER:?}/archives"
    "${PYTHON:-python3}" -m pip download --quiet --disable-pip-version-check --only-binary=:all: --no-deps \
        --dest "$FOLDER/archives" --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
        --python-version 3.13 "$@"
    touch "$FOLDER/archives.complete"
}
archives requests flask numpy pandas boto3 pydantic-core cryptography orjson protobuf setuptools pip wheel \
    attrs pyyaml aiohttp lxml greenlet rpds-py hatchling flit-core poetry-core tzdata
