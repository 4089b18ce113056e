"""Reads a file of settings in the form that its path tells."""

from collections.abc import Callable
from typing import Final

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.agents import claude, others
from weighbridge.landscape.agents.jsonc import read_json
from weighbridge.landscape.agents.model import NO_POWERS, Powers
from weighbridge.landscape.agents.shifts import MOST_GRANTS
from weighbridge.landscape.agents.toml_nodes import read_toml
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Node
from weighbridge.landscape.documents.reading import document

_FORMS: Final[dict[str, tuple[Callable[[bytes], Node | None], Callable[[Node | None], Powers]]]] = {
    "claude": (read_json, claude.read_claude),
    "servers": (read_json, others.read_servers),
    "cursor-cli": (read_json, others.read_cursor_cli),
    "cursor-permissions": (read_json, others.read_cursor_permissions),
    "cursor-hooks": (read_json, others.read_cursor_hooks),
    "codex": (read_toml, others.read_codex),
    "gemini": (read_json, others.read_gemini),
    "opencode": (read_json, others.read_opencode),
    "vscode": (read_json, others.read_vscode),
    "aider": (document, others.read_aider),
}
_REMEDY: Final = "mend it; until then read by hand what it lets agents do"


def read_powers(data: bytes, form: str) -> Powers | CouldNotLook:
    """What a file says, or why that cannot be told."""
    parse, understand = _FORMS[form]
    try:
        root = parse(data)
    except DocumentError as error:
        reason = Reason.UNPARSED if error.is_end else Reason.LIMIT
        where = f", at line {error.mark.line}, column {error.mark.column}" if error.is_end else ""
        return CouldNotLook(reason=reason, detail=f"{error.message}{where}", remedy=_REMEDY)
    if root is None:
        return NO_POWERS
    if not isinstance(root, Fields):
        return CouldNotLook(reason=Reason.UNPARSED, detail="it holds no settings by name", remedy=_REMEDY)
    found = understand(root)
    if len(found.grants) > MOST_GRANTS:
        return CouldNotLook(
            reason=Reason.LIMIT,
            detail=f"it holds more than {MOST_GRANTS:,} rules about tools: they are not compared with each other",
            remedy="say with fewer, wider or narrower, patterns what agents may do",
        )
    return found
