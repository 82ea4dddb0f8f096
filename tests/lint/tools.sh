#!/usr/bin/env bash
# shellcheck disable=SC2317 # the run_… functions are called by the names in `tools`
#
# Other people's linters over our files, as TAP, one line a tool: tests/lint/tools.sh [TOOL…]
# Needs build/dev configured and its target `generated` built; ./dev lint sees to both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cache=build/lint-cache
mkdir -p "$cache"
tools=(clang-format clang-tidy cppcheck luacheck shellcheck node)

# Tracked and new files that match and still exist.
files() {
  git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done
}

# Sources the build knows; a file nobody compiles has no options to be read with.
compiled() {
  files '*.c' | while IFS= read -r file; do
    ! grep -qF "\"file\": \"$PWD/$file\"" build/dev/compile_commands.json || printf '%s\n' "$file"
  done
}

# A line a file is enough: clang-format -i mends it.
run_clang-format() {
  local file status=0
  while IFS= read -r file; do
    clang-format --dry-run -Werror "$file" 2>/dev/null || { echo "$file: run clang-format -i on it" && status=1; }
  done < <(files '*.c' '*.h')
  return "$status"
}

run_clang-tidy() {
  compiled | xargs -r -P "$(nproc)" -n 1 tests/lint/tidy.sh "$cache"
}

run_cppcheck() {
  mkdir -p "$cache/cppcheck"
  files 'runtime/*.c' 'adapters/*.c' 'devices/*.c' >"$cache/cppcheck.files"
  [ -s "$cache/cppcheck.files" ] || return 0
  cppcheck --quiet --std=c11 --library=posix --enable=warning,performance,portability --inline-suppr \
    --suppressions-list=tests/lint/cppcheck.txt --error-exitcode=1 --cppcheck-build-dir="$cache/cppcheck" \
    -j "$(nproc)" -D_GNU_SOURCE -I. -Iruntime -Ibuild/dev/generated --file-list="$cache/cppcheck.files"
}

run_luacheck() {
  files '*.lua' | xargs -r luacheck --no-color --formatter plain --quiet
}

run_shellcheck() {
  files dev .ci/run '*.sh' | xargs -r shellcheck
}

run_node() {
  files '*.mjs' | xargs -r -n 1 node --check
}

chosen=()
for tool in "${tools[@]}"; do
  [[ $# -gt 0 && " $* " != *" $tool "* ]] || chosen+=("$tool")
done
[ "${#chosen[@]}" -gt 0 ] || exit 0

status=0
number=0
echo "1..${#chosen[@]}"
for tool in "${chosen[@]}"; do
  number=$((number + 1))
  if output=$("run_$tool" 2>&1); then
    echo "ok $number - $tool"
  else
    status=1
    echo "not ok $number - $tool"
    printf '%s\n' "$output" | sed 's/^/# /'
  fi
done
exit "$status"
