"""What a change breaks in the API descriptions that it alters: compared once, and told rule by rule."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import BLOCKING, Confidence, Finding, Severity
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.recognise import (
    ASYNCAPI,
    AVRO,
    JSON_SCHEMA,
    OPENAPI,
    PROTOBUF,
    STRUCTURED,
    contract_blob,
    contract_path,
    contract_role,
    says_asyncapi,
    serves_tests,
)
from weighbridge.landscape.contracts.releases import put_in_place
from weighbridge.landscape.contracts.switching import failing_on
from weighbridge.landscape.contracts.told import (
    ANNOUNCED,
    AS_SERVERS,
    Told,
    is_apart,
    is_sure_of,
    told_too_late,
    without_copies,
)
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.contracts.unreleased import Compare, since_release
from weighbridge.landscape.contracts.uses import Consumer
from weighbridge.landscape.folding import folded
from weighbridge.landscape.landscapes import Landscapes, View

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.code.made import Described
    from weighbridge.landscape.contracts.paired import Pair
    from weighbridge.landscape.contracts.protobuf.peer import Peer
    from weighbridge.landscape.contracts.releases import Release
    from weighbridge.landscape.contracts.schema_files import Compared as CompareFiles

_DOCUMENTS: Final = frozenset({ASYNCAPI, AVRO, JSON_SCHEMA})
_MOST_SHOWN: Final = 10
MOST_ALONE: Final = 7
"""Breaks of one kind in one file, each told by itself; more of them come of one decision, and are one finding."""
_MOST_ALIKE: Final = 100
_ANSWERED: Final = frozenset(
    {"response-field-optional", "response-field-removed", "response-type-changed", "response-widened"}
)
"""Kinds that are of what servers answer, and that come of their code."""


class _Compared(Struct, frozen=True, kw_only=True):
    """What came of comparing contracts of one kind: what is told by each rule, and why some could not be compared."""

    told: Mapping[str, Sequence[Told]]
    missing: tuple[CouldNotLook, ...]


class _Found(Struct, frozen=True, kw_only=True):
    """The same, in the order found."""

    told: Sequence[Told]
    missing: tuple[CouldNotLook, ...]


class ApiChanges:
    """The breaks of a change's API descriptions."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        trees: Trees,
        landscapes: Callable[[], Landscapes | CouldNotLook],
        buf: "Callable[[], Peer | None]" = lambda: None,
    ) -> None:
        self._buf = buf
        self._change = change
        self._contents = contents
        self._trees = trees
        self._landscapes = landscapes
        self._known: dict[str, _Compared] = {}

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The changed files that are contracts, with their kinds."""
        found = {contract_path(file): role for role, files in self._by_role.items() for file in files}
        return found | (dict.fromkeys(self._parts, next(iter(self._roots_by_role))) if self._parts else {})

    @cached_property
    def _by_role(self) -> Mapping[str, Sequence[FileChange]]:
        """The changed files of each kind of contract."""
        found: dict[str, list[FileChange]] = {}
        for file in self._change.files:
            role = contract_role(file, self._contents.of)
            if role and not (role == JSON_SCHEMA and file.path in self._parts):
                found.setdefault(role, []).append(file)
        return found

    @property
    def paths(self) -> frozenset[RepoPath]:
        """The changed files that are such: the rules about them say what they could not read, however large they are."""
        return frozenset(self.roles)

    @cached_property
    def _parts(self) -> Sequence[RepoPath]:
        """The changed files that may be parts of descriptions, where there are any that lead to them."""
        return self._candidates if self._roots else ()

    @cached_property
    def _candidates(self) -> Sequence[RepoPath]:
        likely = [
            file
            for file in self._change.files
            if file.path.lower().endswith(STRUCTURED) and not serves_tests(file.path)
        ]
        if not likely:
            return ()
        from weighbridge.landscape.contracts.roots import may_be_part  # noqa: PLC0415 - most changes hold no such file

        blobs = [
            (side, blob)
            for file in likely
            if contract_role(file, self._contents.of) in ("", JSON_SCHEMA)
            for side in Side
            if (blob := file.on(side)) is not None
        ]
        return [blob.path for side, blob in blobs if may_be_part(blob.path, self._contents.of(blob.path, side))]

    @cached_property
    def _roots(self) -> Sequence[RepoPath]:
        """The descriptions, unchanged themselves, that lead to changed files."""
        if not self._candidates:
            return ()
        from weighbridge.landscape.contracts.roots import roots_of  # noqa: PLC0415 - the same

        changed = {file.path for file in self._change.files}
        found = (
            roots_of(
                self._candidates, self._trees.on(side).blobs, read=reading(side, self._contents, trees=self._trees)
            )
            for side in Side
        )
        return [root for root in dict.fromkeys(each for roots in found for each in roots) if root not in changed]

    @cached_property
    def _roots_by_role(self) -> Mapping[str, Sequence[RepoPath]]:
        """The same, by what they are."""
        read = reading(Side.BASE, self._contents, trees=self._trees)
        found: dict[str, list[RepoPath]] = {}
        for root in self._roots:
            data = read(root)
            is_of_messages = isinstance(data, bytes) and says_asyncapi(data)
            found.setdefault(ASYNCAPI if is_of_messages else OPENAPI, []).append(root)
        return found

    def findings(self, rule: Rule, kind: str) -> Iterator[Finding | CouldNotLook]:
        """What is to be told under a rule's name, and what could not be looked at."""
        for role in rule.roles:
            found = self._compared(role)
            for many in folded(found.told.get(kind, ()), _alike, alone=MOST_ALONE):
                yield _finding(rule, many)
            yield from found.missing

    def described(self, role: str) -> "Described | None":
        """The changed contract of one kind that code may be made from, with the worst that is told of all of them."""
        paths = [path for path, kind in self.roles.items() if kind == role]
        if not paths:
            return None
        from weighbridge.landscape.contracts.code.made import Described  # noqa: PLC0415 - few changes hold both

        told = [each for several in self._compared(role).told.values() for each in several]
        worst = min((each.severity for each in told), key=lambda severity: severity.rank, default=None)
        named: dict[str, Severity] = {}
        for each in told:
            for name in each.found.named:
                named[name] = min(named.get(name, each.severity), each.severity, key=lambda severity: severity.rank)
        return Described(path=min(paths, key=lambda path: (path.count("/"), path)), worst=worst, named=named)

    def _compared(self, role: str) -> "_Compared":
        """What came of comparing all contracts of one kind."""
        if role not in self._known:
            found = self._descriptions() if role == OPENAPI else self._schemas(role)
            told = [*self._against_release(found.told, role), *(self._given_again() if role == PROTOBUF else ())]
            self._known[role] = _Compared(told=_by_kind(told), missing=found.missing)
        return self._known[role]

    def _given_again(self) -> "Iterator[Told]":
        """Numbers of messages that mean something else to those who have an earlier release."""
        from weighbridge.landscape.contracts.protobuf.given_again import given_again  # noqa: PLC0415 - few changes hold any

        files = self._by_role.get(PROTOBUF, ())
        return (Told(found=each) for each in given_again(files, self._contents, release=self._trees.release))

    def _against_release(self, told: Sequence[Told], role: str) -> Sequence[Told]:
        """What is told, with what the newest release does not have known as such, where it would block."""
        likely = [each for each in told if not each.is_anothers and is_sure_of(each.found)]
        weighs = {*BLOCKING, Severity.MEDIUM} if role == PROTOBUF else BLOCKING  # what few lines say is soon compared
        asked = [each for each in likely if each.severity in weighs or _changes_together(each)]
        is_announced = any(ANNOUNCED in each.found.words for each in told)
        release = self._trees.release(()) if asked or is_announced else None
        shorter = self._in_release(role, release) if release else None
        if release is None or (shorter is None and not asked):
            return told
        unreleased: set[int] = set()
        if shorter is not None:
            compare = self._since(role, release=release, shorter=shorter)
            unreleased = self._unreleased(told, release=release, compare=compare) if asked else unreleased
            again = compare(release.since(self._change, self._paths_of(told))[0]) if is_announced else ()
            told = [told_too_late(each, again, newest=release.tag) for each in told]
        return [
            replace(each, newest=release.tag)
            if id(each.found) in unreleased and not any(consumer.is_left for consumer in each.consumers)
            else replace(each, released=release.tag)
            if id(each.found) not in unreleased and _changes_together(each) and each.found.place.path in release.tree
            else each
            for each in told
        ]

    def _unreleased(self, told: Sequence[Told], *, release: "Release", compare: Compare) -> set[int]:
        """The breaks, by their identity, that those who have a release lose nothing by."""
        breaks = [each.found for each in told if not each.is_anothers]
        new = since_release(breaks, self._change, release=release, compare=compare)
        return {id(each) for each, is_new in zip(breaks, new, strict=True) if is_new}

    def _since(self, role: str, *, release: "Release", shorter: Mapping[ObjectId, bytes]) -> Compare:
        """What compares a change that begins at a release."""
        before = release.tree

        def read(oid: ObjectId, most: int) -> bytes | CouldNotLook:
            return shorter.get(oid) or self._trees.read(oid, most)

        def compare(change: Change) -> Sequence[Break | CouldNotLook]:
            changed = [file.base.path for file in change.files if file.base]
            base = put_in_place(self._trees.base(), before, paths=changed)
            trees = Trees(lambda: base, self._trees.head, read)
            return ApiChanges(change, ChangedBytes(change, read), trees=trees, landscapes=self._landscapes).breaks(role)

        return compare

    def _paths_of(self, told: Sequence[Told]) -> frozenset[RepoPath]:
        """The files of the base that something is told of."""
        places = {each.found.place.path for each in told}
        return frozenset(
            file.base.path for file in self._change.files if file.base and {file.base.path, file.path} & places
        )

    def _in_release(self, role: str, release: "Release") -> Mapping[ObjectId, bytes] | None:
        """The changed descriptions as `in_release` gives them: whole where they have parts elsewhere, or are of another kind."""
        files = self._by_role.get(role, ())
        if role != OPENAPI or self._parts or len(files) != 1:
            return {}
        from weighbridge.landscape.contracts.paired import in_release  # noqa: PLC0415 - few changes hold a description

        return in_release(files[0], contents=self._contents, release=release)

    def breaks(self, role: str) -> Sequence[Break | CouldNotLook]:
        """What the contracts of one kind break, whoever uses it."""
        if role != OPENAPI:
            return self._broken(role)[0]
        found = [each for pair in self._pairs for each in pair.breaks(self._today)]
        return [*found, *(each for pair in self._pairs for each in pair.missing())]

    def _broken(self, role: str) -> "tuple[Sequence[Break | CouldNotLook], CompareFiles | None]":
        """What the schemas of one kind break, and what came of comparing them as texts."""
        from weighbridge.landscape.contracts.schema_files import compare_files  # noqa: PLC0415 - few changes hold any

        files = self._by_role.get(role, ())
        if role not in _DOCUMENTS:
            compared = compare_files(role, files, contents=self._contents)
            return compared.answers, compared
        from weighbridge.landscape.contracts.document_files import compare_documents  # noqa: PLC0415 - the same

        roots = self._roots_by_role.get(role, ())
        return compare_documents(role, files, contents=self._contents, trees=self._trees, roots=roots), None

    @cached_property
    def _pairs(self) -> "Sequence[Pair]":
        from weighbridge.landscape.contracts.paired import pairs  # noqa: PLC0415 - few changes hold a description

        files = [*self._by_role.get(OPENAPI, ()), *(each for each in self._change.files if each.path in self._parts)]
        return pairs(self._contents, trees=self._trees, files=files, roots=self._roots_by_role.get(OPENAPI, ()))

    def _schemas(self, role: str) -> "_Found":
        """What the schemas of one kind break, those of all changed files together."""
        ours, compared = self._broken(role)
        others = self._said_by_buf(ours) if role == PROTOBUF else ()
        missing = tuple(each for each in (*ours, *others) if isinstance(each, CouldNotLook))
        breaks = [(each, False) for each in ours if isinstance(each, Break)]
        breaks += [(each, True) for each in others if isinstance(each, Break)]
        landscapes = self._landscapes() if compared and any(each.uses or each.named for each, _ in breaks) else None
        if compared is None or landscapes is None or isinstance(landscapes, CouldNotLook):
            told = [Told(found=each, is_anothers=theirs) for each, theirs in breaks]
            told = self._with_documents(told) if role == JSON_SCHEMA else self._with_code(told)
            return _Found(told=without_copies(told), missing=missing)
        who = compared.users(landscapes.head.landscape, frozenset(file.path for file in self._change.files))
        told = [
            Told(found=each, consumers=users, are_here=known, is_anothers=theirs)
            for each, theirs in breaks
            for users, known in (who(each),)
        ]
        return _Found(told=without_copies(told), missing=missing)

    def _with_documents(self, told: "list[Told]") -> "list[Told]":
        """What a schema newly refuses, as grave as it is for documents of the repository that are refused."""
        from weighbridge.landscape.contracts.document_files import refused_documents  # noqa: PLC0415 - the same

        changed = frozenset(file.path for file in self._change.files)
        breaks = [each.found for each in told]
        places = refused_documents(breaks, contents=self._contents, trees=self._trees, changed=changed)
        return [
            Told(
                found=replace(each.found, level=Level.ERROR, is_noticed=True),
                consumers=[Consumer(place, Operation("", ""), is_left=True) for place in places[id(each.found)]],
                relying="not kept",
            )
            if id(each.found) in places
            else each
            for each in told
        ]

    def _with_code(self, told: "list[Told]") -> "list[Told]":
        if not any(each.found.uses for each in told):
            return told
        from weighbridge.landscape.contracts.made_names import with_importers  # noqa: PLC0415 - few changes hold any

        changed = frozenset(file.path for file in self._change.files)
        return with_importers(told, self._landscapes(), changed=changed)

    def _said_by_buf(self, ours: Sequence[Break | CouldNotLook]) -> Sequence[Break | CouldNotLook]:
        """What buf adds where it is installed."""
        peer = self._buf()
        if peer is None:
            return ()
        from weighbridge.landscape.contracts.protobuf.peer import besides, closure  # noqa: PLC0415 - few have it

        sides: list[dict[str, bytes]] = []
        paths: dict[str, RepoPath] = {}
        for side in Side:
            read = reading(side, self._contents, trees=self._trees)
            changed = [blob.path for file in self._by_role[PROTOBUF] if (blob := contract_blob(file, side))]
            named = closure(changed, self._trees.on(side).blobs, read=read)
            sides.append({name: data for name, path in named.items() if isinstance(data := read(path), bytes)})
            paths |= named
        said = peer(*sides)
        return [said] if isinstance(said, CouldNotLook) else list(besides(ours, said, paths=paths))

    def _descriptions(self) -> "_Found":
        """What the descriptions break; what several break alike is told once."""
        seen: dict[tuple[str, str, tuple[Operation, ...]], int] = {}
        every: list[Told] = []
        for pair in self._pairs:
            for each in pair.breaks(self._today):
                key = (each.kind, each.words, tuple(each.operations))
                if key in seen and every[seen[key]].found.place.path != each.place.path:
                    known = every[seen[key]]
                    every[seen[key]] = replace(known, also=(*known.also, each.place.path))
                    continue
                seen.setdefault(key, len(every))
                every.append(self._with_consumers(each, pair))
        missing = dict.fromkeys(each for pair in self._pairs for each in pair.missing())
        return _Found(told=every, missing=tuple(missing))

    def _with_consumers(self, found: Break, pair: "Pair") -> Told:
        if (found.level is Level.NOTE and not found.reads) or found.kind in AS_SERVERS:
            return Told(found=found)
        landscapes = self._landscapes()
        if isinstance(landscapes, CouldNotLook):
            return Told(found=found)
        changed = frozenset(file.path for file in self._change.files)
        if failing := failing_on(found, landscapes.head.landscape, changed=changed):
            words = f"{found.words}, and code here fails on"
            return Told(found=replace(found, words=words, level=Level.ERROR, is_noticed=True), consumers=failing)
        consumers = pair.consumers(landscapes.head.landscape, changed)
        called = consumers.of(found.operations)
        relying = self._relying(found, called, head=landscapes.head) if found.level < Level.ERROR else None
        if relying is not None or found.level is Level.NOTE:
            return relying or Told(found=found)
        return self._weighed(found, pair, called=called, landscapes=landscapes)

    def _weighed(self, found: Break, pair: "Pair", *, called: "Sequence[Consumer]", landscapes: Landscapes) -> Told:
        """What fails by who calls it, seen from the servers and callers of the tree."""
        changed = frozenset(file.path for file in self._change.files)
        consumers = pair.consumers(landscapes.head.landscape, changed)
        if found.level is Level.ERROR and (as_before := self._as_before(found, landscapes.head)) is not None:
            return Told(found=as_before, consumers=called)
        if found.level is Level.WARNING and self._is_enforced(found, landscapes.head):
            found = replace(found, level=Level.ERROR)
        before: Sequence[Consumer] = ()
        if not called and found.kind == "operation-removed":
            before = pair.callers(landscapes.base.landscape, changed).of(found.operations)
        if words := pair.taken_as_false(found, landscapes.head.landscape):
            return Told(found=replace(found, words=words, level=Level.WARNING), consumers=called)
        is_sent = pair.sent.issuperset(found.operations)
        are_here = bool(called or before) or (not is_sent and consumers.any_of(pair.operations))
        client = self._client if are_here and not called else ""
        return Told(found=found, consumers=called, are_here=are_here, before=before, client=client)

    def _relying(self, found: Break, called: Sequence["Consumer"], *, head: View) -> Told | None:
        """A break as grave where callers are seen to rely on what is gone, and told with them alone; None where none is."""
        if not called or not (found.reads or found.taken) or self._as_before(found, head) is not None:
            return None
        from weighbridge.landscape.contracts.relied_on import relied_on  # noqa: PLC0415 - few descriptions break

        how, relying = relied_on(found, [each for each in called if each.is_left], landscape=head.landscape)
        grave = replace(found, level=Level.ERROR, is_noticed=True)
        return Told(found=grave, consumers=relying, relying=how) if relying else None

    def _as_before(self, found: Break, head: View) -> Break | None:
        """A break as less where code here, which this change leaves alone, answers as it did; None where that is not known."""
        is_gone = found.kind == "operation-removed"
        if not is_gone and not (found.kind in _ANSWERED and self._describes_alone):
            return None
        from weighbridge.landscape.contracts.served import still_served  # noqa: PLC0415 - few descriptions break

        place = still_served(found.operations, head)
        if place is None:
            return None
        words = (
            f"it is gone from the description, and {place} still answers it: clients made from it have it no more"
            if is_gone
            else f"{found.words}; no code changes with it, and {place} answers as before"
        )
        return replace(found, words=words, level=Level.WARNING, is_noticed=False)

    def _is_enforced(self, found: Break, head: View) -> bool:
        from weighbridge.landscape.contracts.enforced import NEWLY_SAID, is_enforced  # noqa: PLC0415 - few ask for more

        files = self._change.files
        return found.check == NEWLY_SAID and is_enforced(found, head, files=files, contents=self._contents)

    @cached_property
    def _describes_alone(self) -> bool:
        """Whether a change alters descriptions and prose, and nothing that runs."""
        return all(file.path in self.roles or role_of(file.path) == "prose" for file in self._change.files)

    @cached_property
    def _client(self) -> str:
        """The folder of a client that others install, and that a tool keeps making from a description; empty where there is none."""
        from weighbridge.landscape.contracts.code.made import published_client  # noqa: PLC0415 - few descriptions break

        read = reading(Side.BASE, self._contents, trees=self._trees)
        return published_client(self._trees.on(Side.BASE).blobs, read)

    @cached_property
    def _today(self) -> date | None:
        return max((commit.committed_at.date() for commit in self._change.commits), default=None)


