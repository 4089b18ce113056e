"""What a text tells an agent to do that nobody would want done: said of the lines that a change adds, sentence by sentence.

A warning names the same things as an invitation does; what is denied in its sentence, in the line above its list or in its heading
is a warning.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern

MOST_LETTERS: Final = 2_000
"""Of one line, so much is looked at."""
_I: Final = re.IGNORECASE
_NOT: Final = LatePattern(
    r"\b(?:never|not|don'?t|doesn'?t|cannot|can'?t|mustn'?t|shouldn'?t|avoid|refuse|reject|forbid(?:den)?|prohibit(?:ed)?|disallow(?:ed)?|den(?:y|ies|ied)"
    r"|block(?:s|ed)?|without|instead of|rather than|warn|unless|no|bad|wrong|anti-?patterns?|danger(?:ous)?|unsafe|risk(?:s|y)?|only (?:if|when)|must ask|ask (?:first|before))\b|[❌🚫⛔✗✘⚠]",
    _I,
)
_PEOPLE: Final = r"(?:the )?(?:users?|humans?|developers?|reviewers?|maintainers?|operators?|owners?)"
_CHECKS: Final = r"(?:(?:all|any|the|our|every|failing|slow|unit|integration|e2e|security|ci|code|pre-?commit|git|type|lint(?:ing)?) ){0,3}(?:tests?|checks?|hooks?|reviews?|ci|linters?|lint|validation|verification|guards?|safeguards?|approvals?|scans?|type-?checks?)"
_SECRETS: Final = r"(?:secrets?|tokens?|credentials?|passwords?|api[ _-]?keys?|private keys?|ssh keys?|\.env\b|environment variables|cookies|id_rsa)"


class Kind(Struct, frozen=True):
    """One way of telling an agent so."""

    name: str
    pattern: LatePattern
    words: str
    severity: Severity


def _kind(name: str, pattern: str, *, words: str, severity: Severity) -> Kind:
    return Kind(name, LatePattern(pattern, _I), words, severity)


_KINDS: Final = (
    _kind(
        "instructions",
        r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|system|other)\b.{0,30}\b(?:instructions?|prompts?|rules|guidelines|messages?)\b",
        words="to put aside what it was told before",
        severity=Severity.HIGH,
    ),
    _kind(
        "secrecy",
        rf"\b(?:do not|don'?t|never|without)\s+(?:ever\s+)?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|mention(?:ing)?)\b.{{0,25}}{_PEOPLE}\b(?:\s+(?:about|of|that)\b|\s*[.!]?\s*$)"
        rf"|\b(?:hide|conceal)\b.{{0,40}}\bfrom\s+{_PEOPLE}\b|\bwithout\s+{_PEOPLE}(?:'s)?\s+(?:knowing|knowledge|noticing)\b",
        words="to keep something from people",
        severity=Severity.HIGH,
    ),
    _kind(
        "exfiltration",
        rf"\b(?:send|post|upload|exfiltrate|transmit|forward|curl|wget|fetch)\b.{{0,120}}{_SECRETS}.{{0,120}}(?:https?://(?!localhost|127\.)|\b\d+\.\d+\.\d+\.\d+\b)"
        rf"|\b(?:send|post|upload|exfiltrate|transmit|curl|wget)\b.{{0,60}}https?://(?!localhost|127\.).{{0,160}}{_SECRETS}",
        words="to send secrets to an address",
        severity=Severity.HIGH,
    ),
    _kind(
        "prompts",
        r"--dangerously-(?:skip-permissions|bypass-approvals-and-sandbox|allow-all)\b|\bbypassPermissions\b|--yolo\b|--allow-all-tools\b|\byolo mode\b"
        r"|\b(?:auto-?approve|approve|accept|allow)\s+(?:all|any|every)\s+(?:permission|tool|prompt|request|command|change|approval)s?\b",
        words="to act with no prompt answered by anybody",
        severity=Severity.MEDIUM,
    ),
    _kind(
        "guards",
        r"--no-verify\b|\bHUSKY=0\b|--no-gpg-sign\b|\bSKIP=[\w,-]+\s+git\b"
        rf"|\b(?:skip|bypass|disable|turn off|circumvent|work around)\s+{_CHECKS}\b(?!-)"
        r"|\b(?:delete|remove|comment out)\s+(?:all |any |the )?(?:failing tests?|guards?|safeguards?|hooks)\b"
        r"|\bdisable\s+(?:the\s+)?(?:sandbox|firewall|branch protection|protections?|permissions?|security|authentication|2fa|mfa)\b",
        words="to leave out or disable a check",
        severity=Severity.MEDIUM,
    ),
    _kind(
        "review",
        r"\b(?:merge|push|commit|deploy|release|publish)\b.{0,40}\b(?:without\s+(?:a\s+|any\s+)?(?:review|approval|asking|confirmation|tests)|directly\s+to\s+(?:the\s+)?[`'\"]?(?:main|master|production|prod)\b)",
        words="to ship what nobody looked at",
        severity=Severity.MEDIUM,
    ),
    _kind(
        "remote",
        r"\b(?:curl|wget|irm|iwr)\b[^|\n]{0,200}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\b\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b|\biex\b.{0,40}\b(?:irm|iwr)\b",
        words="to run what an address answers",
        severity=Severity.LOW,
    ),
)
_PARTLY: Final = LatePattern(
    r"[^.;]{0,60}\b(?:if|when|for|that|which|where|unless|only|during|in case|by default)\b", _I
)
_OF_TESTS: Final = LatePattern(r"(?:tests?|lint(?:ers?|ing)?|type-?checks?|ci)$", _I)
_QUOTES: Final = frozenset("\"'`“«")
_UNENCRYPTED: Final = LatePattern(r"http://(?!localhost|127\.0\.0\.1)|https?://\d+\.\d+\.\d+\.\d+")
_SELF_DENYING: Final = frozenset(("secrecy", "review", "guards"))
"""Kinds whose own words hold a denial: only what stands before them counts as one."""
_UNSEEN: Final = LatePattern("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_TAGS: Final = range(0xE0020, 0xE007F)
_HEADING: Final = LatePattern(r"\s{0,3}#{1,6}\s+(.*)")
_WARNS: Final = LatePattern(
    r"\b(?:never|don'?ts?|do not|avoid|forbidden|prohibited|disallowed|anti-?patterns?|must not|what not|not to|not allowed|dangers?|bad|wrong|mistakes?"
    r"|pitfalls?|red flags?)\b|[❌🚫⛔]",
    _I,
)
"""A heading under which all is a warning."""
_BEGINS: Final = LatePattern(r"\s*(?:[-*+|>`]|\d+[.)]\s)")
"""How a line begins that does not go on with what stands above."""
_ENDS: Final = LatePattern(r"[.!?:;][\s\"'`)*_]*$")
_OF_USERS: Final = LatePattern(r"\b(?:users?|customers?|admins?|clients?)\b\W+(?:to|can|may|who|must)\b", _I)
"""What a program lets its users do, which is no order to an agent."""
_OPTION: Final = LatePattern(r"[\s|*-]*`?--[\w-]+`?\s*(?:[:|=]|—|-\s)")
"""An option that is explained."""
_AUTHORISED: Final = LatePattern(r"\b(?:authorization|bearer|x-api-key|headers?)\b", _I)
_SENTENCES: Final = LatePattern(r"(?<=[.!?;])\s+")


class Risky(Struct, frozen=True, kw_only=True):
    """A line that tells an agent so."""

    kind: str
    words: str
    severity: Severity
    line: int
    text: str
    hidden: str
    """How it is kept from readers; empty where it is not."""


def risky_lines(old: str, new: str) -> Iterator[Risky]:
    """The lines that a change adds and that tell an agent what nobody would want done."""
    known = {_plain(line) for line in old.splitlines()}
    lines = new.splitlines()
    hidden = _in_comments(new)
    context = _Context()
    for number, line in enumerate(lines, start=1):
        text = _shown(line[:MOST_LETTERS])
        is_warned = context.is_warning(text)
        if _plain(line) not in known and text.strip():
            yield from _of_line(
                text, number, is_warned=is_warned, hidden=_how_hidden(line, is_comment=number in hidden)
            )
        context.go_on(text)


class _Context:
    """What stands above a line and belongs to it: its heading, the line that begins its list, its sentence's beginning."""

    def __init__(self) -> None:
        self._heading = False
        self._above = False
        self._is_begun = False
        self._is_denied = False

    def is_warning(self, text: str) -> bool:
        """Whether that warns of what the line says."""
        return self._heading or self._above or (self._is_denied and self._is_begun and not _BEGINS.match(text))

    def go_on(self, text: str) -> None:
        """Take up a line."""
        if (found := _HEADING.match(text)) is not None:
            self._heading, self._above = _WARNS.search(found[1]) is not None, False
            self._is_begun = self._is_denied = False
        elif not text.strip():
            self._is_begun = self._is_denied = False
        else:
            is_list = _BEGINS.match(text) is not None
            if text.rstrip(" *_`").endswith(":"):
                self._above = _NOT.search(text) is not None
            elif not is_list and not self._is_begun:
                self._above = False
            self._take_up(text, is_list=is_list)

    def _take_up(self, text: str, *, is_list: bool) -> None:
        """Whether its last sentence goes on in the next line, and denies something."""
        *before, last = _SENTENCES.split(text.rstrip())
        goes_on = self._is_begun and not is_list and not before
        self._is_denied = _NOT.search(last) is not None or (goes_on and self._is_denied)
        self._is_begun = _ENDS.search(text) is None


