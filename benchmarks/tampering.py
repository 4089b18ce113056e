"""What a hostile hand does to a ledger's files: `python -m benchmarks.tampering --trials 10000` tries it, and keeps the count.

Each trial takes an export whose newest checkpoint is anchored elsewhere, changes it in one of the ways below, and reads it.
The hand may hold the writer's own key: what it signs anew is found by the anchor. Texts of people lie beside every third entry;
that one of them is gone is no change to be found, for whom it names may have it erased.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from scripts.write_status import Row
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, Key, additions, said_of_people, text

from benchmarks.measuring import keep
from weighbridge.ledger.append import append
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import CHECKPOINT, PERSONAL
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.personal import personal_path
from weighbridge.ledger.texts import refuse_altered
from weighbridge.ledger.tiles import ENTRIES, WIDTH, RightEdge, pack, tile_path, unpack
from weighbridge.ledger.trusted_ledger import Anchor, read_ledger

ELSEWHERE: Final = "the anchor"
_TEXT_EVERY: Final = 3
SIZES: Final = (1, 2, 7, 255, 256, 257, 300, 513)


class Export(Struct, frozen=True, kw_only=True):
    """A whole ledger, what it was half-way, another ledger by the same writer, and the anchor of the newest head."""

    files: Mapping[str, bytes]
    earlier: Mapping[str, bytes]
    other: Mapping[str, bytes]

    @property
    def whole(self) -> dict[str, bytes]:
        """The files, and the anchor among them."""
        return {**self.files, ELSEWHERE: self.files[CHECKPOINT]}


def export_of(size: int) -> Export:
    """An export of so many entries."""
    earlier = said_in(Files(), range(size // 2))
    whole = said_in(earlier.copy(), range(size // 2, size))
    other = said_in(Files(), range(9_999, 9_999 + size))
    return Export(files=whole.proven, earlier=earlier.proven, other=other.proven)


def said_in(files: Files, numbers: range) -> Files:
    """The ledger with these statements appended, every third of which says something of people."""
    added = [
        addition
        for number in numbers
        for addition in (additions([number]) if number % _TEXT_EVERY else [said_of_people(number)])
    ]
    if added:
        append(files, added, writer=WRITER, trust=TRUST)
    return files


def is_detected(files: Mapping[str, bytes]) -> str | None:
    """The sentence that says what is wrong, None where nothing is found wrong. Whatever else escapes is a bug."""
    held = dict(files)
    anchors = [Anchor(place="refs/heads/anchors", note=held.pop(ELSEWHERE, b""))]
    try:
        found = read_ledger(Files(held), TRUST, anchors=anchors)
        if found is not None:
            refuse_altered(found, Files(held))
    except LedgerError as error:
        return str(error)
    return None


Way = Callable[[random.Random, Export], dict[str, bytes]]


def flip_a_bit(chance: random.Random, export: Export) -> dict[str, bytes]:
    """One bit, anywhere, the anchor too."""
    files = export.whole
    name = chance.choice(sorted(files))
    data = bytearray(files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return {**files, name: bytes(data)}


def cut_within(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Bytes are cut out of a file."""
    files = export.whole
    name = chance.choice(sorted(files))
    begin = chance.randrange(len(files[name]))
    return {**files, name: files[name][:begin] + files[name][chance.randint(begin + 1, len(files[name])) :]}