def _changes_together(told: Told) -> bool:
    """Whether an operation that others run callers of certainly fails, and all callers here are altered by the change."""
    if told.found.level is not Level.ERROR or not told.found.operations or not is_sure_of(told.found):
        return False
    return not any(each.is_left for each in told.consumers) and any(
        is_apart(each.place.path) for each in told.consumers
    )


def _by_kind(told: Sequence[Told]) -> Mapping[str, Sequence[Told]]:
    found: dict[str, list[Told]] = {}
    for each in told:
        found.setdefault(each.found.kind, []).append(each)
    return found


def _alike(told: Told) -> Hashable | None:
    """What breaks of one kind have in common that come of one decision; none of what somebody here relies on."""
    return None if told.consumers or told.before else (told.found.place.path, told.severity, is_sure_of(told.found))


def _finding(rule: Rule, many: Sequence[Told]) -> Finding:
    told, *others = many
    found = told.found
    does = told.relying or ("uses" if found.uses or found.named else "calls")
    callers = (
        RelatedPlace(place=each.place, message=f"{does} {each.operation}".strip())
        for each in told.consumers[:_MOST_SHOWN]
    )
    copies = (RelatedPlace(place=Place(path=path), message="the same is described here") for path in told.also)
    alike = (RelatedPlace(place=each.found.place, message=each.message()) for each in others[:_MOST_ALIKE])
    more = f"; and so in {len(others)} more places of this file" if others else ""
    return rule.finding(
        told.message() + more,
        found.place,
        anchor=f"{found.subject} {found.words}",
        related=(*callers, *copies, *alike),
        severity=told.severity,
        confidence=rule.confidence if is_sure_of(found) else Confidence.LOW,
    )
