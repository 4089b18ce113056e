"""What a change does to tests: which stay, which are gone and which are new, file by file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Change, LineRange
from weighbridge.domain.ids import RepoPath, symbol_name, symbol_path
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attempt, Attribute, Call, Collection, FileFacts, Name, Text
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.trials.assertions import Statements
from weighbridge.landscape.trials.collected import is_collected, trials_of
from weighbridge.landscape.trials.comments import Comment, comments_of
from weighbridge.landscape.trials.skips import with_skips
from weighbridge.landscape.trials.trial import Trial

_WORD: Final = re.compile(r"[A-Za-z_$][\w$]{2,80}")
_MOST_WORDS: Final = 200_000
_MOST_COMPARED: Final = 20_000
"""Pairs of tests whose lines are compared; beyond, only names and digests tell which is which."""
_ALIKE: Final = 0.5
"""A test that shares this part of its lines with one of another name is that one, renamed."""
_STATING: Final = re.compile(
    r"(?:expect|assert|verify|should|check|require|fail|must|ensure|raises|throws)", re.IGNORECASE
)
_MOST_LOOKED: Final = 2_000_000
"""Pairs of a test that is gone and what it may have become; beyond, it is not looked for by name."""
_SHORTEST: Final = 2
_DECLARES: Final = re.compile(r"(?:\bdef|\bfunc|\bvoid|\bit\(|\btest\(|\bspecify\()\s*[\"'`]?$")
"""What stands before the name of a test in code, be that in a comment."""
_SHORT: Final = 6
"""Names up to this length may stand in a comment by chance."""
_MOST_MARKS: Final = 30
"""Lines of marks before a test's name in which that is looked for."""
_CHANGED: Final = (ChangeDepth.BODY, ChangeDepth.SIGNATURE)


