#!/usr/bin/env bash
# clang-tidy over one file, skipped when nothing it reads has changed since it was clean: tests/lint/tidy.sh CACHE FILE
set -euo pipefail
cache=$1 file=$2
mkdir -p "$cache/tidy"

# The preprocessed text holds every header, the file itself its NOLINT comments; with the settings they decide.
fingerprint() {
  {
    clang-tidy --version
    cat .clang-tidy "$file"
    # shellcheck disable=SC2046 # pkg-config prints several words
    clang -E -std=c11 -D_GNU_SOURCE -DSP_TEST_DATA='""' -DLLHTTP_STRICT_MODE=1 -I. -Iruntime -Ibuild/dev/generated \
      -I/usr/share/include $(pkg-config --cflags lua5.4) "$file" 2>&1
  } | sha256sum | cut -d ' ' -f 1
}

stamp="$cache/tidy/$(fingerprint || true)"
[ ! -e "$stamp" ] || exit 0
if ! output=$(clang-tidy --quiet -p build/dev "$file" 2>&1); then
  printf '%s\n' "${output//"$PWD"\//}" | grep -v 'warnings\? generated\.$\|warnings\? treated as errors\?$' || true
  exit 1
fi
: >"$stamp"