def _of_line(text: str, number: int, *, is_warned: bool, hidden: str) -> Iterator[Risky]:
    for kind in _KINDS:
        sentence = next(
            (each for each in _SENTENCES.split(text) if _is_told(kind, each, is_warned=is_warned)),
            "",
        )
        if sentence:
            is_grave = bool(hidden) or (kind.name == "remote" and _UNENCRYPTED.search(sentence) is not None)
            yield Risky(
                kind=kind.name,
                words=kind.words,
                severity=Severity.HIGH if is_grave else _severity(kind, sentence),
                line=number,
                text=sentence.strip()[:160],
                hidden=hidden,
            )
            return


def _severity(kind: Kind, sentence: str) -> Severity:
    """What is told for some cases only, or of tests, is how a project works, more often than not; what is quoted is an example."""
    found = kind.pattern.search(sentence)
    if found is None:
        return kind.severity
    routine = (_PARTLY.match(sentence, found.end()), _OF_TESTS.search(found[0]), _OPTION.match(sentence))
    is_routine = kind.name == "guards" and any(routine)
    is_routine = is_routine or (kind.name == "exfiltration" and _AUTHORISED.search(sentence) is not None)
    is_quoted = (
        kind.name == "instructions" and sentence[max(found.start() - 2, 0) : found.start()].strip(" (")[-1:] in _QUOTES
    )
    return Severity.LOW if is_routine or is_quoted else kind.severity


