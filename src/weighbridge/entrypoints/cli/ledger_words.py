"""What is said of a ledger: in blocks for people, and as JSON for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from weighbridge.app.verify_ledger import ShownEntry, Verified
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import count


def verified_blocks(found: Verified) -> Iterator[Block]:
    """What a verification came to: entries, writers, anchors, and what could not be looked at."""
    ledger, looked = found.ledger, found.examination
    yield Paragraph(text=f"{ledger.place}: {ledger.checkpoint.words}, of {ledger.checkpoint.origin}")
    writers = ", ".join(f"{each.key.name} ({each.key.keyid})" for each in ledger.signatures)
    yield Paragraph(text=f"The newest checkpoint is signed by {writers}.")
    yield Paragraph(text=f"{looked.words}.")
    for anchor in found.anchors.found:
        yield Paragraph(text=f"It holds what is anchored in {anchor.place}.")
    for notice in ledger.notices:
        yield Paragraph(text=f"{_capital(notice.words)}.", style="warn")
    if looked.backwards.count:
        yield Paragraph(
            text=f"{count(looked.backwards.count, 'statement')} state a time before an earlier one by the same signer, "
            f"entry {looked.backwards.index} by {looked.backwards.by}: a clock went back, or somebody says so.",
            style="warn",
        )
    for doubt in looked.doubts:
        yield Paragraph(text=f"Entry {doubt.index}: {doubt.words}.", style="bad")
    for missing in found.anchors.missing:
        yield Paragraph(text=_could_not(missing), style="bad")
    if looked.unchecked:
        yield Paragraph(
            text=f"Could not look: {count(looked.unchecked, 'signature')} cannot be checked here.", style="bad"
        )


def verified_as_json(found: Verified) -> str:
    """The same for programs."""
    ledger, looked = found.ledger, found.examination
    said = {
        "place": ledger.place,
        "origin": ledger.checkpoint.origin,
        "size": ledger.checkpoint.size,
        "root": ledger.checkpoint.root.hex(),
        "signedBy": [
            {"key": str(each.key)}
            | ({} if each.at is None else {"at": datetime.fromtimestamp(each.at, UTC).isoformat()})
            for each in ledger.signatures
        ],
        "anchors": [anchor.place for anchor in found.anchors.found],
        "couldNotLook": [msgspec.to_builtins(missing) for missing in found.anchors.missing],
        "notices": [msgspec.to_builtins(notice) for notice in ledger.notices],
        "examination": msgspec.to_builtins(looked),
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def entry_blocks(shown: Sequence[ShownEntry]) -> Iterator[Block]:
    """A table of entries."""
    if not shown:
        yield Paragraph(text="The ledger has no entries yet.")
        return
    rows = tuple((str(each.index), _when(each.at), each.kind, ", ".join(each.signers), _about(each)) for each in shown)
    yield Table(head=("entry", "stated time", "what", "signed by", "about"), rows=rows)


def entries_as_json(shown: Iterable[ShownEntry]) -> str:
    """The same for programs, whole."""
    entries = [
        {
            "index": each.index,
            "kind": each.kind,
            "at": each.at,
            "signers": list(each.signers),
            "predicate": each.predicate,
            "personal": each.personal,
            "erased": each.is_erased,
            **({"problem": each.problem} if each.problem else {}),
        }
        for each in shown
    ]
    return json.dumps(entries, indent=2, ensure_ascii=True) + "\n"


def _when(stated: str) -> str:
    return stated[:16].replace("T", " ")


def _about(each: ShownEntry) -> str:
    return "; ".join(filter(None, (each.about, _of_people(each))))


def _of_people(each: ShownEntry) -> str:
    if each.problem or each.personal is None:
        return each.problem
    told = (f"{name}: {value}" for name, value in sorted(each.personal.items()))
    return "what it says of people was erased" if each.is_erased else "; ".join(told)


def _could_not(missing: CouldNotLook) -> str:
    return f"Could not look ({missing.reason}): {missing.detail}. {missing.remedy}".rstrip(". ") + "."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
