"""Runs a package's tests and writes down which of its functions called which: `python tracer.py SOURCE OUT TESTS…`.

A line of OUT is `caller file, caller name, caller line, callee file, callee name, callee line`, by tabs. Only calls straight from
one function of SOURCE to another are kept. What a comprehension calls counts as its function's, what a class's body calls as
that of the scope it stands in; starting a module or a class's body is no call, nor is going on with a generator.
"""

import sys
import threading
from pathlib import Path
from types import CodeType, FrameType

import pytest

_OPTIMISED = 0x1
_INLINE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Tracer:
    """Keeps pairs of code objects while it is the profiler."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.pairs: set[tuple[CodeType, CodeType]] = set()

    def __call__(self, frame: FrameType, event: str, *_: object) -> None:
        """Note a call that begins."""
        if event != "call" or not frame.f_code.co_filename.startswith(self._source):
            return
        caller, code = frame.f_back, frame.f_code
        if caller is None or not caller.f_code.co_filename.startswith(self._source) or _goes_on(frame):
            return
        if code.co_flags & _OPTIMISED and code.co_name not in _INLINE:
            self.pairs.add((caller.f_code, code))


def _goes_on(frame: FrameType) -> bool:
    """Whether a generator or coroutine is only woken: its frame already stands past its first instructions."""
    first = frame.f_code.co_firstlineno
    return frame.f_lasti > 0 and frame.f_lineno != first and bool(frame.f_code.co_flags & 0x2A0)


def place(code: CodeType) -> tuple[str, str, int]:
    """File, dotted name and first line of the function that a code object belongs to."""
    parts = code.co_qualname.replace(".<locals>", "").split(".")
    while parts and parts[-1] in _INLINE:
        parts.pop()
    if parts and parts[-1] == code.co_name and not code.co_flags & _OPTIMISED:
        parts.pop()  # a class's body, or the module
    return code.co_filename, ".".join(parts), code.co_firstlineno


def main(source: str, out: str, *tests: str) -> int:
    """Run the tests and write the edges, whatever the tests say."""
    tracer = Tracer(source)
    threading.setprofile(tracer)
    sys.setprofile(tracer)
    try:
        code = pytest.main(["-q", "-p", "no:cacheprovider", "-W", "ignore", "--tb=no", *tests])
    finally:
        sys.setprofile(None)
    lines = {"\t".join(map(str, (*place(a), *place(b)))) for a, b in tracer.pairs}
    Path(out).write_text("\n".join(sorted(lines)) + "\n", "utf-8")
    return int(code) if code > 1 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
