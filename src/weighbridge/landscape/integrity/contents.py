"""What bytes are, told from the bytes and not from the name: programs, pointers, encodings."""

import re
from pathlib import PurePosixPath
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_PROGRAMS: Final = (
    (b"\x7fELF", "a Linux program"),
    (b"MZ", "a Windows program"),
    (b"\xfe\xed\xfa\xce", "a macOS program"),
    (b"\xfe\xed\xfa\xcf", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "a macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "Java or macOS machine code"),
    (b"\0asm", "a WebAssembly program"),
)
_ARCHIVES: Final = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b\x08", "compressed bytes"),
    (b"BZh", "compressed bytes"),
    (b"\xfd7zXZ\0", "compressed bytes"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "compressed bytes"),
)
_PROGRAM_SUFFIXES: Final = frozenset(
    (
        ".exe",
        ".dll",
        ".so",
        ".dylib",
        ".o",
        ".a",
        ".class",
        ".wasm",
        ".pyd",
        ".node",
        ".bin",
        ".sys",
        ".com",
        ".elf",
        ".out",
        "",
    )
)
_TEXT_SUFFIXES: Final = frozenset(
    (
        ".py",
        ".pyi",
        ".js",
        ".mjs",
        ".cjs",
        ".jsx",
        ".ts",
        ".tsx",
        ".go",
        ".java",
        ".kt",
        ".rb",
        ".rs",
        ".c",
        ".h",
        ".cc",
        ".cpp",
        ".hpp",
        ".cs",
        ".php",
        ".sh",
        ".bash",
        ".sql",
        ".tf",
        ".md",
        ".rst",
        ".txt",
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".xml",
        ".html",
        ".css",
        ".scss",
        ".svg",
        ".csv",
        ".lock",
        ".env",
        ".properties",
    )
)
_POINTER: Final = re.compile(rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v\d+\n")
_POINTER_SIZE: Final = re.compile(rb"^size (\d+)$", re.MULTILINE)
_PYTHON_SUFFIXES: Final = frozenset({".py", ".pyi", ".pyw", ".pyx", ".pxd", ".wsgi"})
_BEYOND_ASCII: Final = 0x80
_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINE_FEED: Final = re.compile(rb"\n")
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_ONLY_COMMENT: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_PLAIN: Final = frozenset(
    {"utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii", "latin-1", "iso-8859-1", "iso-8859-15", "u8", "latin1", "l1"}
)

_OF_A_LANGUAGE: Final = LatePattern(
    r"(?:iso-?)?8859-?\d{1,2}|iso-?8859-?\d{1,2}|latin-?\d|l\d|(?:cp|windows-?)125\d|cp(?:437|85\d|866|874)"
    r"|koi8-[rtu]|mac-[a-z]+|tis-620|gb2312|euc-?(?:jp|kr)"
)
_SWALLOWING: Final = LatePattern(
    r"(?:cp|ms)(?:932|936|949|950)|gbk|gb18030|big5(?:-?hkscs)?|shift-?jis(?:-?2004|x0213)?|s-?jis|uhc|johab"
)
"""Encodings in which the second byte of a letter may be one that stands for a plain sign elsewhere: a backslash, a bar."""

LARGEST_POINTER: Final = 1024
"""Bytes; git-lfs takes nothing larger for a pointer."""


def disguise(path: RepoPath, data: bytes) -> str:
    """What a file is that its name does not say, in words; empty when the name is honest."""
    suffix = PurePosixPath(path).suffix.lower()
    program = next((words for magic, words in _PROGRAMS if data.startswith(magic) and _is_program(magic, data)), "")
    if program:
        return "" if suffix in _PROGRAM_SUFFIXES else program
    archive = next((words for magic, words in _ARCHIVES if data.startswith(magic)), "")
    return archive if suffix in _TEXT_SUFFIXES else ""


def _is_program(magic: bytes, data: bytes) -> bool:
    """Two letters alone are no proof: a Windows program says where its second header lies."""
    if magic != b"MZ":
        return True
    at = int.from_bytes(data[60:64], "little")
    return data[at : at + 2] in (b"PE", b"NE", b"LE") if len(data) > 64 else False


def is_text_by_name(path: RepoPath) -> bool:
    """Whether a file's name says that people read and write it."""
    return PurePosixPath(path).suffix.lower() in _TEXT_SUFFIXES


def pointer_size(data: bytes) -> int | None:
    """The size of the bytes that a git-lfs pointer stands for, None when this is no pointer."""
    if len(data) > LARGEST_POINTER or not _POINTER.match(data):
        return None
    size = _POINTER_SIZE.search(data)
    return int(size.group(1)[:18]) if size else 0


def coding_cookie(data: bytes) -> tuple[int, str] | None:
    """The line and the name of the encoding a Python file asks to be read in, None when it does not ask.

    Where a lone carriage return stands, it depends on how Python reads whether that ends a line: either is taken.
    """
    return _cookie_in(data, _LINE_FEED) or _cookie_in(data, _LINE_END)


def _cookie_in(data: bytes, end: re.Pattern[bytes]) -> tuple[int, str] | None:
    lines = end.split(data, 2)[:2]
    for at, line in enumerate(lines):
        found = _COOKIE.match(line)
        if found:
            number = 1 + data.count(b"\n", 0, len(lines[0]) + at) if at else 1
            return number, found.group(1).decode("ascii", "replace").lower().replace("_", "-")
        if not _ONLY_COMMENT.match(line.rstrip(b"\r")):
            return None
    return None


def is_plain_encoding(name: str) -> bool:
    """Whether text read in this encoding is the text a reviewer sees."""
    return name in _PLAIN


def reads_plain_text_as_such(name: str) -> bool:
    """Whether this is a known encoding that leaves plain letters and signs what they are: only accents show as others."""
    return _OF_A_LANGUAGE.fullmatch(name) is not None


def may_swallow(name: str) -> bool:
    """Whether this is a known encoding in which a letter can take the plain sign that seems to follow it into itself."""
    return _SWALLOWING.fullmatch(name) is not None


def swallows(name: str, data: bytes) -> bool:
    """Whether read in such an encoding, some plain sign of `data` is no sign of its own."""
    if data.isascii() or not may_swallow(name):
        return False
    read = data.decode(name, "replace")
    return "".join(filter(str.isascii, read)) != "".join(chr(byte) for byte in data if byte < _BEYOND_ASCII)


def is_python(path: RepoPath, data: bytes) -> bool:
    """Whether Python reads a file: by its ending, or because its first line hands it to Python."""
    if PurePosixPath(path).suffix.lower() in _PYTHON_SUFFIXES:
        return True
    return data.startswith(b"#!") and b"python" in data.partition(b"\n")[0]
