"""What the sources of a change let one expect: each resource block that is gone, made anew by what it changes, or altered.

Nothing here knows what a plan would: which values variables have, what exists, and what a provider makes of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, Expression, nested
from weighbridge.facts.terraform.changes import Action, ResourceChange, at
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.anew import Another, Remade, another, called_by, remade
from weighbridge.landscape.infrastructure.carried import with_readers
from weighbridge.landscape.infrastructure.choices import is_off, off_where
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.documents import DOCUMENT, POLICY_ARGUMENTS
from weighbridge.landscape.infrastructure.forcing import forcing, shrinking
from weighbridge.landscape.infrastructure.kinds import Kind, kind_of, module_holds
from weighbridge.landscape.infrastructure.likenesses import META, Likenesses
from weighbridge.landscape.infrastructure.moves import Callers, Moves, moves_of
from weighbridge.landscape.infrastructure.outlasting import outlasting
from weighbridge.landscape.infrastructure.pauses import pauses_of
from weighbridge.landscape.infrastructure.protections import ignored, prevents_destroy
from weighbridge.landscape.infrastructure.refusals import EMPTY_FIRST
from weighbridge.landscape.infrastructure.repeated import makes_none, repeated, uses_by_key
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, Pair, SourceFiles
from weighbridge.landscape.infrastructure.spared import is_off_in_production, spares_production
from weighbridge.landscape.infrastructure.triggered import fired, untouched
from weighbridge.landscape.infrastructure.unattached import with_attachment

_OTHERWISE_REPEATED: Final = "delete_because_wrong_repetition"
_MAKES_ANOTHER: Final = frozenset({"count", "for_each", "provider"})


_DOCUMENT_TEXT: Final = LatePattern(r"data\.aws_iam_policy_document\.([\w-]+)(?:\[0\])?\.(?:minified_)?json")
_ARGUMENT: Final = LatePattern(r"([a-z]\w*)\.([\w-]+)(?:\[0\])?\.(\w+)")
_LABELS: Final = {"resource": 2, "data": 2, "module": 1}


def declared_alterations(sources: SourceFiles) -> Iterator[Alteration]:
    """One for each resource, data source and module call that is not declared as it was, or means something else."""
    yield from with_documents(_alterations(sources))


def _alterations(sources: SourceFiles) -> Iterator[Alteration]:
    elsewhere: dict[str, str] = {}
    told: set[tuple[object, ...]] = set()
    for folder in sources.folders:
        for old, new in folder.pairs("resource"):
            if old is None and new is not None:
                elsewhere.setdefault(new.block.name, folder.path)
    callers = Callers(sources.folders)
    for folder in (*sources.folders, *uses_by_key(sources.uses)):
        moves = moves_of(folder)
        likenesses = Likenesses(folder)
        values = remade(folder)
        for pair in folder.changes("resource", "data", "module"):
            if (moved := _moved(pair, folder, moves=moves)) is None:
                continue
            reader = _Pair(
                folder=folder,
                moves=moves,
                callers=callers,
                elsewhere=elsewhere,
                likenesses=likenesses,
                values=values,
                pair=moved,
            )
            for each in _told_of(reader):
                change = each.change
                cause = (folder.path, change.block, change.index, change.action, each.place.path, each.place.line)
                if cause in told and folder.is_called:
                    continue  # the folder's own names say so, whoever calls it
                told.add(cause)
                yield each
        for pair in (*(() if folder.is_called else untouched(folder)), *called_by(folder, values)):
            reader = _Pair(
                folder=folder,
                moves=moves,
                callers=callers,
                elsewhere=elsewhere,
                likenesses=likenesses,
                values=values,
                pair=pair,
            )
            found = reader.alteration()
            if found is not None:
                yield found


def _told_of(reader: "_Pair") -> Iterator[Alteration]:
    """What becomes of a block, and of those of its instances that differ in what they take from their keys."""
    rekeyed = reader.moves.rekeys(_address(reader.pair))
    parts = repeated(reader.folder, reader.pair, rekeyed=rekeyed)
    whole = reader.pair if parts is None else parts.whole
    reader_of_all = None if whole is None else replace(reader, pair=whole)
    found = None if reader_of_all is None else reader_of_all.alteration()
    if reader_of_all is not None and found is not None:
        yield replace(reader_of_all.looked_up(found), rekeyed=rekeyed)
        if found.change.reason == _OTHERWISE_REPEATED and reader.new is not None:
            yield reader.made_instead(reader.new)
    for each in parts.instances if parts is not None else ():
        of_one = replace(reader, pair=each.pair)
        made = of_one.alteration()
        if made is not None:
            yield each.named(of_one.looked_up(made))


def _address(pair: Pair) -> str:
    """What a block was called within its folder, as moves have it."""
    shown = pair.old or pair.new
    if shown is None:
        return ""
    return f"module.{shown.block.name}" if shown.block.type == "module" else shown.block.name


def with_documents(alterations: Iterable[Alteration]) -> Iterator[Alteration]:
    """The same, each policy that was written out and is now a document's compared with that document, and the document with nothing.

    A document that no such resource takes is compared with what it was itself.
    """
    found = list(alterations)
    known = {
        (each.folder, each.change.module, each.change.name): each.change
        for each in found
        if each.change.is_data and each.change.type == DOCUMENT
    }
    taken = set()
    for index, each in enumerate(found if known else ()):
        documents = {}
        for argument in POLICY_ARGUMENTS:
            named = _document_in(each.change.after.get(argument))
            is_written = isinstance(each.change.before.get(argument), str | dict) or _is_template(
                each.change.before.get(argument)
            )
            document = known.get((each.folder, each.change.module, named))
            if document is not None and is_written:
                documents[argument] = document
                taken.add(id(document))
        if documents:
            found[index] = replace(each, documents=documents)
    yield from (each for each in found if id(each.change) not in taken)


def _document_in(value: object) -> str:
    """The name of the document whose text an argument is; empty where it is none's."""
    named = _DOCUMENT_TEXT.fullmatch(value.text) if isinstance(value, Expression) else None
    return named[1] if named else ""