class TrialSide(Struct, frozen=True, kw_only=True, dict=True):
    """The tests of one side of a file."""

    path: RepoPath
    facts: FileFacts
    lines: Sequence[str]

    @cached_property
    def trials(self) -> list[Trial]:
        """Every test that is collected, with why it is not run."""
        return self.written if is_collected(self.path, self.facts.language) else []

    @cached_property
    def written(self) -> list[Trial]:
        """Every test, also where no runner looks for any."""
        found = with_skips(self.facts, trials_of(self.facts), lines=self.lines)
        return [replace(each, line=self._line_of(each)) for each in found]

    def _line_of(self, trial: Trial) -> int:
        """The line that says its name: marks stand before it."""
        return self.line_with(trial.line, trial.own_name.rpartition(".")[2])

    def line_with(self, line: int, name: str) -> int:
        """The line that says a name, from the one on where its marks begin."""
        near = range(line, min(line + _MOST_MARKS, len(self.lines)) + 1)
        return next((at for at in near if name in self.lines[at - 1]), line)

    @cached_property
    def statements(self) -> Statements:
        """What they state."""
        return Statements(self.facts)

    @cached_property
    def comments(self) -> list[Comment]:
        """Its comments."""
        return list(comments_of("\n".join(self.lines), self.facts.language))

    def names_in(self, trial: Trial) -> frozenset[str]:
        """Every name and every short text that a test holds."""
        found: set[str] = set()
        for step in self.statements.steps(trial):
            for part in (*walk(step.value), *(walk(step.target) if step.target else ())):
                if isinstance(part, Name):
                    found.add(part.id)
                    found.update(self._bound.get(part.id, ()))
                elif isinstance(part, Attribute):
                    found.add(part.name)
                elif isinstance(part, Call):
                    found.update(each.name for each in part.arguments if each.name)
                elif isinstance(part, Collection):
                    found.update(each.key for each in part.elements)
                elif isinstance(part, Text):
                    found.update(_WORD.findall(part.value))
        return frozenset(found)

    @cached_property
    def attempts(self) -> list[Attempt]:
        """Where something that is raised is caught, by where it begins."""
        return sorted(self.facts.attempts, key=lambda each: each.first)

    @cached_property
    def stating(self) -> int:
        """How many of its tests state something."""
        return sum(bool(self.statements.of(each)) for each in self.trials)

    def may_state(self, trial: Trial) -> bool:
        """Whether any word of its lines is one of those by which tests state something, however it is used."""
        return any(_STATING.search(line[:1000]) for line in self.lines[trial.line : trial.end_line])

    @cached_property
    def _bound(self) -> dict[str, frozenset[str]]:
        """The words of the texts that names of the file's top level stand for."""
        found: dict[str, set[str]] = {}
        for step in self.facts.steps:
            if step.scope == 0 and step.kind == "bind" and isinstance(step.target, Name):
                texts = (part.value for part in walk(step.value) if isinstance(part, Text))
                found.setdefault(step.target.id, set()).update(word for text in texts for word in _WORD.findall(text))
        return {name: frozenset(words) for name, words in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the file."""
        return frozenset(_words(self.lines))

    def called_in(self, trial: Trial) -> frozenset[str]:
        """The last names of all that a test calls."""
        found: set[str] = set()
        for step in self.statements.steps(trial):
            for part in walk(step.value):
                if isinstance(part, Call) and isinstance(part.function, Name | Attribute):
                    found.add(part.function.id if isinstance(part.function, Name) else part.function.name)
        return frozenset(found)

    def text_of(self, trial: Trial) -> frozenset[str]:
        """Its lines behind the first, each once and without what surrounds it."""
        lines = (line.strip() for line in self.lines[trial.line : trial.end_line])
        return frozenset(line for line in lines if len(line) > 3)


class TrialFile(Struct, frozen=True, kw_only=True, dict=True):
    """The tests of a changed file on both sides."""

    path: RepoPath
    file: FileCode
    base: TrialSide | None
    head: TrialSide | None

    @cached_property
    def before(self) -> list[Trial]:
        """The tests of the base."""
        return self.base.trials if self.base else []

    @cached_property
    def after(self) -> list[Trial]:
        """The tests of head."""
        return self.head.trials if self.head else []

    @cached_property
    def kept(self) -> list[tuple[Trial, Trial]]:
        """The tests of one name on both sides; those of a name that stands several times in their order."""
        waiting: dict[str, list[Trial]] = {}
        for trial in self.after:
            waiting.setdefault(trial.name, []).append(trial)
        return [(trial, queue.pop(0)) for trial in self.before if (queue := waiting.get(trial.name))]

    @cached_property
    def gone(self) -> list[Trial]:
        """The tests whose names are gone from the file."""
        kept = {id(before) for before, _ in self.kept}
        return [trial for trial in self.before if id(trial) not in kept]

    @cached_property
    def new(self) -> list[Trial]:
        """The tests whose names are new in the file."""
        kept = {id(after) for _, after in self.kept}
        return [trial for trial in self.after if id(trial) not in kept]

    def at(self, line: int, *, symbol: str = "", side: Side = Side.HEAD) -> Place:
        """A line of either side."""
        blob = self.file.change.on(side)
        return Place(path=blob.path if blob else self.path, line=line, end_line=line, symbol=symbol, side=side)


class Uncollected(Struct, frozen=True, kw_only=True):
    """Where a test is written that no runner sees: by its `path`, its `name`, a `mark` that it lacks, or as a `comment`."""

    kind: str
    place: Place
    name: str


class Trials:
    """The tests that a change touches."""

    def __init__(self, change: Change, code: CodeChange, *, contents: ChangedBytes) -> None:
        self._change = change
        self._code = code
        self._contents = contents

    @cached_property
    def files(self) -> tuple[TrialFile, ...]:
        """The changed files of tests that could be read."""
        return tuple(self._file(path, file) for path, file in self._code.files.items() if _is_of_tests(file))

    @cached_property
    def lost(self) -> list[tuple[TrialFile, list[Trial]]]:
        """The tests that are in no file any more, under no name: what was moved, renamed or merged into another is not lost."""
        new = [(file, trial) for file in self.files for trial in self._takers(file)]
        digests = {trial.digest for file in self.files for trial in file.new}
        names = {trial.own_name for file in self.files for trial in file.new}
        found = []
        for file in self.files:
            left = [t for t in file.gone if t.digest not in digests and t.own_name not in names]
            lost = [t for t in left if not self._is_taken_over(file, t, by=new, of=len(left))]
            if lost:
                found.append((file, lost))
        return found

    def _takers(self, file: TrialFile) -> Iterator[Trial]:
        yield from file.new
        yield from (after for before, after in file.kept if after.end_line - after.line > before.end_line - before.line)

    def _is_taken_over(self, file: TrialFile, trial: Trial, *, by: Sequence[tuple[TrialFile, Trial]], of: int) -> bool:
        """Whether a new or a longer test does what one did, in the same file or, by its lines, in another."""
        if file.base is None or len(by) * of > _MOST_COMPARED:
            return False
        lines, called = file.base.text_of(trial), file.base.called_in(trial) - _COMMON
        for other, taker in by:
            if other.head is None:
                continue
            shared = lines & other.head.text_of(taker)
            if lines and len(shared) >= _ALIKE * len(lines):
                return True
            if other is file and called and called <= other.head.called_in(taker):
                return True
        return False

    def uncollected(self, file: TrialFile, trial: Trial) -> "Uncollected | None":
        """Where a test stands now that its runner passes by."""
        for other in (file, *self.files) if trial.digest else ():
            if other.head is None or other.head.trials:
                continue
            for each in other.head.written:
                if each.name == trial.name and (other is file or each.digest == trial.digest):
                    return Uncollected(kind="path", place=other.at(0), name=other.head.path)
        return self._renamed(file, trial) or self._commented(file, trial)

    def _renamed(self, file: TrialFile, trial: Trial) -> "Uncollected | None":
        if file.head is None:
            return None
        if len(file.gone) * len(file.head.facts.definitions) > _MOST_LOOKED:
            return None
        collected = {each.scope for each in file.after}
        for index, definition in enumerate(file.head.facts.definitions):
            if index in collected or definition.kind not in ("function", "method"):
                continue
            own = trial.own_name.rpartition(".")[2]
            is_same = file.head.facts.qualified_name(index).replace(".", " > ") == trial.name
            if is_same or definition.body == trial.digest or _is_disguised(definition.name, own):
                line = file.head.line_with(definition.line, definition.name)
                kind = "mark" if definition.name == own else "name"
                return Uncollected(kind=kind, place=file.at(line, symbol=trial.name), name=definition.name)
        return None

    def _commented(self, file: TrialFile, trial: Trial) -> "Uncollected | None":
        own = trial.own_name.rpartition(".")[2]
        comments = file.head.comments if file.head is not None and len(own) > _SHORT else []
        for comment in comments if len(file.gone) * len(comments) <= _MOST_LOOKED else ():
            before, _, after = comment.text.partition(own)
            if after and _DECLARES.search(before[-40:]):
                return Uncollected(kind="comment", place=file.at(comment.line, symbol=trial.name), name=own)
        return None

    @cached_property
    def vanished(self) -> frozenset[str]:
        """The words that the change takes out of everything but tests, and that none of these files holds any more."""
        gone: set[str] = set()
        left: set[str] = set()
        for base, head in self._words_changed():
            gone.update(base)
            left.update(head)
        return frozenset(gone - left)

    def _words_changed(self) -> Iterator[tuple[set[str], set[str]]]:
        for file in self._change.files:
            if is_test(file.path) or file.is_binary or not file.removed:
                continue
            base = file.base.path if file.base else file.path
            removed = _lines_of(self._contents.text(base, Side.BASE).splitlines(), file.removed)
            head = self._contents.text(file.path) if file.head else ""
            yield _words(removed), _words([head])

    @cached_property
    def changed_names(self) -> frozenset[str]:
        """The last names of the functions and classes, tests left out, that do something else now or are used otherwise."""
        names = (
            symbol_name(symbol.symbol).rpartition(".")[2]
            for symbol in self._code.symbols
            if symbol.depth in _CHANGED
            and symbol.kind not in ("module", "variable")
            and not is_test(symbol_path(symbol.symbol))
        )
        return frozenset(name for name in names if len(name) > _SHORTEST and name not in _COMMON)

    @cached_property
    def changes_code(self) -> bool:
        """Whether the change does anything to code that is not of tests."""
        return any(
            symbol.depth is not ChangeDepth.TEXT and not is_test(symbol_path(symbol.symbol))
            for symbol in self._code.symbols
        )

    def _file(self, path: RepoPath, file: FileCode) -> TrialFile:
        return TrialFile(path=path, file=file, base=self._side(file, Side.BASE), head=self._side(file, Side.HEAD))

    def _side(self, file: FileCode, side: Side) -> TrialSide | None:
        facts, blob = file.on(side), file.change.on(side)
        if facts is None or blob is None:
            return None
        return TrialSide(path=blob.path, facts=facts, lines=self._contents.text(blob.path, side).splitlines())


_COMMON: Final = frozenset(
    {"it", "test", "describe", "expect", "Run", "len", "str", "assertEqual", "Equal", "NoError", "get", "post"}
)
"""What a call of says nothing of what is tried."""


def _is_disguised(name: str, was: str) -> bool:
    """Whether a name is another with something in front that runners do not look for, or without what they do."""
    plain, other = name.lower().replace("_", ""), was.lower().replace("_", "")
    is_same = plain == other and name != was
    return len(other) > _SHORT and (is_same or (plain.endswith(other) and 0 < len(plain) - len(other) <= 10))


def _is_of_tests(file: FileCode) -> bool:
    sides = (file.change.base, file.change.head)
    return file.missing is None and any(blob is not None and is_test(blob.path) for blob in sides)


def _lines_of(lines: Sequence[str], ranges: Iterable[LineRange]) -> list[str]:
    return [line for each in ranges for line in lines[each.start - 1 : each.end]]


def _words(lines: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for line in lines:
        found.update(_WORD.findall(line[:_MOST_WORDS]))
    return found
