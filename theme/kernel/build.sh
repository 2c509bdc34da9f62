#!/bin/sh
# Makes kernel.wasm of the C files beside this script. It needs clang, lld and binaryen; the file in the
# repository is what those of Debian 12 make (clang 14, binaryen 108): apt-get install clang lld binaryen
#
#   theme/kernel/build.sh [FILE]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../assets/search/meaning/kernel.wasm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
for name in arithmetic encoder memory model numbers scores; do
  clang --target=wasm32 -std=c11 -O3 -flto -ffast-math -msimd128 -mbulk-memory -Wall -Wextra -Werror \
    -fno-builtin-memset -fno-builtin-memcpy -c -o "$work/$name.o" "$name.c"
done
# Linked by hand: where wasm-opt is installed, clang runs it as well, without SIMD.
wasm-ld --lto-O3 --no-entry --strip-debug -z stack-size=65536 -o "$work/linked.wasm" "$work"/*.o
wasm-opt -O3 --enable-simd --enable-bulk-memory --strip-debug --strip-producers --strip-target-features \
  -o "$work/kernel.wasm" "$work/linked.wasm"
cp "$work/kernel.wasm" "$out"
