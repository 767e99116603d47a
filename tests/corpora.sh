#!/usr/bin/env bash
# Builds the real bundles that bayplan is measured against: packages by name in fixed versions, fetched by the
# ordinary pip and npm as they are set up here.
#
#   usage: tests/corpora.sh DEST [seed|today|node|pnpm|large|million ...]      (default: seed today node)
#
#   seed     the story's bundle: June 2023, CPython 3.10, x86_64; 370 064 218 bytes in 11 288 files
#   today    the same names in the newest versions, CPython 3.13, x86_64
#   node     a node_modules with nested and scoped packages
#   pnpm     the same, with a store and links as pnpm leaves them; PNPM names the program
#   large    the three of them and one file over 500 MB made of their shared libraries: over 1.5 GB
#   million  1 000 000 small files in folders like those of packages
#
# What stands complete is not built again: each bundle is made beside its place and moved there at the end, with a
# stamp that holds the checksum of this script. PYTHON names the Python whose pip is used (default: python3).
set -euo pipefail

readonly SEED_BYTES=370064218 SEED_FILES=11288
readonly PYTHON=${PYTHON:-python3}

fail() { printf 'corpora.sh: %s\n' "$1" >&2; exit 2; }
say() { printf 'corpora.sh: %s\n' "$1" >&2; }

# The CPython of one version: on PATH, or among those that pyenv keeps.
find_cpython() {
    local candidate
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python3; do
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "no CPython $1 here; its bytecode belongs to the bundle, so install it (pyenv install $1) and run this again"
}

# usage: fetch FOLDER PYTHON_VERSION PLATFORM… -- REQUIREMENT…
fetch() {
    local folder=$1 version=$2 platforms=()
    shift 2
    while [ "$1" != -- ]; do platforms+=(--platform "$1"); shift; done
    shift
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-warn-conflicts \
        --no-compile --target "$folder" --python-version "$version" --implementation cp \
        --abi "cp${version/./}" --abi abi3 --abi none "${platforms[@]}" --only-binary=:all: "$@"
}

# A wheel without dependencies: graypy names some that the story's build does not have.
fetch_alone() {
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-warn-conflicts \
        --no-compile --no-deps --only-binary=:all: --target "$1" "$2"
}

# The story's handler. Its length is part of the sums that the tests know.
write_handler() {
    cat > "$1/app.py" <<'PY'
import json
import boto3, graypy, numpy as np, pandas as pd, requests
from sklearn.linear_model import LinearRegression
def handler(event, context):
    model = LinearRegression().fit(np.arange(10).reshape(-1, 1), np.arange(10))
    return {"statusCode": 200, "body": json.dumps({"coef": float(model.coef_[0])})}
PY
}

# pip writes the path of the Python it runs on into the first line of each script, and the script's digest and length
# into RECORD: both would differ from machine to machine. The head of a build in CI makes the bundle the same everywhere.
settle_script_heads() {
    "$PYTHON" - "$1" <<'PY'
import base64, hashlib, pathlib, sys

HEAD = b"#!/builds/recommender/.venv/bin/python3.10\n"
root = pathlib.Path(sys.argv[1])
rows = {}
for script in sorted((root / "bin").iterdir()):
    first, newline, rest = script.read_bytes().partition(b"\n")
    if first.startswith(b"#!") and b"python" in first:
        body = HEAD + rest
        script.write_bytes(body)
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=")
        path = b"../../bin/" + script.name.encode()
        rows[path] = b"%s,sha256=%s,%d" % (path, digest, len(body))
for record in sorted(root.glob("*.dist-info/RECORD")):
    lines = record.read_bytes().splitlines(keepends=True)
    settled = [rows.get(line.split(b",")[0], line.rstrip(b"\r\n")) + line[len(line.rstrip(b"\r\n")):] for line in lines]
    record.write_bytes(b"".join(settled))
PY
}

# pip would compile for the Python it runs on; the target's own makes what a build on it has. A .pyc holds the path of
# its source, so that path must not depend on where this runs. Some wheels hold sources that do not compile: tests of
# broken sources, templates; compileall names them and goes on, and ends with 1.
# A .pyc also holds the date of its source and sets in the order of their hashes: both are fixed, so that the bytes of
# a bundle, and what deflating makes of them, are the same whenever it is built.
compile_bytecode() {
    find "$1" -type f -exec touch -d @1685577600 {} +
    PYTHONHASHSEED=0 "$2" -m compileall -q -s "$1" -p /var/task "$1" >/dev/null || true
    [ -n "$(find "$1" -name '*.pyc' -print -quit)" ] || fail "$2 compiled nothing in $1"
}