def put_within(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Bytes are put into a file."""
    files = export.whole
    name = chance.choice(sorted(files))
    at = chance.randint(0, len(files[name]))
    return {**files, name: files[name][:at] + chance.randbytes(chance.randint(1, 80)) + files[name][at:]}


def write_over(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Bytes of a file are written over."""
    files = export.whole
    name = chance.choice(sorted(files))
    at, new = chance.randrange(len(files[name])), chance.randbytes(chance.randint(1, 200))
    return {**files, name: files[name][:at] + new + files[name][at + len(new) :]}


def remove_a_file(chance: random.Random, export: Export) -> dict[str, bytes]:
    """A file goes, and no text of people; of the checkpoint's own going, the anchor tells."""
    files = export.whole
    del files[chance.choice([name for name in sorted(files) if name != ELSEWHERE and not name.startswith(PERSONAL)])]
    return files


def exchange_files(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Two files change places."""
    files = export.whole
    one, two = chance.sample(sorted(files), 2)
    return {**files, one: files[two], two: files[one]}


def splice_another(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Files of another ledger by the same writer take the places of some of this one."""
    taken = chance.sample(sorted(export.other), chance.randint(1, len(export.other)))
    return {**export.whole, **{name: export.other[name] for name in taken}}


def roll_back(_chance: random.Random, export: Export) -> dict[str, bytes]:
    """Everything is as it once was."""
    return {**export.earlier, ELSEWHERE: export.files[CHECKPOINT]}


def roll_back_some(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Some files are as they once were, and some of the newest are gone."""
    files = export.whole
    for name in sorted(set(export.files) | set(export.earlier)):
        if chance.random() < 0.5:
            files.pop(name, None)
            if name in export.earlier:
                files[name] = export.earlier[name]
    return files


def reorder_in_place(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Two entries change places in their bundle, and nothing else does."""
    files = export.whole
    name = chance.choice([name for name in sorted(files) if name.startswith(f"tile/{ENTRIES}/")])
    entries = unpack(files[name], name=name)
    if len(entries) > 1:
        one, two = chance.sample(range(len(entries)), 2)
        entries[one], entries[two] = entries[two], entries[one]
    return {**files, name: pack(entries)}


def rewrite(chance: random.Random, export: Export, *, key: Key = WRITER) -> dict[str, bytes]:
    """The whole ledger is made anew, every tile and the checkpoint with the writer's own key, and differs in its entries."""
    before = _entries(export.files)
    entries = before
    while entries[: len(before)] == before:  # more at the end would be an append
        entries = _otherwise(chance, before, other=_entries(export.other))
    return {**made_of(entries, key=key), ELSEWHERE: export.files[CHECKPOINT]}


def _otherwise(chance: random.Random, before: Sequence[bytes], *, other: Sequence[bytes]) -> list[bytes]:
    """The entries with one changed, removed, doubled, exchanged with another, or of another ledger."""
    entries, at = list(before), chance.randrange(len(before))
    one = chance.randrange(len(before))
    match chance.randrange(5):
        case 0:
            entries[at] = entries[at].replace(b'"keyid"', b' "keyid"')
        case 1:
            del entries[at]
        case 2:
            entries.insert(at, entries[one])
        case 3:
            entries[one], entries[at] = entries[at], entries[one]
        case _:
            entries[at] = other[at]
    return entries


def rewrite_as_stranger(chance: random.Random, export: Export) -> dict[str, bytes]:
    """The same by somebody without the key, who goes by the same name."""
    return rewrite(chance, export, key=Key(WRITER.verifier.name, seed=99))


def cut_short(chance: random.Random, export: Export) -> dict[str, bytes]:
    """The newest entries go, and the writer's key signs what is left."""
    entries = _entries(export.files)
    return {**made_of(entries[: chance.randrange(len(entries))], key=WRITER), ELSEWHERE: export.files[CHECKPOINT]}


def rewrite_a_text(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Somebody said something else, in the right form and under the salt that stood there."""
    files = export.whole
    name = chance.choice(_texts(files))
    return {**files, name: files[name].replace(b"Ada", chance.choice((b"Eve", b"Ad", b"", "Äda".encode())))}


def exchange_texts(chance: random.Random, export: Export) -> dict[str, bytes]:
    """Two entries have each other's texts, or one has another's too."""
    files = export.whole
    one, two = chance.choices(_texts(files), k=2)
    return {**files, one: files[two]} | ({two: files[one]} if chance.random() < 0.5 else {})


def add_a_text(chance: random.Random, export: Export) -> dict[str, bytes]:
    """A text in the right form for an entry that commits to none, for none that there is, or under a name that is no hash."""
    files = export.whole
    bare = [path for path in map(personal_path, map(leaf_hash, _entries(export.files))) if path not in files]
    place = chance.choice(
        (*bare[:1], personal_path(chance.randbytes(32)), f"{PERSONAL}ada", chance.choice(_texts(files)) + "0")
    )
    return {**files, place: bytes(text(chance.randrange(99), "Eve read it"))}


def _texts(files: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith(PERSONAL))


WAYS: Final[Sequence[Way]] = (
    flip_a_bit,
    cut_within,
    put_within,
    write_over,
    remove_a_file,
    exchange_files,
    splice_another,
    roll_back,
    roll_back_some,
    reorder_in_place,
    rewrite,
    rewrite_as_stranger,
    cut_short,
    rewrite_a_text,
    exchange_texts,
    add_a_text,
)


def made_of(entries: Sequence[bytes], *, key: Key) -> dict[str, bytes]:
    """All files of a ledger of these entries, whoever signs it."""
    growth = RightEdge().grown(b"".join(map(leaf_hash, entries)))
    checkpoint = Checkpoint(origin=ORIGIN, size=growth.edge.size, root=growth.edge.root)
    files = {CHECKPOINT: bytes(sign_note(checkpoint.text, key))}
    files |= {name: data for name, data in growth.files(RightEdge()) if data is not None}
    for at in range(0, len(entries), WIDTH):
        part = entries[at : at + WIDTH]
        files[tile_path(ENTRIES, at // WIDTH, width=len(part))] = pack(part)
    return files


def _entries(files: Mapping[str, bytes]) -> list[bytes]:
    ledger = read_ledger(Files(files), TRUST)
    return [entry.envelope for entry in ledger.entries()] if ledger else []


def changes_nothing(files: Mapping[str, bytes], whole: Mapping[str, bytes]) -> bool:
    """Whether all that differs is a file that nobody reads, or a text of people that is gone."""
    differing = {name for name in files.keys() | whole.keys() if files.get(name) != whole.get(name)}
    changed = differing & files.keys() & whole.keys()
    return not changed and all(name.startswith(PERSONAL) == (name in whole) for name in differing)


class Trial(Struct, frozen=True, kw_only=True):
    """What was done, and the sentence that said so; None where nothing was found wrong."""

    way: str
    size: int
    files: Mapping[str, bytes]
    told: str | None


def trials(count: int, *, seed: int, sizes: Sequence[int] = SIZES) -> Iterator[Trial]:
    """So many changed exports, each by the next way; what changed nothing is tried again."""
    chance = random.Random(seed)  # noqa: S311 - trials that can be repeated, no secret
    exports = {size: export_of(size) for size in sizes}
    done = 0
    while done < count:
        size, way = chance.choice(sizes), WAYS[done % len(WAYS)]
        files = way(chance, exports[size])
        if changes_nothing(files, exports[size].whole):
            continue
        yield Trial(way=way.__name__.replace("_", " "), size=size, files=files, told=is_detected(files))
        done += 1


def rows(found: Sequence[Trial]) -> Iterator[Row]:
    """The share that was found out, in all and by the way it was done."""
    tried, told = Counter(each.way for each in found), Counter(each.way for each in found if each.told)
    yield Row(
        item="changed exports that were found out",
        figure=round(100 * sum(told.values()) / len(found), 4),
        unit="%",
        goal=100,
        more_is_better=True,
        note=f"{sum(told.values()):,} of {len(found):,}, of {', '.join(map(str, SIZES))} entries",
    )
    for way, count in tried.items():
        yield Row(item=f"found out: {way}", figure=told[way], unit=f"of {count}", note="")


def main(arguments: Sequence[str] | None = None) -> None:
    """Try, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    found = list(trials(asked.trials, seed=asked.seed))
    for each in found:
        if each.told is None:
            print(f"NOT FOUND OUT: {each.way}, {each.size} entries")
    keep("ledger-tampering", rows(found), command=f"python -m benchmarks.tampering --trials {asked.trials}")


if __name__ == "__main__":
    main()
