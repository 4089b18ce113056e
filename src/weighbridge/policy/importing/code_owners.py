"""CODEOWNERS stays where it is, and is read from the protected branch; what a policy says for it is that it counts."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Mark
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.landscape.owners.read import read_owners
from weighbridge.policy.importing.draft import Draft, DraftRule, plain
from weighbridge.policy.importing.lost import Effect, Losses, LostKind

_ABOUT: Final = (
    "The file stays where it is: who owns what is read from it, on the protected branch.",
    "Each group that owns some of the changed files is asked for an approval, signed and about one head.",
)


def read_code_owners(data: bytes, path: str, *, losses: Losses) -> tuple[Draft, int]:
    """The policy that makes the CODEOWNERS file `data` count, and how many lines of it own something.

    Raises:
        ConfigurationError: no forge would load the file.
    """
    found = read_owners(data, RepoPath(path))
    if isinstance(found, CouldNotLook):
        raise ConfigurationError(
            path, (Problem(mark=Mark(line=1, column=1), message=f"{found.detail}. {found.remedy}"),)
        )
    draft = Draft(name=plain(f"imported from {path}", most=200), about=_ABOUT)
    for owner in found.names:
        if owner.startswith("@") and "/" in owner:
            draft.unnamed.teams.setdefault(owner, "")
        elif owner.startswith("@"):
            draft.unnamed.handles.setdefault(owner, "")
    for line in found.skipped:
        why = f"the forge skips it, and so does Weighbridge: {line.reason}"
        mark = Mark(line=line.line, column=1)
        losses.lose(mark, LostKind.PATTERN, what=f"`{line.text[:60]}`", why=why, effect=Effect.NONE)
    because = "the owners of the changed files answer for them"
    draft.add_rule("code-owners", DraftRule(name="", require=({"code_owners": {}},), because=because, source=(path,)))
    return draft, sum(len(section.rules) for section in found.sections)
