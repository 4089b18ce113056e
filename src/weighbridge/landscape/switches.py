"""Settings that switch a check off: of certificates, signatures, tokens, forged requests, what a document brings in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import FileFacts, Switch
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import Form, asked_in, form_of, holds_less_often
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import FUNCTION_KINDS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CHECKING: Final = _set("verify verifies verification")
"""Words of what is checked by itself, by those who make clients and readers of tokens: `verify=False`."""
_TURNING_ON: Final = _set(
    "check enforce enable enabled reject require requires use validate validation strict force with"
)
_PROTECTION: Final = _set(
    """auth authentication authorization authorisation cert certs certificate certificates csrf xsrf hostname hostnames
    https issuer audience lifetime mfa signature signatures signed ssl tls unauthorized unauthorised"""
)
_ALONE: Final = _set("csrf xsrf")
_STATES: Final = ("enabled", "enable", "disabled", "disable")
_TURNING_OFF: Final = _set(
    "skip disable disabled no ignore bypass allow permit trust trusts accept dont without noverify"
)
_AGAINST: Final = (
    (_PROTECTION - _set("signed"))
    | _CHECKING
    | _set("checks insecure untrusted selfsigned unsafe security sanitization sanitizer sanitize")
    | _set("escaping sandbox csp")
)
_UNSAFE: Final = (("insecure",), ("unsafe",), ("dangerously",))
"""How the names of settings begin that say themselves what they are."""

_TRUSTING: Final = _set("trust trusts trusted")
_PROXIES: Final = _set("proxy proxies forwarded forwarding")
"""What a server that trusts them takes from whoever asks: the address they come from, and whether it was by TLS."""

_OPENING: Final = (
    (_set("external"), _set("entities dtd schema")),
    (_set("expand resolve"), _set("entity entities")),
    (_set("load"), _set("dtd")),
    (_set("allow permit accept"), _set("prototype prototypes pickle eval anonymous origins")),
)
"""Pairs of words of what lets somebody bring in what is not his: `external-general-entities`, `resolve_entities`, `allowPrototypes`."""
_FORBIDDING: Final = ((_set("disallow"), _set("doctype")), (_set("secure"), _set("processing")))

_ALLOWING: Final = _set("allow allows permit permits unsafe insecure skip skips disable bypass ignore dangerously")
_HARMLESS: Final = _set(
    """null none undefined nan inf infinity blank empty zero duplicate duplicates duplicated missing extra extras whitespace space spaces dots dot
    existing log logs logging cache caches caching warning warnings test tests build lint comments comment case dupes overwrite resize zoom
    animation animations scroll drag drop multiple selection select clear focus hover fallback partial reuse keyboard custom array
    arrays sparse plugin plugins install download button style styles color colors rows row columns column header headers footer
    hidden loading initial first last lines line telemetry analytics defaults default"""
)
"""What is allowed, or left out, every day."""
_LED_ON: Final = ((_set("follow allow"), _set("redirect redirects location")), (_set("trust"), _set("env")))
_KEEPING_TO: Final = _set(
    "strict safe secure secured autoescape escape sanitize sanitise sandbox sandboxed noopener signed encrypted encrypt"
)
_PAIRS_KEPT_TO: Final = (
    (_set("http"), _set("only")),
    (_set("plain"), _set("objects")),
    (_set("null"), _set("prototype")),
)
_TOLD_FALSE: Final = LatePattern(r"(.+?) (?:is|==|===) (?:False|false|None|null|nil|undefined|0)")
_TOLD_TRUE: Final = LatePattern(r"(.+?) (?:is|==|===) (?:True|true)")


class SwitchedOff(Struct, frozen=True, kw_only=True):
    """A switch by which something goes unchecked: from now on, or (with conditions) more often than before."""

    path: RepoPath
    switch: Switch
    was_other: bool = False
    """Whether it was set to the opposite, and only that makes it tell anything."""
    before: str = ""
    now: str = ""


def switched_off(code: CodeChange) -> Iterator[SwitchedOff]:
    """The switches that a change sets so that a check is off, where fewer of that name were off before, each with its file.

    A name is the last one: the object that a check is switched off for may be called otherwise, and stand in another file.
    """
    before = _counted(file.base for file in code.files.values())
    after = _counted(file.head for file in code.files.values())
    for path, file in code.files.items():
        here, there = _counted((file.head,)), _counted((file.base,))
        for switch in file.head.switches if file.head is not None and here != there else ():
            told = last_of(switch.name), switch.is_on
            is_added = any(added.start <= switch.line <= added.end for added in file.change.added)
            if not is_added or here[told] <= there[told] or after[told] <= before[told]:
                continue
            other = told[0], not switch.is_on
            if is_off(switch):
                yield SwitchedOff(path=path, switch=switch)
            elif here[other] < there[other] and _lets_more(switch):
                yield SwitchedOff(path=path, switch=switch, was_other=True)
        yield from _oftener(path, file)


def last_of(name: str) -> str:
    """What a dotted name, or an address, ends in; of `csrf.enabled` both, as the last alone says nothing."""
    before, _, last = name.rpartition("/" if "://" in name else ".")
    return f"{before.rpartition('.')[2]}.{last}" if before and last in _STATES else last


def _counted(files: Iterable[FileFacts | None]) -> Counter[tuple[str, bool]]:
    return Counter((last_of(each.name), each.is_on) for facts in files if facts is not None for each in facts.switches)


def is_off(switch: Switch) -> bool:
    """Whether a switch leaves something unchecked: `verify` is false, `InsecureSkipVerify` is true."""
    words = words_of(last_of(switch.name))
    known = set(words)
    if switch.is_on:
        is_believing = known & _TRUSTING and known & _PROXIES
        is_against = known & _TURNING_OFF and known & _AGAINST
        return bool(is_believing or is_against or words[:1] in _UNSAFE or _is_pair(known, _OPENING))
    if _is_pair(known, _FORBIDDING):
        return True
    if known & _TURNING_OFF:
        return False
    return bool(known & _CHECKING or known & _ALONE or (known & _TURNING_ON and known & _PROTECTION))


def _lets_more(switch: Switch) -> bool:
    """Whether a switch that was set to the opposite lets more through now: `follow_redirects` is true, `strict` is false."""
    known = set(words_of(last_of(switch.name)))
    if switch.is_on:
        return _is_pair(known, _LED_ON) or bool(known & _ALLOWING and not known & _HARMLESS)
    return bool(known & _KEEPING_TO) or _is_pair(known, _PAIRS_KEPT_TO)


def _is_pair(words: set[str], pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> bool:
    return any(words & one and words & other for one, other in pairs)


# What is off under a condition


def _oftener(path: RepoPath, file: FileCode) -> Iterator[SwitchedOff]:
    """The switches that were off only under a condition, and are under one that holds more often, or under none."""
    base, head = file.base, file.head
    if base is None or head is None or not any(is_off(each) for each in head.switches):
        return
    if [each.condition for each in base.conditionals] == [each.condition for each in head.conditionals]:
        return
    old, new = _conditions_of(base), _conditions_of(head)
    for told, found in new.items():
        was = old.get(told, [])
        for (switch, now), (_, before) in zip(found, was, strict=False) if len(found) == len(was) else ():
            fresh = _asked_around(head, switch) - _asked_around(base, was[0][0])
            if wider := _wider(before, now, fresh=fresh):
                yield SwitchedOff(path=path, switch=switch, before=wider[0], now=wider[1])


_Under = tuple[Switch, frozenset[Form]]


def _conditions_of(facts: FileFacts) -> Mapping[tuple[str, str], list[_Under]]:
    """The switches of a file that leave something unchecked, by their function and name, with all that must hold there."""
    found: dict[tuple[str, str], list[_Under]] = {}
    for switch in facts.switches:
        if is_off(switch):
            first, _, name = _function_at(facts, switch.line)
            inside = (
                each for each in facts.conditionals if first <= each.line and each.first <= switch.line <= each.last
            )
            under = frozenset(form_of(each.condition) for each in inside)
            found.setdefault((name, last_of(switch.name)), []).append((switch, under))
    return found


def _asked_around(facts: FileFacts, switch: Switch) -> frozenset[Form]:
    first, last, _ = _function_at(facts, switch.line)
    return frozenset(form_of(each.condition) for each in facts.conditionals if first <= each.line <= last)


def _function_at(facts: FileFacts, line: int) -> tuple[int, int, str]:
    """The lines and the name of the innermost function around a line; of a file where there is none."""
    around = (
        (each.line, each.end_line, facts.qualified_name(index))
        for index, each in enumerate(facts.definitions)
        if each.kind in FUNCTION_KINDS and each.line <= line <= each.end_line
    )
    return max(around, default=(0, facts.lines, ""))


def _wider(before: frozenset[Form], now: frozenset[Form], *, fresh: frozenset[Form]) -> tuple[str, str] | None:
    """The condition that gave way to one that holds more often, and that one; what is asked elsewhere now is not gone."""
    gone, come = before - now, now - before
    pairs = [(was, form) for form in come for was in gone if _holds_oftener(form, was)]
    if len({form for _, form in pairs}) < len(come) or not gone:
        return None
    if pairs:
        return str(pairs[0][0]), str(pairs[0][1])
    names = frozenset(name for form in gone for name in asked_in(form))
    is_asked = any(names & asked_in(form) for form in fresh)
    return None if is_asked or not names else (" and ".join(sorted(map(str, gone))), "")


def _holds_oftener(form: Form, than: Form) -> bool:
    """Whether a form holds wherever the other does, and elsewhere: `not x`, or that it is not `True`, where it was `x is False`."""
    if holds_less_often(than, form):
        return True
    if than.kind != "is" or than.is_negated or form.kind != "is":
        return False
    told = (_TOLD_FALSE if form.is_negated else _TOLD_TRUE).fullmatch(than.text)
    if told is None or told[1] == form.text:
        return told is not None
    true = _TOLD_TRUE.fullmatch(form.text) if form.is_negated else None
    return true is not None and true[1] == told[1]
