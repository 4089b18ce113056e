"""Judges documents: what each names is looked for in the tree, and where it is gone, in what the tree was when the line was written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.freshness.files import Files, candidates
from weighbridge.landscape.freshness.past import Gone, Past, names_gone
from weighbridge.landscape.freshness.targets import all_declared, is_runner, runs_more
from weighbridge.landscape.freshness.verdicts import Judged, Resolved, Truth, Verdict
from weighbridge.landscape.freshness.words import MOST_BYTES, Reading, Saying, sayings, takes_options
from weighbridge.landscape.prose.mentions import Marking, Mention, MentionKind
from weighbridge.landscape.prose.names import last_part
from weighbridge.landscape.prose.reading import read_prose
from weighbridge.landscape.prose.standing import Standing, is_document, standing_of

_MOST_OF_DOCUMENT: Final = 2_000_000
_LEAST_REWRITTEN: Final = 2
_LEAST_LINES: Final = 8
_MOST_UNKNOWN: Final = 3
"""So many things that may be of elsewhere to each that is known to be there say nothing of a document."""
_SAID: Final = frozenset(
    {MentionKind.SYMBOL, MentionKind.SETTING, MentionKind.FLAG, MentionKind.TABLE, MentionKind.ENDPOINT}
)
_ELSEWHERE: Final = "what stands there tells of another time or a plan"


class Ground(Struct, frozen=True, kw_only=True, dict=True):
    """The tree that documents are judged against, with what it was, and what reads it."""

    blobs: Mapping[RepoPath, Blob]
    past: Past
    reading: Reading
    taken: frozenset[RepoPath] = frozenset()
    """The files that a change takes away."""

    @cached_property
    def files(self) -> Files:
        """Its files."""
        return Files(frozenset(self.blobs))

    @cached_property
    def runners(self) -> list[tuple[str, str]]:
        """The texts of the files that declare what is run by name."""
        return self._texts((path, blob.oid) for path, blob in self.blobs.items() if is_runner(path))

    @cached_property
    def commands(self) -> set[str]:
        """What is run by name."""
        return all_declared(self.runners)

    @cached_property
    def has_open_commands(self) -> bool:
        """Whether more may be run by name than is written."""
        return any(runs_more(path, text) for path, text in self.runners)

    def commands_at(self, at: int) -> set[str]:
        """What was run by name at a time, of what has changed since."""
        return all_declared(self._texts(self.past.stood_at(at, self._earlier_runners)))

    @cached_property
    def _earlier_runners(self) -> list[RepoPath]:
        return [path for path in self.past.paths if is_runner(path)]

    def _texts(self, found: Iterable[tuple[str, ObjectId]]) -> list[tuple[str, str]]:
        by_oid: dict[ObjectId, list[str]] = {}
        for path, oid in found:
            by_oid.setdefault(oid, []).append(path)
        texts = self.reading.bytes_of(by_oid)
        return [(path, data.decode("utf-8", "replace")) for oid, data in texts for path in by_oid[oid]]


class _Open(Struct, frozen=True, kw_only=True):
    """A living document that was read, before anything it names is resolved."""

    path: RepoPath
    mentions: tuple[Mention, ...]
    written: Mapping[int, int]
    """When each line with a mention was written, in seconds."""
    is_cut: bool = False


def judge(documents: Sequence[Blob], ground: Ground) -> list[Judged]:
    """The verdict on each document, in the order given."""
    opened: dict[RepoPath, _Open | Judged] = {}
    texts = dict(ground.reading.bytes_of([each.oid for each in documents], _MOST_OF_DOCUMENT))
    for blob in documents:
        opened[blob.path] = _open(blob, texts.get(blob.oid), ground=ground)
    living = [each for each in opened.values() if isinstance(each, _Open)]
    said = sayings(ground.blobs.values(), _wanted(living), reading=ground.reading)
    gone = _gone(living, said, ground=ground)
    return [
        each if isinstance(each, Judged) else _judged(each, _Resolver(ground=ground, said=said, gone=gone))
        for each in opened.values()
    ]


def _wanted(living: Sequence[_Open]) -> set[str]:
    """What files are searched for: the names, and what settings of those names may be put together from."""
    mentions = [mention for each in living for mention in each.mentions]
    names = {name for mention in mentions if (name := said_by(mention))}
    return names | {
        part for each in mentions if each.kind is MentionKind.SETTING for part in _parts_of_setting(each.name)
    }


def _parts_of_setting(name: str) -> tuple[str, ...]:
    """How code may say a setting that a library reads for it: as a field, with or without what all settings begin with."""
    _, _, rest = name.partition("_")
    tail = (rest, rest.lower()) if "_" in rest else ()
    return (name.lower(), f"_{name}", *tail)


def said_by(mention: Mention) -> str:
    """What a file must say that has what a mention names; empty where that is not told by words."""
    if mention.kind is MentionKind.SYMBOL:
        return last_part(mention.name)
    if mention.kind is MentionKind.ENDPOINT:
        path = mention.name.rpartition(" ")[2].rstrip("/")
        return path if not set(path) & set("{}<>:$[]") and path.count("/") > 1 else ""
    return mention.name if mention.kind in _SAID else ""


def _open(blob: Blob, data: bytes | None, *, ground: Ground) -> _Open | Judged:
    edited = ground.past.changed_at(blob.path)[0]
    if data is None:
        found = ground.reading.read(blob.oid, _MOST_OF_DOCUMENT)
        missing = found if isinstance(found, CouldNotLook) else None
        return Judged(
            path=blob.path,
            verdict=Verdict.UNKNOWN,
            missing=missing,
            edited_at=edited,
            reasons=("it could not be read",),
        )
    text = data.decode("utf-8", "replace")
    standing = standing_of(blob.path, text)
    if standing is not Standing.LIVING:
        return Judged(
            path=blob.path, verdict=Verdict.UNKNOWN, standing=standing, reasons=(standing.words,), edited_at=edited
        )
    prose = read_prose(blob.path, data)
    lines = text.split("\n")
    wanted = {m.line: lines[m.line - 1] for m in prose.mentions if 0 < m.line <= len(lines)}
    known = ground.past.written(blob.path, wanted.values(), reading=ground.reading) if wanted else {}
    written = {number: known.get(line.strip(), 0) for number, line in wanted.items()}
    return _Open(path=blob.path, mentions=prose.mentions, written=written, is_cut=prose.is_cut)


def _gone(living: Sequence[_Open], said: Mapping[str, Saying], *, ground: Ground) -> Mapping[tuple[str, int], Gone]:
    wanted: dict[str, set[int]] = {}
    for each in living:
        for mention in each.mentions:
            name, at = said_by(mention), each.written.get(mention.line, 0)
            if name and name not in said and at and not mention.is_past:
                wanted.setdefault(name, set()).add(at)
    return names_gone(ground.past, wanted, reading=ground.reading)[0] if wanted else {}


class _Resolver(Struct, frozen=True, kw_only=True, dict=True):
    """Says what became of each mention."""

    ground: Ground
    said: Mapping[str, Saying]
    gone: Mapping[tuple[str, int], Gone]

    def resolve(self, mention: Mention, document: RepoPath, *, at: int) -> Resolved:
        """What became of one, whose line was written `at`."""
        found = self._found(mention, document, at=at)
        if found.truth is Truth.BROKEN and mention.is_past:
            return Resolved(
                mention=mention, truth=Truth.UNKNOWN, reason=f"{found.reason}, but {_ELSEWHERE}", written_at=at
            )
        return found

    def _found(self, mention: Mention, document: RepoPath, *, at: int) -> Resolved:
        if mention.kind is MentionKind.PATH:
            return self._path(mention, document, at=at)
        if mention.kind is MentionKind.COMMAND:
            return self._command(mention, at)
        name = said_by(mention)
        saying = self.said.get(name) if name else None
        if saying is not None:
            only = saying.defined[0] if len(saying.defined) == 1 else None
            return self._there(mention, only, at=at)
        gone = self.gone.get((name, at))
        if gone is None:
            return Resolved(mention=mention, truth=Truth.UNKNOWN, reason="nothing here says it", written_at=at)
        reason = (
            f"`{name}` stood in `{gone.path}` when this was written{_went(gone.commit, gone.at)}; no file says it now"
        )
        is_certain = mention.kind is not MentionKind.FLAG or self._still_takes_options(gone.path)
        if mention.kind is MentionKind.SETTING:
            is_certain = not any(part in self.said for part in _parts_of_setting(name))
        return _broken(mention, reason, at=at, is_certain=is_certain)

    def _still_takes_options(self, path: RepoPath) -> bool:
        """Whether the program that an option is gone from declares others: else it is made elsewhere now, with all that it takes."""
        blob = self.ground.blobs.get(path)
        data = self.ground.reading.read(blob.oid, MOST_BYTES) if blob is not None else b""
        return isinstance(data, bytes) and takes_options(data)

    def _path(self, mention: Mention, document: RepoPath, *, at: int) -> Resolved:
        files, past = self.ground.files, self.ground.past
        is_link = mention.marking is Marking.LINK
        found = files.at(mention, document) if is_link else files.find(mention, document)
        if found is not None:
            return self._there(mention, RepoPath(found) if found in files.paths else None, at=at)
        places = list(candidates(mention, document))
        taken = next((place for place in places if place in self.ground.taken), None)
        if taken is not None:
            return _broken(mention, f"the change takes `{taken}` away", at=at, is_certain=True)
        for place in places:
            went, came = past.file_gone(place), past.came(place)
            if went is not None and came is not None and came <= at < went.at:
                reason = f"`{place}` was there when this was written{_went(went.commit, went.at)}"
                alike = [each for each in files.called_alike(place) if (past.came(each) or 0) >= went.at]
                moved = f"; `{alike[0]}` has its name now" if len(alike) == 1 else ""
                is_certain = not is_document(place) if is_link else "/" in mention.name
                return _broken(mention, reason + moved, at=at, is_certain=is_certain)
        if not mention.is_made and not any(past.came(place) for place in places) and files.should_hold(mention):
            folder = mention.name.strip("/").rpartition("/")[0]
            ever = ", and never did" if past.is_known else ""
            return _broken(mention, f"`{folder}` is there and holds no such file{ever}", at=at, is_certain=True)
        if is_link and files.ending_so(mention) is not None:
            return Resolved(mention=mention, truth=Truth.TRUE, written_at=at)
        return Resolved(mention=mention, truth=Truth.UNKNOWN, reason="it may be of another tree", written_at=at)

    def _command(self, mention: Mention, at: int) -> Resolved:
        if mention.name in self.ground.commands:
            return Resolved(mention=mention, truth=Truth.TRUE, written_at=at)
        if not at or self.ground.has_open_commands or mention.name not in self._commands_at(at):
            return Resolved(mention=mention, truth=Truth.UNKNOWN, reason="nothing here declares it", written_at=at)
        return _broken(
            mention, f"`{mention.name}` was declared when this was written, and is not any more", at=at, is_certain=True
        )

    def _commands_at(self, at: int) -> set[str]:
        if at not in self._kept:
            self._kept[at] = self.ground.commands_at(at)
        return self._kept[at]

    def _is_rewritten(self, path: RepoPath, at: int) -> bool:
        """Whether most lines that a file had at a time are in it no more; what a link says of another document stands by itself."""
        if is_document(path):
            return False
        if (path, at) not in self._compared:
            then = next((oid for _, oid in self.ground.past.stood_at(at, (path,))), None)
            read = dict(self.ground.reading.bytes_of([self.ground.blobs[path].oid, *([then] if then else [])]))
            was = _lines(read.get(then, b"")) if then else set()
            left = was & _lines(read.get(self.ground.blobs[path].oid, b""))
            self._compared[path, at] = len(was) >= _LEAST_LINES and 2 * len(left) < len(was)
        return self._compared[path, at]

    @cached_property
    def _compared(self) -> dict[tuple[RepoPath, int], bool]:
        return {}

    @cached_property
    def _kept(self) -> dict[int, set[str]]:
        return {}

    def _there(self, mention: Mention, path: RepoPath | None, *, at: int) -> Resolved:
        changed, commit = self.ground.past.changed_at(path) if path is not None else (0, "")
        if path is not None and at and changed > at:
            is_new = self._is_rewritten(path, at)
            how = "mostly rewritten since, the last time" if is_new else "changed"
            reason = f"`{path}` was {how} on {day(changed)} ({commit[:8]}), after this was written on {day(at)}"
            return Resolved(mention=mention, truth=Truth.CHANGED, reason=reason, is_rewritten=is_new, written_at=at)
        return Resolved(mention=mention, truth=Truth.TRUE, written_at=at)


def _lines(data: bytes) -> set[bytes]:
    """The lines of a file that say something."""
    return {line for each in data.split(b"\n") if len(line := each.strip()) > 2}


def _broken(mention: Mention, reason: str, *, at: int, is_certain: bool) -> Resolved:
    return Resolved(mention=mention, truth=Truth.BROKEN, reason=reason, is_certain=is_certain, written_at=at)


def _went(commit: str, at: int) -> str:
    return f", until {day(at)} ({commit[:8]})" if commit else ""


def day(at: int) -> str:
    """The day of a time in seconds."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def _judged(opened: _Open, resolver: _Resolver) -> Judged:
    known: dict[tuple[str, str, int], Resolved] = {}
    for mention in opened.mentions:
        key = (mention.kind, mention.name, mention.line)
        if key not in known:
            known[key] = resolver.resolve(mention, opened.path, at=opened.written.get(mention.line, 0))
    resolved = tuple(known.values())
    verdict, reasons = verdict_of(resolved)
    return Judged(
        path=opened.path,
        verdict=verdict,
        reasons=reasons,
        resolved=resolved,
        edited_at=resolver.ground.past.changed_at(opened.path)[0],
        is_cut=opened.is_cut,
    )


