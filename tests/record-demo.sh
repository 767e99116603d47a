#!/usr/bin/env bash
# Records the story's bundle anew as `demo:`: builds it (tests/corpora.sh seed, which refuses without CPython 3.10) and
# writes assets/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/corpora.sh target/corpora seed
BAYPLAN_REFRESH=1 BAYPLAN_CORPORA=$PWD/target/corpora cargo test --features real-tools --test real_demo
