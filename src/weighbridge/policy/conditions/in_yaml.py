"""Where a character of an expression stands in the YAML document that holds it: quotes, folds and indentation undone."""

from collections.abc import Callable

from weighbridge.landscape.documents.nodes import Mark, Scalar

_SPACE = " \t\r\n"


def place_in_yaml(scalar: Scalar, document: str) -> Callable[[int], Mark]:
    """Tells the place of each offset of `scalar.value`; where the text cannot be followed, that of its start."""

    def place(offset: int) -> Mark:
        lines = document.split("\n")
        start = sum(len(line) + 1 for line in lines[: scalar.mark.line - 1]) + scalar.mark.column - 1
        found = _followed(document, start, text=scalar.value[:offset])
        if found is None:
            return scalar.mark
        before = document[:found]
        return Mark(line=before.count("\n") + 1, column=found - before.rfind("\n"))

    return place


def _followed(document: str, start: int, *, text: str) -> int | None:
    """Where `text`, written at `start`, ends in the document."""
    at = start
    quote = document[at : at + 1]
    if quote in ("|", ">"):
        end = document.find("\n", at)
        at = len(document) if end < 0 else end + 1
        quote = ""
    elif quote in ("'", '"'):
        at += 1
    else:
        quote = ""
    for character in text:
        if character in _SPACE:
            continue
        at = _next(document, at)
        size = _size(document, at, character=character, quote=quote)
        if size == 0:
            return None
        at += size
    return at if text[-1:] in _SPACE and not text.strip() else _settled(document, at, text=text)


def _next(document: str, at: int) -> int:
    while at < len(document) and document[at] in _SPACE:
        at += 1
    return at


def _settled(document: str, at: int, *, text: str) -> int:
    """What comes after white space begins behind it."""
    return _next(document, at) if not text or text[-1] in _SPACE else at


def _size(document: str, at: int, *, character: str, quote: str) -> int:
    """How many characters of the document stand for `character`; 0 when it is another."""
    if quote == "'" and character == "'":
        return 2 if document[at : at + 2] == "''" else 0
    if quote == '"' and document[at : at + 1] == "\\":
        return 2 if document[at + 1 : at + 2] == character else 0
    return 1 if document[at : at + 1] == character else 0