def verdict_of(resolved: Sequence[Resolved]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict that what a document names bears out, with the reasons.

    Stale takes something that is gone for certain. What was changed since is no fault by itself: where half of what a document names
    was rewritten, it is doubtful.
    """
    broken = [each for each in resolved if each.truth is Truth.BROKEN]
    changed = [each for each in resolved if each.truth is Truth.CHANGED]
    there = len(changed) + sum(each.truth is Truth.TRUE for each in resolved)
    reasons = tuple(f"line {each.mention.line}: {each.reason}" for each in broken)
    if any(each.is_certain for each in broken):
        return Verdict.STALE, reasons
    if broken:
        return Verdict.DOUBTFUL, reasons
    rewritten = [each for each in changed if each.is_rewritten]
    if len(rewritten) >= _LEAST_REWRITTEN and 2 * len(rewritten) >= there:
        return Verdict.DOUBTFUL, tuple(f"line {each.mention.line}: {each.reason}" for each in rewritten)
    unknown = sum(each.truth is Truth.UNKNOWN and each.mention.kind is not MentionKind.HOST for each in resolved)
    if there * _MOST_UNKNOWN < unknown:
        return Verdict.UNKNOWN, (f"of {there + unknown} things it names, {there} can be looked for here",)
    if there:
        return Verdict.FRESH, (f"what it names that can be looked for here ({there:,}) is there",)
    return Verdict.UNKNOWN, ("it names nothing that can be looked for here",)
