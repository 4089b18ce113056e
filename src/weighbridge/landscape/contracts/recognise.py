"""Which changed files are contracts, told from what they say and, where a kind of file has no other use, from their names."""

import posixpath
import re
from collections.abc import Callable
from typing import Final

from weighbridge.domain.change import Blob, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.test_files import is_test

OPENAPI: Final = "openapi"
ASYNCAPI: Final = "asyncapi"
JSON_SCHEMA: Final = "json-schema"
AVRO: Final = "avro"
GRAPHQL: Final = "graphql"
PROTOBUF: Final = "protobuf"

STRUCTURED: Final = (".yaml", ".yml", ".json")
TEMPLATES: Final = (".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".gotmpl", ".erb", ".mustache", ".hbs", ".in")
"""What a file that is filled in before use ends with, behind the ending of what it is then."""

UNREAD: Final = (".avdl", ".avpr")
_BY_ENDING: Final = {
    ".graphql": GRAPHQL,
    ".gql": GRAPHQL,
    ".graphqls": GRAPHQL,
    ".proto": PROTOBUF,
    ".avsc": AVRO,
} | dict.fromkeys(UNREAD, AVRO)
_BY_NAME: Final = frozenset({PROTOBUF, AVRO})
"""Kinds whose files have no other use."""

_ENDINGS: Final = (*STRUCTURED, *_BY_ENDING)
_SAYS: Final = r"""(?:^|[{,?\r])[ \t\ufeff]*["']?(?:%s)["']?\s{0,40}:\s{0,40}(?:[&!]\S{0,80}\s{1,40}){0,3}["']?v?\d[\w.+-]*["']?[ \t]*(?:[,}\r\n#]|$)"""
_SAYS_OPENAPI: Final = LatePattern(_SAYS % "openapi|swagger", re.MULTILINE)
_SAYS_ASYNCAPI: Final = LatePattern(_SAYS % "asyncapi", re.MULTILINE)
_SAYS_JSON_SCHEMA: Final = LatePattern(r"""["']?\$schema["']?[ \t]*:[ \t]*["']?https?://json-schema\.org/""")
_NAMED_SCHEMA: Final = LatePattern(r"[._-]schema\.(?:json|ya?ml)$", re.IGNORECASE)
_KEYWORD: Final = LatePattern(r"""["']?(?:properties|\$ref|allOf|oneOf|anyOf|\$defs|definitions)["']?[ \t]*:""")
_SDL: Final = LatePattern(
    r"^[ \t]*(?:extend[ \t]+)?(?:schema\b|(?:type|interface|input|enum|union|scalar)[ \t]+\w|directive[ \t]*@)",
    re.MULTILINE,
)

Bytes = Callable[[RepoPath, Side], object]
"""A changed file's bytes on one side, or anything else where there are none."""


def contract_role(file: FileChange, contents: Bytes) -> str:
    """Which kind of contract a changed file is, or was; empty for others, and for those of tests."""
    blobs = [(side, blob) for side in Side if (blob := contract_blob(file, side)) is not None]
    found = [_role(blob.path, contents(blob.path, side)) for side, blob in blobs]
    return next(filter(None, found), "")


def contract_blob(file: FileChange, side: Side) -> Blob | None:
    """A changed file's version on one side, where it lies and is called as a contract; None where it hides, or is none."""
    blob = file.on(side)
    if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE) or serves_tests(blob.path):
        return None
    return blob if _without_template(blob.path).endswith(_ENDINGS) else None


def contract_path(file: FileChange) -> RepoPath:
    """What a contract is known by: where it lies, or lay while it was one."""
    blobs = (contract_blob(file, side) for side in (Side.HEAD, Side.BASE))
    return next((blob.path for blob in blobs if blob is not None), file.path)


def is_template(path: RepoPath) -> bool:
    """Whether a file is filled in before anything reads it as what it is called."""
    return path.lower().endswith(TEMPLATES)


def _without_template(path: RepoPath) -> str:
    """The path in small letters, without what says that it is filled in."""
    lowered = path.lower()
    return posixpath.splitext(lowered)[0] if lowered.endswith(TEMPLATES) else lowered


def _role(path: RepoPath, data: object) -> str:
    ending = posixpath.splitext(_without_template(path))[1]
    named = _BY_ENDING.get(ending, "")
    if named in _BY_NAME:
        return named
    if not isinstance(data, bytes):
        return ""
    if named:
        return named if _SDL.search(data.decode("utf-8", "replace")) is not None else ""
    return _structured(path, data)


def _structured(path: RepoPath, data: bytes) -> str:
    """The kind of a contract in YAML or JSON."""
    if says_openapi(data):
        return OPENAPI
    if says_asyncapi(data):
        return ASYNCAPI
    if b"$schema" in data or _NAMED_SCHEMA.search(path) is not None:
        text = data.decode("utf-8", "replace")
        says = _SAYS_JSON_SCHEMA if b"$schema" in data else _KEYWORD
        return JSON_SCHEMA if says.search(text) is not None else ""
    return ""


def serves_tests(path: RepoPath) -> bool:
    """Whether a contract lies among tests; a folder `spec`, which holds tests elsewhere, is where specifications lie."""
    return is_test(RepoPath("/".join(part for part in path.split("/") if part != "spec")))


def says_openapi(data: bytes) -> bool:
    """Whether a text says, at its beginning or deeper, which version of OpenAPI it is of."""
    if b"openapi" not in data and b"swagger" not in data:
        return False
    return _SAYS_OPENAPI.search(data.decode("utf-8", "replace")) is not None


def says_asyncapi(data: bytes) -> bool:
    """The same of AsyncAPI."""
    return b"asyncapi" in data and _SAYS_ASYNCAPI.search(data.decode("utf-8", "replace")) is not None
