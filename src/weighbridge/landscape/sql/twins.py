"""Scripts that say the same for two kinds of installation (`clustered/0044_x.up.sql`, `unclustered/0044_x.up.sql`): what they do is told once."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.migrations import Migration, Step, bare


class Told(Struct, frozen=True):
    """By script, what a twin of it that comes before says too."""

    by_script: Mapping[RepoPath, frozenset[Act]]

    def says(self, step: Step) -> bool:
        """Whether a twin of the step's script does the same."""
        said = self.by_script.get(step.migration.path)
        return said is not None and bare(step.act) in said


def told_by_twins(migrations: Sequence[Migration]) -> Told:
    """What is told twice."""
    by_name: dict[str, list[Migration]] = {}
    for each in migrations:
        if each.is_migration and each.is_new:
            by_name.setdefault(each.path.rpartition("/")[2], []).append(each)
    found: dict[RepoPath, frozenset[Act]] = {}
    for alike in by_name.values():
        for at, each in enumerate(alike[1:], 1):
            first = next((other for other in alike[:at] if _are_twins(other, each)), None)
            if first is not None:
                found[each.path] = frozenset(bare(step.act) for step in first.steps)
    return Told(found)


def _are_twins(one: Migration, other: Migration) -> bool:
    """Whether two scripts of one name lie in two folders beside each other, for one kind of database."""
    parts = one.path.split("/"), other.path.split("/")
    if one.dialect is not other.dialect or len(parts[0]) != len(parts[1]):
        return False
    differing = [(a, b) for a, b in zip(*parts, strict=True) if a != b]
    return len(differing) == 1 and not any(part[:1].isdigit() for part in differing[0])
