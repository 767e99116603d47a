#!/usr/bin/env bash
# Builds the bundle that `demo:` is a recording of, from fixed versions, and compiles it as Lambda's python3.10 would.
# usage: tests/record-demo.sh FOLDER        builds into FOLDER, which must not exist
#        tests/record-demo.sh --refresh     builds into a temporary folder and writes assets/demo anew
# Needs CPython 3.10 (BAYPLAN_PYTHON310, or python3.10 on the path), its pip, and a package index.
set -euo pipefail

python=${BAYPLAN_PYTHON310:-python3.10}
version=$("$python" -c 'import sys; print(sys.implementation.name, *sys.version_info[:2])' 2>/dev/null || true)
if [ "$version" != "cpython 3 10" ]; then
    echo "record-demo: \"$python\" is not CPython 3.10; bytecode of another version has other lengths." >&2
    echo "Set BAYPLAN_PYTHON310 to a CPython 3.10." >&2
    exit 2
fi

if [ "${1:-}" = "--refresh" ]; then
    cd "$(dirname "$0")/.."
    BAYPLAN_REFRESH=1 BAYPLAN_PYTHON310="$python" cargo test --features real-tools --test demo_recording
    exit
fi

folder=${1:?usage: tests/record-demo.sh FOLDER, or tests/record-demo.sh --refresh}
if [ -e "$folder" ]; then
    echo "record-demo: \"$folder\" exists; name a folder that does not." >&2
    exit 2
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

install() {
    "$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile --target "$folder" "$@"
}

# Wheels as a build for Lambda takes them: for its platform, whatever this machine is.
install --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 \
    --python-version 3.10 --implementation cp --abi cp310 --only-binary=:all: \
    boto3==1.26.147 botocore==1.29.147 certifi==2023.5.7 charset-normalizer==3.1.0 idna==3.4 jmespath==1.0.1 \
    joblib==1.2.0 numpy==1.24.3 pandas==2.0.2 python-dateutil==2.8.2 pytz==2023.3 requests==2.31.0 \
    s3transfer==0.6.1 scikit-learn==1.2.2 scipy==1.10.1 six==1.16.0 threadpoolctl==3.1.0 tzdata==2023.3 \
    urllib3==1.26.16
# Published without a wheel; it is pure Python.
install --no-deps graypy==2.1.0

cat > "$folder/app.py" <<'PY'
import json
import boto3, graypy, numpy as np, pandas as pd, requests
from sklearn.linear_model import LinearRegression
def handler(event, context):
    model = LinearRegression().fit(np.arange(10).reshape(-1, 1), np.arange(10))
    return {"statusCode": 200, "body": json.dumps({"coef": float(model.coef_[0])})}
PY

# Scripts name the interpreter of the machine that installed them, and RECORD their digests. The demo's were installed
# by the story's CI.
"$python" - "$folder" <<'PY'
import base64, glob, hashlib, os, sys

folder, interpreter = sys.argv[1], b"#!/builds/recommender/.venv/bin/python3.10\n"

def moved(row):
    path, _, rest = row.partition(b",")
    if not path.startswith(b"../../bin/"):
        return row
    name = os.path.join(folder.encode(), b"bin", os.path.basename(path))
    with open(name, "rb") as script:
        first, *others = script.readlines()
    assert first.startswith(b"#!"), name
    content = b"".join([interpreter, *others])
    with open(name, "wb") as script:
        script.write(content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    end = row[len(row.rstrip()):]
    return b"%s,sha256=%s,%d%s" % (path, digest, len(content), end)

for record in glob.glob(os.path.join(folder, "*.dist-info", "RECORD")):
    with open(record, "rb") as rows:
        rows = rows.readlines()
    with open(record, "wb") as out:
        out.writelines(map(moved, rows))

# A .pyc holds the date of its source, and deflates to another length with another date.
for parent, _, names in os.walk(folder):
    for name in names:
        os.utime(os.path.join(parent, name), (1686182400, 1686182400))
PY

# It also holds the path of its source; the one that it has in Lambda is the same wherever this runs. Files that do not
# compile (joblib and scikit-learn keep some for Python 2) are left as they are, as pip leaves them. The seed fixes
# the order in which sets are written.
PYTHONHASHSEED=0 "$python" -m compileall -q -s "$folder" -p /var/task "$folder" >/dev/null || true
