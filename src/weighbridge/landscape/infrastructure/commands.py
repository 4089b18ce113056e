"""What the commands of a script fetch and run unseen, and where they check nothing of what they fetch.

Scripts are told apart by their text: a command is what stands between `;`, `&` and the end of its line, comments left out.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_FETCH: Final = r"(?:curl|wget|fetch|irm|iwr|Invoke-WebRequest|Invoke-RestMethod)"
_SHELL: Final = r"(?:(?:/usr)?/bin/)?(?:env\s+)?(?:ba|z|da|k|a)?sh"


class _Within(Struct, frozen=True, kw_only=True):
    """One thing and, later in the same command, another: each command is read once, however often the first stands in it."""

    stop: LatePattern
    """What ends a command here."""
    first: LatePattern
    then: LatePattern
    is_whole: bool = False
    """Whether it goes on to the end of the command."""

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands."""
        at = begin = end = 0
        inside = ""
        while (first := next(self.first.finditer(text, at), None)) is not None:
            if first.start() >= end:
                stop = next(self.stop.finditer(text, first.end()), None)
                begin, end = first.start(), stop.start() if stop is not None else len(text)
                inside = text[begin:end]
            then = next(self.then.finditer(inside, first.end() - begin), None)
            at = end if then is None or self.is_whole else begin + then.end()
            if then is not None:
                yield first.start(), at


