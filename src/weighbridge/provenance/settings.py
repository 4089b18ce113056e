"""`.weighbridge/provenance.yaml`: a project's own forms and its disclosure rule, with every mistake named at once."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from weighbridge.provenance.disclosure import Disclosure, Rule
from weighbridge.provenance.forms import (
    DOCUMENT_FIELDS,
    FIELDS,
    Form,
    FormError,
    Forms,
    built_in,
    form_from,
    index,
    texts,
)
from weighbridge.provenance.patterns import PatternError, check

PATHS: Final = (".weighbridge/provenance.yaml", ".weighbridge/provenance.yml")
VERSION: Final = 1
_KEYS: Final = (*DOCUMENT_FIELDS, "disclosure")
_DISCLOSURE_KEYS: Final = ("rule", "trailer", "form")
_MOST_BYTES: Final = 1_000_000
_MOST_NODES: Final = 20_000
_MOST_DEPTH: Final = 8


class ProvenanceSettingsError(Exception):
    """The provenance settings cannot be used: every problem, one a line, each with its file and line."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is looked for, and what commits are asked to say."""

    forms: Forms = field(default_factory=built_in)
    disclosure: Disclosure = field(default_factory=Disclosure)


class _UnreadableError(Exception):
    """The document is not plain, small YAML; `line` is where that shows."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


@dataclass(frozen=True, slots=True)
class _At:
    """A value and the line it starts on."""

    value: object
    line: int


def read_settings(data: bytes, path: str) -> Settings:
    """The built-in forms with the document's added before them.

    Raises:
        ProvenanceSettingsError: with all problems at once.
    """
    try:
        top = _compose(data)
    except _UnreadableError as error:
        raise ProvenanceSettingsError((f"{path}:{error.line}: {error}",)) from error
    if top.value in (None, ""):
        return Settings()
    if not isinstance(top.value, dict):
        raise ProvenanceSettingsError((f"{path}:{top.line}: expected keys {', '.join(_KEYS)}",))
    problems: list[str] = [f"{path}:{line}: {words}" for line, words in _document_problems(top.value)]
    forms = list(_forms(top.value, path, problems=problems))
    disclosure = _disclosure(top.value, path, problems=problems)
    known = built_in()
    trailers = _list(top.value, "identity_trailers", path=path, problems=problems)
    tools = _list(top.value, "test_tools", path=path, problems=problems)
    if problems:
        raise ProvenanceSettingsError(tuple(problems))
    merged = index((*forms, *known.forms), known.words.with_more(trailers, tools))
    return Settings(forms=merged, disclosure=disclosure)


def _document_problems(top: Mapping[str, _At]) -> Iterator[tuple[int, str]]:
    yield from _unknown(top, _KEYS)
    version = top.get("version")
    if version is None:
        yield 1, f"`version: {VERSION}` is missing"
    elif version.value != str(VERSION):
        yield version.line, f"this release reads version {VERSION}, not {version.value}"


def _unknown(mapping: Mapping[str, _At], known: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for key in (k for k in mapping if k not in known):
        near = difflib.get_close_matches(key[:80], known, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(known)}"
        yield mapping[key].line, f"unknown key `{key[:80]}`{hint}"


def _forms(top: Mapping[str, _At], path: str, *, problems: list[str]) -> Iterator[Form]:
    found = top.get("forms", _At([], 1))
    if not isinstance(found.value, list):
        problems.append(f"{path}:{found.line}: `forms` must be a list")
        return
    for entry in found.value:
        if not isinstance(entry.value, dict):
            problems.append(f"{path}:{entry.line}: a form is a mapping with `id`, `kind` and `match`")
            continue
        unknown = [f"{path}:{line}: {words}" for line, words in _unknown(entry.value, FIELDS)]
        problems += unknown
        if not unknown:
            try:
                yield form_from(_plain(entry.value))
            except FormError as error:
                problems.append(f"{path}:{entry.line}: {error}")


def _list(top: Mapping[str, _At], key: str, *, path: str, problems: list[str]) -> tuple[str, ...]:
    if key not in top:
        return ()
    try:
        return texts(_plain(top)[key], key)
    except FormError as error:
        problems.append(f"{path}:{top[key].line}: {error}")
        return ()


def _disclosure(top: Mapping[str, _At], path: str, *, problems: list[str]) -> Disclosure:
    found = top.get("disclosure")
    if found is None:
        return Disclosure()
    if not isinstance(found.value, dict):
        problems.append(f"{path}:{found.line}: `disclosure` needs `rule: {' | '.join(Rule)}`")
        return Disclosure()
    problems += [f"{path}:{line}: {words}" for line, words in _unknown(found.value, _DISCLOSURE_KEYS)]
    plain = _plain(found.value)
    if plain.get("rule") not in list(Rule):
        problems.append(f"{path}:{found.line}: `rule` must be one of {', '.join(Rule)}")
        return Disclosure()
    try:
        forms = texts(plain.get("form", list(Disclosure().form)), "form")
        for form in forms:
            check(form)
    except (FormError, PatternError) as error:
        problems.append(f"{path}:{found.line}: `form`: {error}")
        return Disclosure()
    trailer = str(plain.get("trailer", Disclosure().trailer))
    return Disclosure(rule=Rule(str(plain["rule"])), trailer=trailer, form=forms or Disclosure().form)


def _plain(mapping: Mapping[str, _At]) -> dict[str, object]:
    return {key: _without_line(value) for key, value in mapping.items()}


def _without_line(at: _At) -> object:
    if isinstance(at.value, dict):
        return _plain(at.value)
    return [_without_line(item) for item in at.value] if isinstance(at.value, list) else at.value


def _compose(data: bytes) -> _At:
    """The document as mappings, lists and texts with their lines; scalars are never anything but text."""
    import yaml  # noqa: PLC0415  20 ms that only projects with such a document pay

    if len(data) > _MOST_BYTES:
        raise _UnreadableError(1, f"larger than {_MOST_BYTES} bytes")
    left = _MOST_NODES

    def read(node: yaml.Node, depth: int) -> _At:
        # The budget also ends documents that multiply themselves by aliases.
        nonlocal left
        left -= 1
        line = node.start_mark.line + 1
        if left < 0 or depth > _MOST_DEPTH:
            raise _UnreadableError(line, "too large or too deeply nested for a settings file")
        if isinstance(node, yaml.MappingNode):
            keys = [str(key.value) for key, _ in node.value]
            if len(set(keys)) < len(keys):
                raise _UnreadableError(line, "a key stands here twice")
            return _At({k: read(v, depth + 1) for k, (_, v) in zip(keys, node.value, strict=True)}, line)
        if isinstance(node, yaml.SequenceNode):
            return _At([read(item, depth + 1) for item in node.value], line)
        return _At(node.value, line)

    try:
        top = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise _UnreadableError(data[: error.start].count(b"\n") + 1, "not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _UnreadableError(line, f"not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _UnreadableError(1, "not YAML that can be read") from error
    return _At(None, 1) if top is None else read(top, 0)