make_seed() {
    local cpython
    cpython=$(find_cpython 3.10)
    fetch "$1" 3.10 manylinux2014_x86_64 manylinux_2_17_x86_64 -- \
        boto3==1.26.147 botocore==1.29.147 numpy==1.24.3 pandas==2.0.2 requests==2.31.0 scikit-learn==1.2.2 \
        scipy==1.10.1 joblib==1.2.0 threadpoolctl==3.1.0 s3transfer==0.6.1 jmespath==1.0.1 python-dateutil==2.8.2 \
        pytz==2023.3 tzdata==2023.3 six==1.16.0 urllib3==1.26.16 certifi==2023.5.7 charset-normalizer==3.1.0 idna==3.4
    fetch_alone "$1" graypy==2.1.0
    write_handler "$1"
    settle_script_heads "$1"
    compile_bytecode "$1" "$cpython"
    local counted
    counted=$(find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { print bytes, NR }')
    [ "$counted" = "$SEED_BYTES $SEED_FILES" ] ||
        fail "seed came out as $counted (bytes, files), expected $SEED_BYTES $SEED_FILES: $cpython compiles otherwise than CPython 3.10.13, or a file on the index has changed"
}

make_today() {
    local cpython
    cpython=$(find_cpython 3.13)
    fetch "$1" 3.13 manylinux_2_28_x86_64 manylinux_2_27_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64 -- \
        boto3 numpy pandas requests scikit-learn
    fetch_alone "$1" graypy==2.1.0
    write_handler "$1"
    settle_script_heads "$1"
    compile_bytecode "$1" "$cpython"
}

write_node_sources() {
    cat > "$1/package.json" <<'JSON'
{"name":"corpus","version":"1.0.0","private":true,"dependencies":{"aws-sdk":"2.1660.0","typescript":"5.5.4","@babel/core":"7.24.9","@babel/preset-env":"7.24.8","react":"18.3.1","@mui/material":"5.16.4","lodash":"4.17.21","date-fns":"3.6.0","googleapis":"140.0.1","webpack":"5.93.0","eslint":"8.57.0","@aws-sdk/client-s3":"3.614.0"}}
JSON
    printf 'exports.handler = async () => ({ statusCode: 200 });\n' > "$1/index.js"
}

make_node() {
    write_node_sources "$1"
    (cd "$1" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
}

# The links in a store are relative, so it can be moved to its place. Files are copied: those of a cache would be shared.
make_pnpm() {
    command -v "${PNPM:-pnpm}" >/dev/null || fail "no pnpm here; npm install pnpm, and name its program in PNPM"
    write_node_sources "$1"
    (cd "$1" && "${PNPM:-pnpm}" install --ignore-scripts --reporter=silent --package-import-method=copy \
        --store-dir "$destination/.pnpm-store")
    rm -rf "$destination/.pnpm-store"
}

# The file is what models and compiled extensions are like, neither empty nor random, so that deflating it is real work.
make_large() {
    local what size
    for what in seed today node; do
        build "$what"
        cp -a "$destination/$what" "$1/$what"
    done
    mkdir "$1/models"
    find "$1/seed" "$1/today" -name '*.so*' -type f -print0 | sort -z | xargs -0 cat > "$1/models/once"
    cat "$1/models/once" "$1/models/once" "$1/models/once" > "$1/models/model.bin"
    truncate -s 545000000 "$1/models/model.bin"
    rm "$1/models/once"
    size=$(du -s --apparent-size --block-size=1 "$1" | cut -f1)
    [ "$size" -gt 1500000000 ] || fail "large came out with $size bytes, expected over 1 500 000 000"
}

make_million() {
    "$PYTHON" - "$1" <<'PY'
import os, random, sys

root, chance, made = sys.argv[1], random.Random(7), 0
while made < 1_000_000:
    depth = chance.randrange(4)
    folder = os.path.join(root, f"pkg{made // 4000:04d}", *(f"d{chance.randrange(8)}" for _ in range(depth)))
    os.makedirs(folder, exist_ok=True)
    for _ in range(min(chance.randrange(20, 200), 1_000_000 - made)):
        with open(os.path.join(folder, f"f{made}.py"), "wb") as file:
            file.write(b"x" * chance.randrange(500))
        made += 1
PY
}

build() {
    local what=$1 place="$destination/$1" stamp="$destination/.$1.complete" part="$destination/.$1.part"
    if [ -d "$place" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$recipe" ]; then
        say "$what stands in $place"
        return
    fi
    say "building $what in $place"
    rm -rf "$place" "$stamp" "$part"
    mkdir -p "$part"
    "make_$what" "$part"
    mv "$part" "$place"
    printf '%s\n' "$recipe" > "$stamp"
}

[ $# -ge 1 ] || fail "usage: corpora.sh DEST [seed|today|node|pnpm|large|million ...]"
recipe=$(cksum < "$0")
mkdir -p "$1"
destination=$(cd "$1" && pwd)
shift
[ $# -ge 1 ] || set -- seed today node
for what in "$@"; do
    case $what in
        seed | today | node | pnpm | large | million) build "$what" ;;
        *) fail "unknown bundle \"$what\"; there are seed, today, node, pnpm, large and million" ;;
    esac
done
