#!/bin/sh
# Written by `weighbridge init --hook`: checks what is about to be committed. It fails on new blocking findings and on
# code that nothing could read; `git commit --no-verify` goes past it, and the review of the change still sees all.
if ! command -v weighbridge >/dev/null 2>&1; then
  echo "weighbridge is not installed here: this commit was not checked" >&2
  exit 0
fi
exec weighbridge check
