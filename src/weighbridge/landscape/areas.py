"""How delicate the code at a path is: declared for it, else told by the words of its folders."""

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import AreaLevel, Stated
from weighbridge.landscape.criticality import HIGH_WORDS, LOW_WORDS, telling_word, word_beside
from weighbridge.landscape.description import DeclaredArea
from weighbridge.landscape.globs import PathGlobs


class AreaMap(Struct, frozen=True, kw_only=True):
    """The declared areas in the file's order: the last that holds a path decides."""

    declared: tuple[tuple[PathGlobs, DeclaredArea], ...] = ()

    @classmethod
    def of(cls, areas: tuple[DeclaredArea, ...]) -> "AreaMap":
        """The map over `areas`."""
        return cls(declared=tuple((PathGlobs(area.paths), area) for area in areas))

    def area_of(self, path: RepoPath, otherwise: Stated[AreaLevel]) -> Stated[AreaLevel]:
        """The level for `path`; `otherwise` is that of its component."""
        for globs, area in reversed(self.declared):
            if globs.matches(path):
                reason = area.reason or f"declared for {', '.join(area.paths)}"
                return Stated(value=area.level, reason=reason, declared=True)
        if otherwise.declared:
            return otherwise
        return _from_words(path) or otherwise


def _from_words(path: RepoPath) -> Stated[AreaLevel] | None:
    """The nearest folder with a telling word decides; a file's own name speaks before its folders do.

    Where none has one, a word that can mean much does that another one of the path makes plain.
    """
    for part in reversed(path.split("/")):
        for meanings, level in ((LOW_WORDS, AreaLevel.LOW), (HIGH_WORDS, AreaLevel.HIGH)):
            if found := telling_word(part, meanings):
                reason = f"`{found[0]}` in its path speaks of {found[1]}"
                return Stated(value=level, reason=reason, declared=False)
    if (pair := word_beside(path)) is None:
        return None
    reason = f"`{pair[0]}` beside `{pair[1]}` in its path speaks of identity"
    return Stated(value=AreaLevel.HIGH, reason=reason, declared=False)
