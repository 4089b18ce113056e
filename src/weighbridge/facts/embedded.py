"""How facts say which files, no code among them, code names: by texts, and in Go by `//go:embed`."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern

EMBEDDED: Final = "@embed"
"""What `//go:embed page.html` is a call of: no name of any language, for what is written in a comment is no call that anybody can define."""

_FILE: Final = LatePattern(r"[\w@./+ -]*\w\.(?!(?:py|pyi|go|java|[cm]?[jt]sx?)\Z)[A-Za-z]\w{0,9}")
_LONGEST: Final = 200


def is_file_name(text: str) -> bool:
    """Whether a text looks like the name of a file that is no code."""
    return "." in text and len(text) <= _LONGEST and _FILE.fullmatch(text) is not None
