"""Which changed files are contracts, told from what they say and, where a kind of file has no other use, from their names."""

import re
from collections.abc import Callable
from typing import Final

from weighbridge.domain.change import FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.test_files import is_test

OPENAPI: Final = "openapi"
GRAPHQL: Final = "graphql"
PROTOBUF: Final = "protobuf"

STRUCTURED: Final = (".yaml", ".yml", ".json")
_BY_ENDING: Final = {".graphql": GRAPHQL, ".gql": GRAPHQL, ".graphqls": GRAPHQL, ".proto": PROTOBUF}
_ENDINGS: Final = (*STRUCTURED, *_BY_ENDING)
_SAYS: Final = LatePattern(
    r"""(?:^|[{,])[ \t]*["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?[\d.]+["']?[ \t]*(?:[,}\r\n#]|$)""", re.MULTILINE
)
_SDL: Final = LatePattern(
    r"^[ \t]*(?:extend[ \t]+)?(?:schema\b|(?:type|interface|input|enum|union|scalar)[ \t]+\w|directive[ \t]*@)",
    re.MULTILINE,
)

Bytes = Callable[[RepoPath, Side], object]
"""A changed file's bytes on one side, or anything else where there are none."""


def contract_role(file: FileChange, contents: Bytes) -> str:
    """Which kind of contract a changed file is, or was; empty for others, and for those of tests."""
    path = file.path
    lowered = path.lower()
    if not lowered.endswith(_ENDINGS) or serves_tests(path):
        return ""
    blobs = [(side, blob) for side in Side if (blob := file.on(side)) is not None]
    if any(blob.mode in (Mode.SYMLINK, Mode.SUBMODULE) for _, blob in blobs):
        return ""
    role = next((kind for ending, kind in _BY_ENDING.items() if lowered.endswith(ending)), OPENAPI)
    if role == PROTOBUF:
        return role
    told = says_openapi if role == OPENAPI else _says_schema
    found = (contents(blob.path, side) for side, blob in blobs)
    return role if any(isinstance(data, bytes) and told(data) for data in found) else ""


def serves_tests(path: RepoPath) -> bool:
    """Whether a contract lies among tests; a folder `spec`, which holds tests elsewhere, is where specifications lie."""
    return is_test(RepoPath("/".join(part for part in path.split("/") if part != "spec")))


def says_openapi(data: bytes) -> bool:
    """Whether a text says, at its beginning or deeper, which version of OpenAPI it is of."""
    if b"openapi" not in data and b"swagger" not in data:
        return False
    return _SAYS.search(data.decode("utf-8", "replace")) is not None


def _says_schema(data: bytes) -> bool:
    return _SDL.search(data.decode("utf-8", "replace")) is not None
