"""Reads `.weighbridge/provenance.yaml`: a project's own forms and its rule of disclosure."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence
from weighbridge.landscape.documents.configuration import ConfigurationError, read_document
from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Scalar
from weighbridge.landscape.documents.shapes import Choice, Key, Listing, Problem, Record, Text, Whole
from weighbridge.provenance.disclosure import Disclosure, Rule
from weighbridge.provenance.forms import Form, FormError, Kind, Says, built_in, form_from, index
from weighbridge.provenance.patterns import PatternError, check
from weighbridge.provenance.settings import Settings

PROVENANCE_PATH: Final = ".weighbridge/provenance.yaml"
VERSION: Final = 1

_WORD = Text(pattern=r"[^\x00-\x1f]{1,200}", meaning="at most 200 characters on one line")
_WORDS = Listing(of=_WORD, or_one=True)


def _why_not_a_pattern(text: str) -> str:
    try:
        check(text)
    except PatternError as error:
        return str(error)
    return ""


_FORM = Record(
    keys={
        "id": Key(shape=_WORD, says="the form's name in evidence, `agent/what`", required=True),
        "agent": Key(shape=_WORD, says="the agent it speaks of; without it every match holds {agent}"),
        "kind": Key(shape=Choice(tuple(Kind)), says="where it is looked for", required=True),
        "match": Key(
            shape=Listing(of=Text(), least=1, or_one=True),
            says="what has to match, whole and in any case",
            required=True,
        ),
        "confidence": Key(shape=Choice(tuple(Confidence)), says="how sure a match makes us; medium when left out"),
        "source": Key(shape=_WORD, says="where the form comes from"),
        "key": Key(shape=_WORD, says="a trailer's key"),
        "with": Key(shape=_WORDS, says="keys that the trailer's paragraph must hold too"),
        "login": Key(shape=_WORDS, says="the login that goes with a GitHub number"),
        "says": Key(shape=Choice(tuple(Says)), says="what a match means; ai when left out"),
    }
)

_DISCLOSURE = Record(
    keys={
        "rule": Key(shape=Choice(tuple(Rule)), says="what commits are asked to say of an agent's part", required=True),
        "trailer": Key(shape=_WORD, says="for `format`: the trailer's key"),
        "form": Key(
            shape=Listing(of=Text(check=_why_not_a_pattern), least=1, or_one=True),
            says="for `format`: what the trailer's value must match",
        ),
    }
)

PROVENANCE_SHAPE: Final = Record(
    keys={
        "version": Key(shape=Whole(least=1, most=1_000_000), says=f"the format's version, {VERSION}", required=True),
        "forms": Key(shape=Listing(of=_FORM), says="marks of agents, looked for before the known ones"),
        "identity_trailers": Key(shape=_WORDS, says="more trailers whose value is somebody who took part in writing"),
        "test_tools": Key(shape=_WORDS, says="more tools whose records are test data"),
        "disclosure": Key(shape=_DISCLOSURE, says="the rule of disclosure; none when left out"),
    }
)


def load_settings(data: bytes, path: str) -> Settings:
    """The known forms with the document's before them, and its rule of disclosure.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid key.
    """
    root, _ = read_document(data, path, shape=PROVENANCE_SHAPE, version=VERSION)
    forms: list[Form] = []
    problems: list[Problem] = []
    for mark, entry in _entries(root):
        try:
            forms.append(form_from(entry))
        except FormError as error:
            problems.append(Problem(mark=mark, message=f"form `{entry['id']}`: {error}"))
    if problems:
        raise ConfigurationError(path, tuple(problems))
    known = built_in()
    words = known.words.with_more(_texts(root, "identity_trailers"), _texts(root, "test_tools"))
    return Settings(forms=index((*forms, *known.forms), words), disclosure=_disclosure(root))


def _entries(root: Fields) -> Iterator[tuple[Mark, dict[str, object]]]:
    found = root.get("forms")
    for item in found.items if isinstance(found, Items) else ():
        if isinstance(item, Fields):
            lists = {"match", "with", "login"}
            yield item.mark, {k: _texts(item, k) if k in lists else _text(item, k) for k in item.entries}


def _disclosure(root: Fields) -> Disclosure:
    found = root.get("disclosure")
    if not isinstance(found, Fields):
        return Disclosure()
    usual = Disclosure()
    return Disclosure(
        rule=Rule(_text(found, "rule")),
        trailer=_text(found, "trailer") or usual.trailer,
        form=tuple(_texts(found, "form")) or usual.form,
    )


def _text(fields: Fields, name: str) -> str:
    found = fields.get(name)
    return found.value if isinstance(found, Scalar) else ""


def _texts(fields: Fields, name: str) -> list[str]:
    found = fields.get(name)
    items = found.items if isinstance(found, Items) else [found]
    return [item.value for item in items if isinstance(item, Scalar) and not item.is_null]