def _is_told(kind: Kind, sentence: str, *, is_warned: bool) -> bool:
    found = kind.pattern.search(sentence)
    if found is None:
        return False
    if kind.name == "secrecy":
        return not is_warned
    if _OF_USERS.search(sentence, 0, endpos=found.start()):
        return False
    denied = sentence[: found.start()] if kind.name in _SELF_DENYING else sentence
    return not is_warned and _NOT.search(denied) is None


def _in_comments(text: str) -> set[int]:
    """The lines that lie in comments of HTML, which no reader of the page is shown."""
    found: set[int] = set()
    line, at = 1, 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        line += text.count("\n", at, start)
        last = line + text.count("\n", start, end)
        found.update(range(line, last + 1))
        line, at = last, end
    return found


def _how_hidden(line: str, *, is_comment: bool) -> str:
    if any(0xE0000 <= ord(letter) <= 0xE007F for letter in line):
        return "in characters that nobody sees"
    if _UNSEEN.search(line.lstrip("\ufeff")) is not None:
        return "broken up by characters that nobody sees"
    return "in a comment that the page does not show" if is_comment else ""


def _shown(line: str) -> str:
    """A line as an agent reads it: what only it can see is put in letters."""
    spelled = "".join(chr(ord(each) - 0xE0000) if ord(each) in _TAGS else each for each in line)
    return _UNSEEN.sub("", spelled)


def _plain(line: str) -> str:
    return " ".join(line.split())


def foreign_share(old: str, new: str) -> float:
    """Of the letters that a change adds, how many are in scripts that nothing here understands."""
    known = {_plain(line) for line in old.splitlines()}
    added = "".join(line for line in new.splitlines() if _plain(line) not in known)
    letters = [each for each in added if each.isalpha()]
    return sum(ord(each) > 0x24F for each in letters) / len(letters) if letters else 0.0


def changed_sections(old: str, new: str) -> list[str]:
    """The headings whose text is another, gone or new; of a text without headings, none."""
    before, after = _sections(old), _sections(new)
    names = dict.fromkeys([*after, *before])
    return [name for name in names if before.get(name) != after.get(name) and name]


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    name, fenced = "", False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        heading = None if fenced else _HEADING.match(line[:MOST_LETTERS])
        if heading is not None:
            name = heading[1].strip(" #*`")[:80]
            found.setdefault(name, [])
        elif line.strip():
            found[name].append(_plain(line))
    return found


_IMPORT: Final = LatePattern(r"(?:^|[\s(])@((?:~|\.{0,2}/|[\w-])[\w./~-]*\.(?:md|mdc|txt)|~/[\w./-]+)")


def imports(old: str, new: str) -> Iterator[tuple[str, int]]:
    """The files that a text newly takes up by `@path`."""
    known = {found for line in old.splitlines() for found in _IMPORT.findall(line[:MOST_LETTERS])}
    for number, line in enumerate(new.splitlines(), start=1):
        for found in _IMPORT.findall(line[:MOST_LETTERS]) if "@" in line else ():
            if found not in known:
                known.add(found)
                yield found, number
