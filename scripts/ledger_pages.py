"""The page of the ledger's predicates, from the modules that hold them."""

import inspect
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from weighbridge.ledger import predicates
from weighbridge.ledger.predicate_types import predicate_types, uri_of


def ledger_predicates_page() -> str:
    """The page of all predicates."""
    about = inspect.cleandoc(predicates.__doc__ or "").partition("\n\n")[2]
    lines = [
        "# What a ledger's statements say",
        "",
        "Written by `make docs` from the modules in `src/weighbridge/ledger/predicates`. What all have in common is on the page of",
        "[the ledger](ledger.md).",
        "",
        about,
        "",
        "`about` is the change: `ledger` (origin), `base_tree`, `head_tree`, `head_commit`, `decision` and `proposal`.",
        *_sections(),
    ]
    return "\n".join(lines) + "\n"


def _sections() -> Iterator[str]:
    for name, kind in predicate_types().items():
        yield from ("", f"## {name}", "", inspect.cleandoc(kind.__doc__ or ""), "")
        yield f"`{uri_of(kind)}`, [schema](schemas/ledger-{name}.schema.json)"
        yield from ("", "| field | value | what it is |", "|---|---|---|")
        said = _said_of(kind)
        for each in msgspec.structs.fields(kind):
            value = _value(each.type) + ("" if each.required else ", optional")
            yield f"| `{each.encode_name}` | {value} | {said.get(each.name, '')} |"


def _value(kind: object) -> str:
    """A type in words: `text`, `time`, `list of Digest`."""
    text = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__origin__") else str(kind)
    text = re.sub(r"\b[a-z_]+(\.[a-z_]+)*\.", "", text).replace(", ...", "")
    text = re.sub(r"Optional\[(\w+)\]", r"\1", text).replace(" | None", "")
    words = {"str": "text", "bool": "true or false", "int": "number", "datetime": "time"}
    inner = re.fullmatch(r"tuple\[(\w+)\]", text)
    return f"list of {words.get(inner[1], inner[1])}" if inner else words.get(text, text)


def _said_of(kind: type[Struct]) -> dict[str, str]:
    """The docstrings that follow fields, by the names of these."""
    source = inspect.getsource(kind)
    found = re.findall(r'^    (\w+): [^\n]*\n    """(.*?)"""$', source, re.MULTILINE | re.DOTALL)
    return {name: " ".join(words.split()) for name, words in found}