class _Plain(Struct, frozen=True, kw_only=True):
    """What stands in one place."""

    pattern: LatePattern

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands."""
        return (match.span() for match in self.pattern.finditer(text))


def _within(first: str, then: str, *, stop: str = r"[|;&\n]", is_whole: bool = False) -> _Within:
    return _Within(
        stop=LatePattern(stop),
        first=LatePattern(first, re.IGNORECASE),
        then=LatePattern(then, re.IGNORECASE),
        is_whole=is_whole,
    )


def _plain(pattern: str) -> _Plain:
    return _Plain(pattern=LatePattern(pattern, re.IGNORECASE))


_RUNS: Final = (
    _within(
        rf"\b{_FETCH}\b",
        r"\|\s*(?:sudo\s+(?:-\S{1,100}\s+){0,10})?(?:\w{1,100}=\S{1,200}\s+){0,10}"
        rf"(?:{_SHELL}(?!\s+-c\b)\b|(?:python3?|perl|ruby|node|php)(?=\s*(?:$|-(?:\s|$)|[)\"'])))",
        stop=r"[;&\n]",
    ),
    _plain(
        rf"\b(?:{_SHELL}|source|\.|eval|python3?)\s+(?:-\w{{1,50}}\s+){{0,10}}[\"']?(?:<\(|\$\(|`)\s*{_FETCH}\b[^;&\n]*"
    ),
    _within(r"\b(?:iex|Invoke-Expression)\b", rf"{_FETCH}|DownloadString", stop=r"[;\n]", is_whole=True),
    _within(rf"{_FETCH}\b", r"\|\s*iex\b", stop=r"[;\n]"),
)
_ADDRESS: Final = LatePattern(r"https?://[^\s\"'|)<>]+")
_HOST: Final = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?![\w.@%$-])"
_HERE: Final = LatePattern(rf"https?://{_HOST}(?!:[^/?#]*@)", re.IGNORECASE)
_BARE: Final = LatePattern(rf"(?<![^\s\"'=])(?<!: ){_HOST}", re.IGNORECASE)
_SET: Final = re.compile(r"(?<!\w)(\w+)=(?=(\S{1,500}))")
_NAME: Final = re.compile(r"\$\{?(\w+)")

_IN_THE_CLEAR: Final = "packages are fetched in the clear: whoever stands between puts in what they like"
_UNCHECKED: Final[tuple[tuple[_Within | _Plain, str], ...]] = (
    (_within(r"\bcurl\b", r"\s(?:-(?-i:[a-zA-Z]{0,30}k[a-zA-Z]{0,30})|--insecure)(?=\s|$)"), "whoever stands between answers in the server's name: `curl` checks no certificate"),
    (_within(r"\bwget\b", r"--no-check-certificate"), "whoever stands between answers in the server's name: `wget` checks no certificate"),
    (_plain(r"--trusted-host[= ]\S+"), "pip takes packages from that host without checking its certificate"),
    (_within(r"\bapt(?:-get)?\b", r"--(?:allow-unauthenticated|force-yes|allow-insecure-repositories)"), "apt installs packages that nobody signed"),
    (_plain(r"Acquire::Allow(?:Insecure|Weak)Repositories[= ]\W?(?:true|1)|\[[^\[\]\n]*\btrusted=yes\b"), "apt installs packages that nobody signed"),
    (_plain(r"--nogpgcheck|\bgpgcheck\s*=\s*0|--no-gpg-checks?\b"), "packages are installed whoever made them: no signature is checked"),
    (_within(r"\bapk\b", r"--allow-untrusted"), "apk installs packages that nobody signed"),
    (_plain(r"strict-ssl[= ]+[\"']?false|\bstrictSsl: false|NODE_TLS_REJECT_UNAUTHORIZED[=: ]+[\"']?0"), "Node checks no certificate: whoever stands between sends what is installed"),
    (_plain(r"GIT_SSL_NO_VERIFY[=: ]+[\"']?(?:1|true)|http\.sslVerify[= ]+[\"']?(?:false|0)"), "git checks no certificate: whoever stands between sends the code"),
    (_plain(r"PYTHONHTTPSVERIFY[=: ]+[\"']?0"), "Python checks no certificate: whoever stands between sends what is fetched"),
    (_plain(r"\bGOSUMDB[=: ]+[\"']?off|\bGONOSUM(?:CHECK|DB)[=: ]+[\"']?(?:1|\*)|\bGOINSECURE[=: ]+[\"']?\*|\bGOFLAGS[=: ]+[\"']?[^\n\"']{0,500}?-insecure"), "Go compares no module with the sums that are publicly known"),
    (_plain(r"--insecure-skip-tls-verify(?:=true)?\b|--tls-verify=false|--skip-tls-verify\b(?!=false)"), "no certificate is checked: whoever stands between answers in the server's name"),
    (_within(r"\bnpm\b", r"--registry[= ]+http://"), _IN_THE_CLEAR),
    (_within(r"\bpip3?\b", r"--(?:extra-)?index-url[= ]+http://"), _IN_THE_CLEAR),
)  # fmt: skip


class Command(Struct, frozen=True, kw_only=True):
    """One such command: its line within the script, from 0, what stays the same of it, and what it comes to."""

    line: int
    key: str
    words: str
    is_grave: bool = False


def runs_unseen(script: str) -> Iterator[Command]:
    """Where what was fetched is run at once, without anybody having looked at it."""
    text, lines = joined(script)
    told: set[str] = set()
    for pattern in _RUNS:
        for start, end in pattern.spans(text):
            address = _ADDRESS.search(text, start, endpos=end)
            what = address[0] if address else "what it fetches"
            key = re.sub(r"[\d.]+", "", what)
            if key in told or _HERE.match(what):
                continue
            told.add(key)
            yield Command(line=lines(start), key=key, words=what, is_grave=what.startswith("http://"))


def unchecked(script: str) -> Iterator[Command]:
    """Where what is fetched is taken from whoever answers."""
    text, lines = joined(script)
    told: set[str] = set()
    addresses = _ADDRESS.findall(text)
    is_at_home = bool(addresses) and all(_HERE.match(each) for each in addresses)
    meant = dict(reversed(_SET.findall(text)))
    harmless: dict[int, bool] = {}
    for pattern, words in _UNCHECKED:
        for start, end in pattern.spans(text):
            begin = text.rfind("\n", 0, start) + 1
            if words not in told and begin not in harmless:
                line = text[begin : text.find("\n", end)]
                harmless[begin] = _stays_here(line, meant) or (is_at_home and not _ADDRESS.search(line))
            if words not in told and not harmless[begin]:
                told.add(words)
                yield Command(line=lines(start), key=words, words=words, is_grave=True)


def _stays_here(line: str, meant: Mapping[str, str]) -> bool:
    """Whether all that a line names, by its variables too, is this machine."""
    whole = " ".join([line, *(meant[name] for name in {*_NAME.findall(line)} if name in meant)])
    addresses = _ADDRESS.findall(whole)
    return all(_HERE.match(each) for each in addresses) if addresses else bool(_BARE.search(whole))


def as_script(values: Mapping[str, str]) -> str:
    """Variables as a script would set them."""
    return "\n".join(f"{name}={value}" for name, value in values.items())


class _Lines:
    """Tells a place's line in the script from its place in the text without comments and continuations."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []

    def begin(self, at: int, line: int) -> None:
        self._starts.append((at, line))

    def __call__(self, at: int) -> int:
        which = bisect_right(self._starts, at, key=lambda each: each[0])
        return self._starts[which - 1][1] if which else 0


def joined(script: str) -> tuple[str, "_Lines"]:
    """A script without comments and continuations, and what tells the line of a place in it."""
    lines, found, at = _Lines(), [], 0
    for number, line in enumerate(script.splitlines()):
        if line.lstrip().startswith("#"):
            continue
        is_continued = line.rstrip().endswith(("\\", "`")) and not line.rstrip().endswith("\\\\")
        found.append(f"{line.rstrip()[:-1]} " if is_continued else f"{line}\n")
        lines.begin(at, number)
        at += len(found[-1])
    return "".join(found), lines
