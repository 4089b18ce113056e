"""Writes the generated pages of `docs/reference`: documents that people write, commands, and rules."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scripts.command_pages import command_page
from scripts.document_pages import documents_page
from scripts.ledger_pages import ledger_predicates_page
from scripts.policy_document_page import policy_document_page
from scripts.rule_pages import rule_pages

from weighbridge.landscape.documents.shapes import Choice, Flag, Key, Listing, Named, Record, Shape, Text, Whole
from weighbridge.landscape.system_file import SYSTEM_SHAPE
from weighbridge.ledger.settings_file import LEDGER_SHAPE
from weighbridge.policy.reading.reset import RESET_SHAPE
from weighbridge.policy.reading.shape import POLICY_SHAPE
from weighbridge.policy.trials.shape import TRIALS_SHAPE
from weighbridge.provenance.settings_file import PROVENANCE_SHAPE

REFERENCE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTICE: Final = "Written by `make docs`; the words come from the code that checks the file."
DOCUMENTS: Final[Mapping[str, tuple[str, str, Record]]] = {
    "system-yaml.md": (
        "`.weighbridge/system.yaml`",
        (
            "What a system consists of, who answers for it, and who may lean on whom. Everything in it is optional but the"
            " version: what is not said is inferred, and shown with the reason."
            " Its form as a schema: [system.schema.json](schemas/system.schema.json)."
        ),
        SYSTEM_SHAPE,
    ),
    "policy-yaml.md": (
        "`.weighbridge/policy.yaml`",
        (
            "What a change needs before it passes, and who may say so. It is read where the author of a change cannot reach: on"
            " the protected branch, over the organisation's and a shipped pack."
            " [Write a policy](../how-to/write-a-policy.md) fills it in step by step; [conditions](policy-conditions.md) says what"
            " stands under `when`, [the gate](../explanation/gate.md) what comes of it."
            " Its form as a schema: [policy.schema.json](schemas/policy.schema.json)."
        ),
        POLICY_SHAPE,
    ),
    "policy-tests.md": (
        "`.weighbridge/policy.test.yaml`",
        (
            "Changes that were written down in short, and what the policy should say of them: `weighbridge policy test` asks it."
            " Everything but the name and what is expected may be left out. The names are those of"
            " [the policy's document](policy-document.md); what is worked out of them (`level`, `risk.signs`, `criticality`, …) is"
            " not written down. Where a list holds records, a text alone stands for the record's first key:"
            " `surfaces: authentication`, `approvals: [ana@example.org]`."
            " Its form as a schema: [policy-test.schema.json](schemas/policy-test.schema.json)."
        ),
        TRIALS_SHAPE,
    ),
    "provenance-yaml.md": (
        "`.weighbridge/provenance.yaml`",
        (
            "Marks of agents beyond the known ones, and the rule of disclosure."
            " Its form as a schema: [provenance.schema.json](schemas/provenance.schema.json)."
        ),
        PROVENANCE_SHAPE,
    ),
    "reset-yaml.md": (
        "`.weighbridge/reset.yaml`",
        (
            "A time in which changes of what the business leans on most take two people, documents and every check."
            " `weighbridge reset start` writes it; it holds once it is on the protected branch, or comes from the organisation."
            " [Run a reset](../how-to/run-a-reset.md) goes through one."
            " Its form as a schema: [reset.schema.json](schemas/reset.schema.json)."
        ),
        RESET_SHAPE,
    ),
    "ledger-yaml.md": (
        "`.weighbridge/ledger.yaml`",
        (
            "Which ledger is this repository's, who may append to it, and where checkpoints of it are kept that it must hold"
            " to. It is read where the author of a change cannot reach: on the protected branch, or from the organisation."
            " [Share a ledger](../how-to/share-a-ledger.md) fills it in step by step."
            " Its form as a schema: [ledger.schema.json](schemas/ledger.schema.json)."
        ),
        LEDGER_SHAPE,
    ),
}


def document_page(title: str, why: str, *, shape: Record) -> str:
    """The page of one document: every key with its value and what it is for."""
    lines = [f"# {title}", "", why, "", NOTICE, "", *_sections("", shape, described=set())]
    return "\n".join(lines).rstrip() + "\n"


def _sections(path: str, record: Record, *, described: set[str]) -> Iterator[str]:
    """The record's keys, and those of the records in them; one that is called by a name is described once."""
    described.add(record.called)
    if path:
        yield f"## {path}"
        yield ""
    if record.called:
        yield f"Whatever is said to be {_an(record.called)} is such a record."
        yield ""
    if record.or_text:
        yield f"A text alone stands for `{next(iter(record.keys))}`."
        yield ""
    if record.one_of:
        yield f"Exactly one of {_words(record.one_of)} must be there."
        yield ""
    yield "| key | value | what it is for |"
    yield "|---|---|---|"
    for name, key in record.keys.items():
        yield f"| `{name}` | {_value(key)} | {key.says} |"
    yield ""
    for name, key in record.keys.items():
        inner, suffix = _record_in(key.shape)
        if inner and (not inner.called or inner.called not in described):
            yield from _sections(f"{path}.{name}{suffix}".lstrip("."), inner, described=described)


def _record_in(shape: Shape) -> tuple[Record | None, str]:
    match shape:
        case Record():
            return shape, ""
        case Listing(of=Record() as inner):
            return inner, "[]"
        case Named(of=Record() as inner):
            return inner, ".NAME"
        case _:
            return None, ""


def _value(key: Key) -> str:
    return _kind(key.shape) + (", required" if key.required else "")


def _kind(shape: Shape) -> str:
    match shape:
        case Choice(words=words):
            return _words(words)
        case Flag(is_asked_for=is_asked_for):
            return "`true`" if is_asked_for else "`true` or `false`"
        case Whole(least=least, most=most):
            return f"{least} to {most:,}" if least < most else str(least)
        case Listing(of=of, or_one=or_one):
            called = f" of {of.called}s" if isinstance(of, Record) and of.called else ", see below"
            elements = called if isinstance(of, Record) else f" of {_kind(of)}"
            return f"list{elements}" + (", or one" if or_one else "")
        case Text(meaning=meaning):
            return f"text: {meaning}" if meaning else "text"
        case _:
            return _an(shape.called) if isinstance(shape, Record) and shape.called else "see below"


def _an(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words[:-1]) + f" or `{words[-1]}`"


def pages() -> dict[str, str]:
    """Every generated page, by its name below `docs/reference`."""
    documents = {name: document_page(title, why, shape=shape) for name, (title, why, shape) in DOCUMENTS.items()}
    return {
        "commands.md": command_page(),
        "documents.md": documents_page(),
        "ledger-predicates.md": ledger_predicates_page(),
        "policy-document.md": policy_document_page(),
        **documents,
        **rule_pages(),
    }


def main() -> int:
    """Write the pages."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
