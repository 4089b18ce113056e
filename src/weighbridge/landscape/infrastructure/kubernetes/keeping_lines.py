"""Lines of a chart's templates by which an object stays although nobody declares it, and that are gone.

Sources: https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource,
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources, https://fluxcd.io/flux/components/kustomize/kustomizations/#prune.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.kubernetes.selection import HOLD_DATA

_KEEPS: Final = LatePattern(
    r"^\s*[\"']?(helm\.sh/resource-policy[\"']?:\s*[\"']?keep\b|argocd\.argoproj\.io/sync-options[\"']?:[^\n{]{0,200}(?:Prune|Delete)=false"
    r"|kustomize\.toolkit\.fluxcd\.io/prune[\"']?:\s*[\"']?[dD]isabled\b)",
    re.MULTILINE,
)
_WORDS: Final = ("resource-policy", "sync-options", "fluxcd.io/prune")
_KIND: Final = LatePattern(r"^kind:\s*[\"']?(\w+)", re.MULTILINE)
_NOTES: Final = LatePattern(r"\{\{[^}\n]{0,300}annotations", re.IGNORECASE)
_BREAK: Final = LatePattern(r"^---[ \t]*$", re.MULTILINE)
_METADATA: Final = LatePattern(r"^metadata:", re.MULTILINE)
_MOST: Final = 400_000


class Unkept(Struct, frozen=True, kw_only=True):
    """An object of a chart that stays no longer."""

    kind: str
    place: Place

    @property
    def severity(self) -> Severity:
        """How bad it is: what holds data holds it nowhere else."""
        return Severity.HIGH if self.kind in HOLD_DATA else Severity.MEDIUM


def unkept(old: bytes, new: bytes, *, path: RepoPath) -> Iterator[Unkept]:
    """Each object that is there on both sides, and of which nothing says any more that it stays."""
    if len(old) > _MOST or len(new) > _MOST:
        return
    before, after = (list(_objects(each.decode("utf-8", "replace"))) for each in (old, new))
    if [kind for kind, _, _ in before] != [kind for kind, _, _ in after]:
        return
    for (kind, _, was), (_, start, now) in zip(before, after, strict=True):
        if _KEEPS.search(was) is None or any(word in now for word in _WORDS):
            continue
        if len(_NOTES.findall(now)) > len(_NOTES.findall(was)):
            continue  # values may say it now
        found = _METADATA.search(now)
        line = start + (now.count("\n", 0, found.start()) if found is not None else 0)
        yield Unkept(kind=kind, place=Place(path=path, line=line, end_line=line, side=Side.HEAD))


def _objects(text: str) -> Iterator[tuple[str, int, str]]:
    """Each document that says its kind, with its first line's number."""
    at = 0
    for end in (*(found.start() for found in _BREAK.finditer(text)), len(text)):
        if (kind := _KIND.search(text, at, endpos=end)) is not None:
            yield kind[1], text.count("\n", 0, at) + 1, text[at:end]
        at = end
