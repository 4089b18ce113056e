"""Whether two versions of a file that stored data goes by say the same, and only what people read of them differs."""

from typing import Final

import msgspec

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_LARGEST: Final = 1_000_000
_TOKENS: Final = LatePattern(
    r"'[^']*'|\"[^\"]*\"|`[^`]*`|\$\w*\$[\s\S]*?\$\w*\$|--[^\n]*|/\*[\s\S]*?\*/|\w+|[<>=!|&@#~+*/%^?:-]+|\S"
)


def says_the_same(path: RepoPath, before: str, *, after: str) -> bool:
    """Whether SQL differs in spaces and remarks alone, or a schema of Avro in its notes and the order of its keys."""
    if max(len(before), len(after)) > _LARGEST:
        return False
    if path.endswith(".sql"):
        return "\\" not in before + after and _tokens(before) == _tokens(after)
    if not path.endswith(".avsc"):
        return False
    try:
        return bool(_without_notes(msgspec.json.decode(before)) == _without_notes(msgspec.json.decode(after)))
    except (msgspec.DecodeError, RecursionError):
        return False


def _tokens(text: str) -> list[str]:
    """What a text of SQL says, word by word; what stands between `/*` and `*/` may be meant for the database."""
    return [token for token in _TOKENS.findall(text) if not token.startswith("--")]


def _without_notes(value: object) -> object:
    """A schema without its `doc`; what stands as a default is data."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key != "doc"}
        return {key: each if key == "default" else _without_notes(each) for key, each in kept.items()}
    return [_without_notes(each) for each in value] if isinstance(value, list) else value
