#!/usr/bin/env bash
# shellcheck disable=SC2016,SC2317 # the examples are quoted on purpose; `verdict` calls the functions
#
# The settings of the tools tested: each must flag a small bad example, and let a good one pass. Prints TAP.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cases=build/lint-cache/cases
mkdir -p "$cases"
number=0
status=0

# verdict WANTED NAME COMMAND…: WANTED is pass or flag; a tool flags by a non-zero exit.
verdict() {
  local wanted=$1 name=$2 found=pass
  shift 2
  "$@" >"$cases/output" 2>&1 || found=flag
  number=$((number + 1))
  if [ "$found" = "$wanted" ]; then
    echo "ok $number - $name"
  else
    status=1
    echo "not ok $number - $name"
    sed 's/^/# /' "$cases/output"
  fi
}

tidy() {
  cat >"$cases/case.c"
  cp .clang-tidy "$cases/.clang-tidy"
  clang-tidy --quiet "$cases/case.c" -- -std=c11
}

rule() {
  luacheck --no-color --config .luacheckrc --filename rules/base/case.lua -
}

format() {
  clang-format --dry-run -Werror --assume-filename=runtime/base/case.c
}

check() {
  cat >"$cases/check.c"
  cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
    --suppressions-list=tests/lint/cppcheck.txt "$cases/check.c"
}

verdict flag "clang-tidy: a null pointer read" tidy <<<'int f(int a) { int *p = 0; return a ? *p : 1; }'
verdict flag "clang-tidy: a condition that guards nothing" tidy <<<'int f(int a);
int f(int a) { if (a > 1); a = 2; return a; }'
verdict flag "clang-tidy: a number read without a look" tidy <<<'#include <stdlib.h>
int f(const char *p) { return atoi(p); }'
verdict pass "clang-tidy: plain code" tidy <<<'int f(int a);
int f(int a) { return a + 1; }'
verdict flag "cppcheck: an array left" check <<<'int f(void) { int a[2] = {0}; return a[2]; }'
verdict pass "cppcheck: plain code" check <<<'int f(int a) { return a + 1; }'
verdict flag "luacheck: a rule reads the clock" rule <<<'return { now = os.time() }'
verdict flag "luacheck: a rule walks a table in no order" rule <<<'for key in pairs({}) do error(key) end'
verdict flag "luacheck: a rule makes a global" rule <<<'total = 1'
verdict pass "luacheck: a rule requires its library" rule <<<'return { offer = require "suanpan.offer" }'
verdict flag "clang-format: a brace of its own" format <<<'int f(void)
{
  return 1;
}'
verdict flag "shellcheck: an unquoted name" shellcheck -s bash - <<<'rm $1'
echo "1..$number"
exit "$status"
