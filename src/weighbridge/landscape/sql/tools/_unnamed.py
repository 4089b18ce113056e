"""What is done to a table whose name is not written where it is done: it may be any, and so a large one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Call, Text
from weighbridge.facts.sql.acts import Act, AddColumn, AddConstraint, ChangeType, CreateIndex, SetNotNull
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import UNNAMED, NotWrittenError, Sheet

_WAITED_FOR: Final = (AddColumn, AddConstraint, ChangeType, CreateIndex, SetNotNull)
"""What others may wait for as long as the table is large; what is lost by a drop depends on which table it is."""

_FIRST: Final = 2
"""The name of a table stands among so many of what a call is given."""


def misses_name(
    sheet: Sheet, call: Call, *, names: Names, why: NotWrittenError, read: Callable[[Call], Iterable[Act]]
) -> None:
    """Takes down that a call is not understood, and what it does all the same where only the name of its table is missing."""
    sheet.misses(call.line, call.end_line, why=str(why))
    name = call.name.lower()
    if name.startswith("create") and "table" in name:
        sheet.makes_unnamed = True
        return
    for given in _named(call, names):
        try:
            done = tuple(read(given))
        except NotWrittenError:
            continue
        sheet.does(call, *(act for act in done if isinstance(act, _WAITED_FOR) and act.table == UNNAMED))
        return


def _named(call: Call, names: Names) -> Iterator[Call]:
    """The call with a name in place of what is not written: of one argument, and of all, where texts stay that are filled in."""
    missing: dict[int, Text] = {}
    for at, each in enumerate(call.arguments[:_FIRST]):
        known = names.of(each.value)
        if not isinstance(known, Text) or known.has_holes:
            missing[at] = known if isinstance(known, Text) else Text(UNNAMED, call.line, call.line)
            yield _with(call, {at: Text(UNNAMED, call.line, call.line)})
    if len(missing) > 1:
        yield _with(
            call, {at: Text(each.value.replace("{}", "…"), each.line, each.line) for at, each in missing.items()}
        )


def _with(call: Call, texts: Mapping[int, Text]) -> Call:
    given = (replace(each, value=texts.get(at, each.value)) for at, each in enumerate(call.arguments))
    return replace(call, arguments=tuple(given))
