#!/usr/bin/env bash
# Builds renkei and runs its main job on a sandbox of the services through a real Redis queue, then shows what came of it.
#   deploy/demo.sh          shows the result and stays up until Ctrl-C, so that you can go on with redis-cli and a browser
#   deploy/demo.sh --exit   shows the result and ends
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/lib.sh

need_cc
need_redis
cargo build --locked --release --quiet
# 3 says that people are held or rejected, which two of the sandbox's edge cases always are: the demo shows them.
target/release/renkei demo "$@" || [ $? -eq 3 ]
