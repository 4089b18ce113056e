"""Bytes and a role in, facts out: the extractor of the role, then every recogniser of its language, found by place.

Only what the role needs is imported, so a check of one file pays for one grammar. The places are documented in
`weighbridge.facts.languages` and `weighbridge.facts.recognise`.
"""

import importlib
import os
import pkgutil
from functools import cache
from typing import Final

from msgspec.structs import replace

from weighbridge.facts import languages, recognise
from weighbridge.facts.addresses import address_of
from weighbridge.facts.embedded import is_file_name
from weighbridge.facts.extractor import ExtractionError, Extractor, Recogniser
from weighbridge.facts.mentions import outline_of, words_in
from weighbridge.facts.model import Access, EntryPoint, FileFacts, Request
from weighbridge.facts.roles import CODE
from weighbridge.facts.states import states_of

FORM: Final = 10
"""The version of what is made of every language's facts alike: raise it with any change there."""


@cache
def extractor_for(role: str) -> Extractor | None:
    """The extractor that reads files of `role`; None when there is none."""
    if role not in _module_names(languages):
        return None
    extractor = importlib.import_module(f"{languages.__name__}.{role}").EXTRACTOR
    if not isinstance(extractor, Extractor) or role not in extractor.roles:
        raise TypeError(f"facts/languages/{role}.py must expose an EXTRACTOR whose roles name {role!r}")
    return extractor


def extraction_key(role: str) -> str:
    """What, besides a file's bytes, its facts depend on: role and versions; empty when nothing reads the role."""
    extractor = extractor_for(role)
    if extractor is None:
        return ""
    versions = (f"{name}={recogniser.version}" for name, recogniser in _recognisers(role))
    return " ".join([role, str(FORM), str(extractor.version), *versions])


def readers() -> str:
    """The state of the files that read: while it stays, so do all keys. Empty where it cannot be told."""
    return states_of((os.path.dirname(__file__), *languages.__path__, *recognise.__path__))


def extract(data: bytes, role: str, *, in_detail: bool = True) -> FileFacts:
    """The facts of one file with what its language's recognisers see in them.

    Details (see `FileFacts.in_detail`) tell two versions of a file apart, and cost a fifth of the time: most files of a tree
    are never compared with another.

    Raises:
        ExtractionError: no extractor reads the role, or the bytes cannot be read at all.
    """
    extractor = extractor_for(role)
    if extractor is None:
        raise ExtractionError(f"no extractor reads files of role {role!r}")
    facts = extractor.extract(data, role, in_detail=in_detail)
    outline = outline_of(facts)
    asked = (recogniser for _, recogniser in _recognisers(role) if recogniser.may_concern(facts, outline))
    found = [recogniser.recognise(facts) for recogniser in asked]
    entry_points = facts.entry_points + tuple(each for one in found for each in one.entry_points)
    accesses = facts.accesses + tuple(each for one in found for each in one.accesses)
    return replace(
        facts,
        in_detail=in_detail,
        files=tuple(dict.fromkeys(text for text in outline.texts if is_file_name(text))),
        entry_points=entry_points,
        accesses=accesses,
        effects=facts.effects + tuple(each for one in found for each in one.effects),
        mounts=facts.mounts + tuple(each for one in found for each in one.mounts),
        mentioned=outline.mentions.packed(),
        words=" ".join(words_in(*outline.texts)),
        requests=_requests([each for one in found for each in one.requests], routes=entry_points, accesses=accesses),
    )


def _requests(
    found: list[Request], *, routes: tuple[EntryPoint, ...], accesses: tuple[Access, ...]
) -> tuple[Request, ...]:
    """What a file requests: not what puts a route at an address; of a client whose base is known, the whole address."""
    routed = {entry.line for entry in routes if entry.kind == "http"}
    known: dict[tuple[int, int], list[Request]] = {}
    for access in accesses:
        method, _, address = access.key.partition(" ")
        if access.kind == "requests" and (whole := address_of(address)) is not None:
            request = Request(method, whole[1], access.scope, access.line, whole[0])
            known.setdefault((access.scope, access.line), []).append(request)
    others = [each for each in found if each.line not in routed and (each.scope, each.line) not in known]
    return tuple(dict.fromkeys((*others, *(request for each in known.values() for request in each))))


@cache
def _recognisers(role: str) -> tuple[tuple[str, Recogniser], ...]:
    """The recognisers for facts of `role` with their modules' names, in the order of these names."""
    extractor = extractor_for(role)
    family = extractor.roles[0] if extractor else role
    found: list[tuple[str, Recogniser]] = []
    for name in _module_names(recognise):
        language = name.partition("_")[0]
        if language in CODE and language != family:
            continue
        recogniser = importlib.import_module(f"{recognise.__name__}.{name}").RECOGNISER
        if not isinstance(recogniser, Recogniser):
            raise TypeError(f"facts/recognise/{name}.py must expose a RECOGNISER")
        if role in recogniser.languages:
            found.append((name, recogniser))
    return tuple(found)


def _module_names(package: object) -> tuple[str, ...]:
    """The public modules of a package, sorted, none of them imported.

    Raises:
        MemoryError: none is found: Python says so of a folder that it has no memory to list.
    """
    folders = getattr(package, "__path__", ())
    found = tuple(sorted(each.name for each in pkgutil.iter_modules(folders) if not each.name.startswith("_")))
    if not found:
        raise MemoryError
    return found
