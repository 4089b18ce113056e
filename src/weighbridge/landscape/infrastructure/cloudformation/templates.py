"""The templates of a change, before and after."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange, FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.cloudformation.recognise import bytes_on, is_json
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, read_template, table

_MOST_SAID: Final = 3


class TemplateFile(Struct, frozen=True, kw_only=True):
    """One file: what it declared, what it declares, and why either could not be read."""

    path: RepoPath
    base_path: RepoPath
    before: Template | None = None
    after: Template | None = None
    missing: CouldNotLook | None = None

    def place(self, line: int, side: Side, *, end_line: int = 0) -> Place:
        """A line of it."""
        path = self.path if side is Side.HEAD else self.base_path
        return Place(path=path, line=line, end_line=max(line, end_line), side=side)

    def pairs(self) -> Iterator[tuple[Resource | None, Resource | None]]:
        """What stands on either side under one logical id."""
        before = self.before.resources if self.before else {}
        after = self.after.resources if self.after else {}
        for name in dict.fromkeys((*before, *after)):
            yield before.get(name), after.get(name)


def templates(files: Iterable[FileChange], contents: ChangedBytes) -> Iterator[TemplateFile]:
    """Each of these files, read."""
    for file in files:
        sides: dict[Side, Template] = {}
        missing: CouldNotLook | None = None
        for side in Side:
            is_copy = side is Side.BASE and file.status is FileStatus.COPIED
            data = None if is_copy else bytes_on(file, side, contents=contents)
            read = read_template(data, is_json=is_json(data)) if isinstance(data, bytes) else data
            if isinstance(read, CouldNotLook):
                missing = missing or _before(read, side)
            elif read is not None:
                sides[side] = read
            elif isinstance(data, bytes) and side is Side.HEAD:
                sides[side] = Template()  # it was a template before, and declares nothing now
        before, after = sides.get(Side.BASE), sides.get(Side.HEAD)
        if missing is not None:
            # a side that cannot be read is not an empty one: nothing is compared with it
            before = after = None
        elif gaps := _gaps(before, after):
            missing = CouldNotLook(
                reason=Reason.UNSUPPORTED,
                detail="; ".join(gaps),
                remedy="give what CloudFormation makes of it: --input change-set=FILE",
            )
        elif after is not None and after.twice:  # what was so before says nothing of the change
            missing = CouldNotLook(
                reason=Reason.UNPARSED, detail="; ".join(after.twice[:_MOST_SAID]), remedy="keep one of them"
            )
        base = file.on(Side.BASE)
        yield TemplateFile(
            path=file.path,
            base_path=base.path if base is not None else file.path,
            before=before,
            after=after,
            missing=missing,
        )


def _gaps(before: Template | None, after: Template | None) -> tuple[str, ...]:
    """What of either cannot be told from the text; what a loop makes is the same where nothing of the loop is otherwise."""
    both = [each for each in (before, after) if each is not None]
    loops = changed_loops(before or Template(), after or Template())
    said = (f"what `{name}` makes is known only once CloudFormation has carried it out" for name in loops)
    return tuple(dict.fromkeys((*(gap for each in both for gap in each.gaps), *said)))


def changed_loops(before: Template, after: Template) -> list[str]:
    """The loops that make something else than before: their body is otherwise, or a parameter's default that they name."""
    names = dict.fromkeys((*before.loops, *after.loops))
    return [name for name in names if _loop(before, name) != _loop(after, name)]


def _loop(template: Template, name: str) -> tuple[object, object]:
    body = template.loops.get(name)
    over = table(body[1]).get("Ref") if isinstance(body, list) and len(body) > 1 else None
    return body, template.default_of(over) if isinstance(over, str) else None


def _before(missing: CouldNotLook, side: Side) -> CouldNotLook:
    if side is Side.HEAD:
        return missing
    return CouldNotLook(reason=missing.reason, detail=f"before the change {missing.detail}", remedy=missing.remedy)
