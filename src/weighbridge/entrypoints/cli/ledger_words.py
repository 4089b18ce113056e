"""What is said of a ledger: in blocks for people, and as JSON for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from weighbridge.app.said_in_entries import verdict_or_kind
from weighbridge.app.verify_ledger import ShownEntry, Verified
from weighbridge.app.witness_ledger import Signed
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import count

_STRAY: Final = (
    "Could not look: {count} beside the ledger may be of an entry that was not fetched, or of none. `weighbridge ledger sync`"
    " brings the entry; what is left after that, `weighbridge ledger erase --stray` takes away."
)
_KEY_ID: Final = len("SHA256:") + 8


def verified_blocks(found: Verified) -> Iterator[Block]:
    """What a verification came to: entries, writers, anchors, and what could not be looked at."""
    ledger, looked = found.ledger, found.examination
    yield Paragraph(text=f"{ledger.place}: {ledger.checkpoint.words}, of {ledger.checkpoint.origin}")
    writers = (
        ", ".join(f"{each.key.name} ({each.key.keyid})" for each in ledger.signatures) or "nobody who is trusted now"
    )
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
    if looked.texts and looked.texts.stray:
        yield Paragraph(text=f"{_STRAY.format(count=count(looked.texts.stray, 'text'))}", style="bad")


def verified_as_json(found: Verified) -> str:
    """The same for programs."""
    ledger, looked = found.ledger, found.examination
    said = {
        "place": ledger.place,
        "origin": ledger.checkpoint.origin,
        "size": ledger.checkpoint.size,
        "root": ledger.checkpoint.root.hex(),
        "signedBy": [
            {"key": str(each.key)} | ({} if each.at is None else {"at": _moment(each.at)}) for each in ledger.signatures
        ],
        "witnesses": [
            {"key": str(each.witness), "size": each.checkpoint.size, "at": _moment(each.at)}
            for each in ledger.witnessed.by
        ],
        "anchored": ledger.anchored,
        "anchors": [anchor.place for anchor in found.anchors.found],
        "couldNotLook": [msgspec.to_builtins(missing) for missing in found.anchors.missing],
        "notices": [msgspec.to_builtins(notice) for notice in ledger.notices],
        "examination": msgspec.to_builtins(looked),
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def witnesses_said(done: Signed) -> str:
    """Who signed, and how far that reaches."""
    names = ", ".join(each.witness.name for each in done.by) or "no witness"
    if done.is_enough:
        return f"signed by {names}"
    wanted = f", and {done.quorum} are asked for" if done.quorum > 1 else ""
    reach = f"; as many signed its first {done.witnessed.reach:,} entries" if done.witnessed.reach else ""
    return f"signed by {names}{wanted}{reach}"


def _moment(at: int) -> str:
    """When, as programs read it; the number of seconds where there is no such day."""
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return str(at)


def entry_blocks(shown: Sequence[ShownEntry]) -> Iterator[Block]:
    """A table of entries."""
    if not shown:
        yield Paragraph(text="The ledger has no entries yet.")
        return
    rows = tuple(
        (str(each.index), _when(each.at), verdict_or_kind(each.kind, each.predicate), _who_and_what(each))
        for each in shown
    )
    yield Table(head=("entry", "stated time", "what", "signed by, and about"), rows=rows)


def entries_as_json(shown: Iterable[ShownEntry]) -> str:
    """The same for programs, whole."""
    entries = [
        {
            "index": each.index,
            "kind": each.kind,
            "at": each.at,
            "signers": list(each.signers),
            "by": list(each.by),
            "what": verdict_or_kind(each.kind, each.predicate),
            "said": each.said,
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


def _who_and_what(each: ShownEntry) -> str:
    signers = zip(each.signers, each.by, strict=True)
    who = ", ".join(f"{name} ({_short(keyid)})" if name else _short(keyid) for keyid, name in signers)
    what = "; ".join(filter(None, (each.said, each.about, _of_people(each))))
    return f"{who}: {what}" if who and what else who or what


def _short(keyid: str) -> str:
    """As much of a key's id as tells it from others, and is enough to revoke it by."""
    return keyid[:_KEY_ID]


def _of_people(each: ShownEntry) -> str:
    if each.problem or each.personal is None:
        return each.problem
    if each.is_erased:
        return "what it says of people was erased"
    return "; ".join(_told(name, value) for name, value in sorted(each.personal.items()))


def _told(name: str, value: str) -> str:
    """One thing that is said of people; a document is not poured out."""
    return f"text of {count(len(value.split()), 'word')}" if name == "text" else f"{name}: {value}"


def _could_not(missing: CouldNotLook) -> str:
    return f"Could not look ({missing.reason}): {missing.detail}. {missing.remedy}".rstrip(". ") + "."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