def _is_template(value: object) -> bool:
    return isinstance(value, Expression) and value.is_template


def _moved(pair: Pair, folder: Folder, *, moves: Moves) -> Pair | None:
    """A block with what it became under another name; None for that name's own pair, which is told there."""
    if pair.old is not None and pair.new is None:
        target = moves.moved.get(pair.old.block.name, "")
        new = folder.near(("resource", tuple(target.split(".")), ""), Side.HEAD)
        if new is not None and folder.near(("resource", new.block.labels, ""), Side.BASE) is None:
            return folder.pair(pair.old, new)
    elif pair.old is None and pair.new is not None and pair.new.block.name in moves.moved.values():
        sources = [name for name, target in moves.moved.items() if target == pair.new.block.name]
        there = (folder.near(("resource", tuple(name.split(".")), ""), Side.BASE) for name in sources)
        return None if any(there) else pair
    return pair


class _Pair(Struct, frozen=True, kw_only=True):
    """A block as it was and as it is, with what its folder and the others say."""

    folder: Folder
    moves: Moves
    callers: Callers
    elsewhere: Mapping[str, str]
    likenesses: Likenesses
    values: Mapping[str, Remade]
    """What its folder makes at random, and makes anew."""
    pair: Pair

    @property
    def old(self) -> Declared | None:
        return self.pair.old

    @property
    def new(self) -> Declared | None:
        return self.pair.new

    def alteration(self) -> Alteration | None:
        shown = self.new or self.old
        if shown is None or len(shown.block.labels) != _LABELS.get(shown.block.type):
            return None
        if shown.block.type == "module":
            return self._made(shown, action=Action.UPDATE) if self.old and self.new else None
        if shown.block.type == "data":
            return self._made(shown, action=Action.READ)
        return self._of_resource()

    def made_instead(self, new: Declared) -> Alteration:
        """What is made in the place of what goes for being repeated otherwise: as new, it is as its block says."""
        return self._made(new, action=Action.CREATE)

    def looked_up(self, found: Alteration) -> Alteration:
        """The same with what other files say of it: who names it, and what its switches are wherever it is used."""
        change = found.change
        if self.old is not None and change.ends and not change.is_data:
            switch = EMPTY_FIRST.get(change.type, "")
            value = self._written(self.old, Side.BASE).get(switch)
            if isinstance(value, Expression):
                is_never = is_off(self.folder, value, side=Side.BASE)
                is_never = is_never or is_off_in_production(self.folder, value, side=Side.BASE)
                settled = False if is_never else value
                found = replace(found, change=replace(change, before={**change.before, switch: settled}))
            if argument := spares_production(self.folder, self.old, side=Side.BASE):
                note = f"it was made only where `{argument}` says so, which production's does not"
                found = replace(found, note="; ".join(filter(None, (found.note, note))), confidence=Confidence.LOW)
            if change.action is Action.DELETE:
                found = with_readers(found, self.old, folder=self.folder)
                found = self._with_rest(with_attachment(found, self.old, folder=self.folder), self.old)
        elif self.new is not None and "provisioner" in self.new.block.values and "count" in self.new.block.values:
            count = self._written(self.new, Side.HEAD).get("count")
            found = replace(found, is_off=is_off(self.folder, count, side=Side.HEAD))
        return found

    def _with_rest(self, found: Alteration, old: Declared) -> Alteration:
        """The same with what is still there once it is gone."""
        rest = outlasting(found.change.type, old, folder=self.folder)
        return found if rest is None else replace(found, outlives=rest.words, is_kept=rest.is_whole)

    def _written(self, declared: Declared, side: Side) -> Mapping[str, Any]:
        """What a block says, as it is written: nothing filled in."""
        found = self.folder.near((declared.block.type, declared.block.labels, ""), side)
        return (found or declared).block.values

    def _of_resource(self) -> Alteration | None:
        if self.old is not None and self.new is not None:
            return None if self._is_broken_off(self.new) else self._kept(self.old, self.new)
        if self.old is not None:
            is_nothing = makes_none(self.old.block.values) or self.old.path in self.folder.broken
            return None if is_nothing else self._gone(self.old)
        if self.new is None:
            return None
        name = self.new.block.name
        is_there = self.moves.is_old(name) or self.callers.all_had(self.folder, name)
        return None if is_there else self._made(self.new, action=Action.CREATE)

    def _is_broken_off(self, new: Declared) -> bool:
        """Whether a block holds lines that cannot be read since the change: that is told once, of its file."""
        lines = self.folder.broken.get(new.path, ())
        return any(new.block.line <= last and first <= new.block.end_line for first, last in lines)

    def _gone(self, old: Declared) -> Alteration | None:
        name = old.block.name
        is_kept = self.callers.all_keep(self.folder, name)
        if name in self.moves.moved or (is_kept and self.folder.is_emptied):
            return None  # what leaves the state with its whole module is told of the call
        taker = self.elsewhere.get(name, self.folder.path)
        if name in self.moves.forgotten or is_kept:
            is_taken = taker != self.folder.path
            note = f"it is declared in `{taker or '.'}` from now on" if is_taken else ""
            confidence = Confidence.LOW if is_taken else Confidence.MEDIUM
            return self._made(old, action=Action.FORGET, confidence=confidence, note=note)
        if self.folder.is_emptied:
            return self._made(
                old,
                action=Action.DELETE,
                confidence=Confidence.LOW,
                note="every file of its folder that changed is removed: either it was destroyed before, or nothing manages it any more",
            )
        if self.folder.is_damaged:
            note = "a file of its folder cannot be read whole, and may declare it"
            return self._made(old, action=Action.DELETE, confidence=Confidence.LOW, note=note)
        if self.pair.cause is None and name in self.moves.gone_astray:
            return self._made(old, action=Action.DELETE, reason="delete_because_no_move_target")
        note = ""
        if taker != self.folder.path:
            note = (
                f"it is declared anew in `{taker or '.'}`: that makes another one, unless its state is moved there too"
            )
        elif (renamed := self.likenesses.of(old)) is not None:
            note = f"`{renamed}` is declared as it was, and no `moved` block says that it is the same: that makes another one"
        return self._made(old, action=Action.DELETE, reason="delete_because_no_resource_config", note=note)

    def _kept(self, old: Declared, new: Declared) -> Alteration | None:
        was, now = old.block.values, new.block.values
        if makes_none(old.block.values):
            return self._made(new, action=Action.CREATE)
        if makes_none(new.block.values):
            return self._made(new, action=Action.DELETE, reason="delete_because_count_index")
        if "count" in now and not {"count", "for_each"} & was.keys():
            written = self._written(new, Side.HEAD).get("count")
            where = off_where(self.folder, written) if isinstance(written, Expression) else ""
            if where:
                note = f"`{where}` uses its folder so that its `count` is 0"
                return self._made(new, action=Action.DELETE, reason="delete_because_count_index", note=note)
        if (
            "for_each" in {*was, *now}
            and ("for_each" in was) != ("for_each" in now)
            and old.block.name not in {*self.moves.moved, *self.moves.rekeyed}
            and not self.callers.all_rekey(self.folder, old.block.name)
        ):
            return self._made(new, action=Action.DELETE, reason=_OTHERWISE_REPEATED)
        return self._altered(new, was=was, now=now)

    def _altered(self, new: Declared, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> Alteration:
        """What becomes of one that is declared as often as before: another one is made, or it is altered in place."""
        forced, confidence = forcing(new.block.labels[0], was=was, now=now)
        paths = [path for path in forced if not self._is_same(at(was, path), at(now, path))]
        if not paths:
            paths, confidence = shrinking(new.block.labels[0], was=was, now=now), Confidence.MEDIUM
        if paths:
            found = self._made(
                new,
                action=Action.REPLACE,
                confidence=confidence,
                reason="replace_because_cannot_update",
                note=_provider_turn(was, now),
            )
            return replace(found, change=replace(found.change, forced_by=tuple(paths), creates_first=_is_first(now)))
        if (other := another(self.folder, new, was=was, values=self.values)) is not None:
            return self._anew(new, other)
        kind = kind_of(new.block.labels[0])
        if kind is not None and kind.is_irreversible and (by := fired(self.folder, now)):
            note = f"`{by}` is otherwise now"
            return self._made(new, action=Action.REPLACE, reason="replace_by_triggers", note=note)
        found = self._made(new, action=Action.UPDATE)
        return replace(found, pauses=pauses_of(found.change))

    def _anew(self, new: Declared, other: Another) -> Alteration:
        """One of which another is made for what is not written in its own arguments."""
        found = self._made(
            new, action=Action.REPLACE, confidence=other.confidence, reason=other.reason, note=other.note
        )
        change = replace(found.change, forced_by=other.paths, creates_first=_is_first(new.block.values))
        return replace(found, change=change, place=other.place, lines=())

    def _is_same(self, was: object, now: object) -> bool:
        """Whether two values are one, where one takes it from what another resource says; or what is now is none at all."""
        if not any(isinstance(each, Expression) for each in (was, now)):
            return False
        if self.folder.scopes[1].is_endless(now):
            return True
        before, after = self._said(was, Side.BASE), self._said(now, Side.HEAD)
        return before is not None and before == after

    def _said(self, value: object, side: Side) -> object:
        """What a reference to an argument of another resource says; the value itself where it is none."""
        found = _ARGUMENT.fullmatch(value.text) if isinstance(value, Expression) else None
        declared = self.folder.resource((found[1], found[2]), side) if found else None
        if declared is None or found is None or found[3] not in declared.block.values:
            return value
        return self.folder.scopes[side is Side.HEAD].filled({"": declared.block.values[found[3]]})[""]

    def _made(
        self,
        shown: Declared,
        *,
        action: Action,
        confidence: Confidence = Confidence.MEDIUM,
        note: str = "",
        reason: str = "",
    ) -> Alteration:
        block = shown.block
        kind, name = (block.type, *block.labels)[-2:]
        is_data = block.type == "data"
        address = f"data.{kind}.{name}" if is_data else f"{kind}.{name}"
        cause = self.pair.cause
        change = ResourceChange(
            address=f"{self.folder.module}{address}",
            type=kind,
            name=name,
            module=self.folder.module.rstrip("."),
            action=action,
            is_data=is_data,
            before=self._before(action),
            after=self._after(action),
            reason=reason,
        )
        return Alteration(
            change=change,
            place=cause or (shown.place if action in (Action.DELETE, Action.FORGET) else shown.at(block.line)),
            is_planned=False,
            folder=self.folder.path,
            by=self.pair.by,
            causes=self._causes(),
            is_prevented=self.new is not None and prevents_destroy(self.new.block.values),
            known=_module_kind(block) if block.type == "module" else None,
            confidence=confidence,
            note=note or (f"by `{self.pair.by}`, which is set otherwise" if cause is not None else ""),
            lines=() if cause is not None else tuple(block.lines.items()),
        )

    def _causes(self) -> Mapping[str, tuple[str, Place]]:
        """The names that make single arguments differ, where these are others than the first of the block."""
        if self.pair.cause is None or self.old is None or self.new is None:
            return {}
        was, now = self.old.block.values, self.new.block.values
        written = self._written(self.old, Side.BASE)
        found = {}
        for name in written.keys() & (was.keys() | now.keys()):
            if was.get(name) != now.get(name):
                by, place = self.folder.cause_of({name: written[name]})
                if place is not None and by != self.pair.by:
                    found[name] = (by, place)
        return found

    def _before(self, action: Action) -> Mapping[str, Any]:
        """What it said before; not of what `ignore_changes` passed over and passes over no more: that may have been anything."""
        if self.old is None:
            return {}
        was = self.old.block.values
        if self.new is None or action is not Action.UPDATE:
            return was
        before, after = ignored(was, is_whole=True), ignored(self.new.block.values)
        if after is None or before == set():
            return was
        names = (was.keys() - META if before is None else before) - after
        return {name: value for name, value in was.items() if name not in names}

    def _after(self, action: Action) -> Mapping[str, Any]:
        """What it says from then on; what `ignore_changes` names stays as it was in what is altered in place."""
        if self.new is None or action is Action.DELETE:
            return {}
        now = self.new.block.values
        passed_over = ignored(now, is_whole=True)
        if self.old is None or action is not Action.UPDATE or passed_over == set():
            return now
        was = self.old.block.values
        if _may_make_another(self.new.block.labels[0], was=was, now=now, passed_over=passed_over):
            return now
        names = (now.keys() | was.keys()) - META if passed_over is None else passed_over
        return {name: value for name, value in now.items() if name not in names} | {
            name: was[name] for name in names & was.keys()
        }


def _is_first(values: Mapping[str, Any]) -> bool:
    return any(plain(each.get("create_before_destroy")) is True for each in nested(values, "lifecycle"))


def _may_make_another(
    kind: str, *, was: Mapping[str, Any], now: Mapping[str, Any], passed_over: set[str] | None
) -> bool:
    """Whether what else is changed may make another one, whole or besides: nothing that its block says is passed over there."""
    if any(each.get("replace_triggered_by") for each in nested(now, "lifecycle")):
        return True
    others = {name for name in now.keys() | was.keys() if was.get(name) != now.get(name)}
    if others & _MAKES_ANOTHER:
        return True
    known = kind_of(kind)
    is_told = known is not None and bool(known.forces)  # what of it cannot be changed in place was asked before
    return passed_over is not None and not is_told and not others <= passed_over | META


def _module_kind(block: Block) -> Kind | None:
    """What a call of a module of the public registry makes, as one thing."""
    source = block.values.get("source")
    held = module_holds(source) if isinstance(source, str) else None
    return Kind(type="module", holds=held, source="") if held is not None else None


def _provider_turn(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """That another configuration of a provider acts from now on, in words; empty where it is the same."""
    before, after = (each.get("provider") for each in (was, now))
    if before == after:
        return ""
    named = ["the usual one" if each is None else f"`{_text(each)}`" for each in (before, after)]
    return f"its `provider` goes from {named[0]} to {named[1]}, which may act on another account or region"


def _text(value: object) -> str:
    return value.text if isinstance(value, Expression) else str(value)
