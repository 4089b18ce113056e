"""The names that belong to a language itself, so that all they do to the world is known by the tables of effects.

An unresolved name is none of them: a type parameter, a class of a package that is imported whole, a misspelling.
"""

import builtins
import sys
from collections.abc import Mapping
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_METHODS_OF_PYTHON: Final = frozenset(
    n for kind in (str, bytes, list, dict, set, tuple) for n in dir(kind) if n[0] != "_"
)
_METHODS_OF_JAVASCRIPT: Final = _set(
    """push pop shift unshift map filter reduce reduceRight forEach join split slice splice concat includes indexOf
    lastIndexOf find findIndex findLast some every sort reverse flat flatMap keys values entries at fill trim trimStart trimEnd
    toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase replace replaceAll startsWith endsWith padStart padEnd
    charAt charCodeAt codePointAt substring substr match matchAll test exec normalize localeCompare toString toFixed
    toPrecision toISOString toLocaleString getTime valueOf hasOwnProperty"""
)
METHODS: Final[Mapping[str, frozenset[str]]] = {
    "python": _METHODS_OF_PYTHON,
    **dict.fromkeys(("javascript", "typescript", "tsx"), _METHODS_OF_JAVASCRIPT),
}
"""Methods of texts and containers that, called on an unknown object, are taken for theirs."""

_VALUES: Final = _set("collection string number boolean bigint Record Map Set WeakMap WeakSet Array ReadonlyArray")
"""Kinds of values: only their own methods are known, for what else they hold can be anything."""
_METHODS_OF_VALUES: Final = (
    _METHODS_OF_PYTHON
    | _METHODS_OF_JAVASCRIPT
    | _set("has set get add delete clear size length isEmpty contains containsKey put remove toArray from isArray of")
)
_OF_JAVASCRIPT: Final = _set(
    """Object String Number Boolean Math JSON Symbol Date RegExp Error TypeError RangeError SyntaxError AggregateError BigInt
    Reflect Intl Atomics ArrayBuffer DataView Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array
    Float32Array Float64Array parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI
    structuredClone console globalThis undefined NaN Infinity setTimeout setInterval clearTimeout clearInterval
    queueMicrotask fetch URL URLSearchParams TextEncoder TextDecoder crypto performance process Buffer localStorage
    sessionStorage super require Promise"""
)
_OF_GO: Final = _set(
    """len cap append make new copy delete panic recover print println min max clear close complex real imag string bool byte
    rune error int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64 complex128 map"""
)
_OF_JAVA: Final = _set(
    """String Object Math StrictMath Integer Long Double Float Boolean Character Byte Short Number StringBuilder StringBuffer
    System Class Enum Comparable CharSequence Throwable Exception RuntimeException Error IllegalArgumentException
    IllegalStateException NullPointerException IndexOutOfBoundsException UnsupportedOperationException ArithmeticException
    ClassCastException NumberFormatException CloneNotSupportedException InterruptedException SecurityException int long
    double float boolean char byte short void super this"""
)
_OWN: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset(dir(builtins)),
    **dict.fromkeys(("javascript", "typescript", "tsx"), _OF_JAVASCRIPT),
    "go": _OF_GO,
    "java": _OF_JAVA,
}


def is_plain(name: str, written: str, *, language: str) -> bool:
    """Whether an outside name is of the language itself, and written as such, so that its effects are all known."""
    if not name.startswith("builtins."):
        return name.partition(".")[0] in sys.stdlib_module_names and name == written
    first, *rest = name.removeprefix("builtins.").split(".")
    kind = first.removesuffix("()").removesuffix("[]")
    if kind in _VALUES:
        return not rest or rest[-1].removesuffix("()") in _METHODS_OF_VALUES
    return kind in _OWN.get(language, frozenset())
