#!/usr/bin/env bash
# Runs the whole gate: formatting, lints, documentation and every test.
# On a fresh Debian or Ubuntu with only a Rust toolchain it installs what is missing first.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/lib.sh

need_cc
need_redis
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done

step() { printf '\n== %s\n' "$*"; }

step cargo fmt
cargo fmt --check
step cargo clippy
cargo clippy --locked --all-targets -- -D warnings
step cargo doc
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items --quiet
step cargo test
cargo test --locked
