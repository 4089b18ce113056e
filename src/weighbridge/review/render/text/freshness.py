"""How fresh documents are, for a terminal and as JSON: the stale ones first, each with the statements that are not so any more."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from weighbridge.landscape.freshness.verdicts import Judged, Listed, Resolved, Truth, Verdict
from weighbridge.review.canonical import plain
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.sentences import count

VERSION: Final = 1
SCHEMA: Final = "weighbridge/documents"
HEADINGS: Final = {
    Verdict.STALE: "Stale",
    Verdict.DOUBTFUL: "Doubtful",
    Verdict.FRESH: "Fresh",
    Verdict.UNKNOWN: "Unknown",
}
WORDS: Final = {
    Verdict.STALE: "What these tell readers of is gone from this repository.",
    Verdict.DOUBTFUL: "What these tell readers of was rewritten, or may be gone.",
    Verdict.FRESH: "What these name is there; whether all that they say of it is true, people know.",
    Verdict.UNKNOWN: "Nothing here bears out what these say, or they tell of another time or tree.",
}
_STYLES: Final = {Verdict.STALE: "bad", Verdict.DOUBTFUL: "warn", Verdict.FRESH: "good", Verdict.UNKNOWN: "dim"}


def freshness_blocks(listed: Listed) -> Iterator[Block]:
    """All documents, by verdict."""
    yield Paragraph(text=summary(listed), style="bold")
    for missing in listed.missing:
        yield Paragraph(text=f"Could not look ({missing.reason}): {missing.detail}. {missing.remedy}", style="warn")
    for verdict, title in HEADINGS.items():
        found = listed.of(verdict)
        if found:
            yield Heading(text=f"{title} ({len(found):,})")
        for each in found:
            yield from _document(each)


def summary(listed: Listed) -> str:
    """How many there are of each verdict, in a sentence."""
    parts = [f"{len(listed.of(verdict)):,} {verdict}" for verdict in HEADINGS if listed.of(verdict)]
    return f"{count(len(listed.documents), 'document')} of {listed.repository}: {', '.join(parts) or 'none to judge'}"


def _document(judged: Judged) -> Iterator[Block]:
    edited = edited_words(judged)
    if judged.verdict not in (Verdict.STALE, Verdict.DOUBTFUL):
        yield Item(text=f"{judged.path}{edited}: {'; '.join(judged.reasons)}", style="")
        return
    yield Item(text=f"{judged.path}{edited}", style=_STYLES[judged.verdict])
    for each in held_against(judged):
        yield Item(text=f"line {each.mention.line}: {each.reason}", mark=" ")
        yield Item(text=f"“{each.mention.statement}”", mark=" ", style="dim")


def held_against(judged: Judged) -> tuple[Resolved, ...]:
    """What its verdict rests on: what is gone, else what was rewritten."""
    rewritten = tuple(each for each in judged.resolved if each.truth is Truth.CHANGED and each.is_rewritten)
    return judged.broken or rewritten


def edited_words(judged: Judged) -> str:
    """When a document was last edited, in brackets; empty where that is not told."""
    return f" (last edited {datetime.fromtimestamp(judged.edited_at, UTC):%Y-%m-%d})" if judged.edited_at else ""


def freshness_json(listed: Listed) -> str:
    """All of it as JSON with a final newline."""
    return json.dumps({"schema": SCHEMA, "version": VERSION, **plain(listed)}, indent=2) + "\n"


def freshness_schema_text() -> str:
    """What that JSON looks like; fields of newer versions are allowed."""
    _, definitions = msgspec.json.schema_components([Listed], ref_template="#/$defs/{name}")
    listed = definitions.pop("Listed")
    listed["properties"] = {
        "schema": {"const": SCHEMA},
        "version": {"type": "integer", "minimum": VERSION},
        **listed["properties"],
    }
    listed["required"] = ["schema", "version", *listed["required"]]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_described(listed),
        "title": "How fresh the documents of a repository are: `weighbridge docs --format json`, version 1",
        "$defs": {name: _described(definition) for name, definition in sorted(definitions.items())},
    }
    return json.dumps(schema, indent=2) + "\n"


def _described(definition: dict[str, object]) -> dict[str, object]:
    return {key: inspect.cleandoc(str(said)) if key == "description" else said for key, said in definition.items()}
