"""What the commands of a script fetch and run unseen, and where they check nothing of what they fetch.

Scripts are told apart by their text: a command is what stands between `;`, `&` and the end of its line, comments left out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_FETCH: Final = r"(?:curl|wget|fetch|irm|iwr|Invoke-WebRequest|Invoke-RestMethod)"
_SHELL: Final = r"(?:(?:/usr)?/bin/)?(?:env\s+)?(?:ba|z|da|k|a)?sh"
_RUNS: Final = (
    LatePattern(
        rf"\b{_FETCH}\b[^;&\n]*?\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\w+=\S+\s+)*"
        rf"(?:{_SHELL}(?!\s+-c\b)\b|(?:python3?|perl|ruby|node|php)(?=\s*(?:$|-(?:\s|$)|[;&|)\"'])))",
        re.IGNORECASE | re.MULTILINE,
    ),
    LatePattern(
        rf"\b(?:{_SHELL}|source|\.|eval|python3?)\s+(?:-\w+\s+)*[\"']?(?:<\(|\$\(|`)\s*{_FETCH}\b[^;&\n]*",
        re.IGNORECASE,
    ),
    LatePattern(
        rf"\b(?:iex|Invoke-Expression)\b[^;\n]*(?:{_FETCH}|DownloadString)[^;\n]*|{_FETCH}\b[^;\n]*\|\s*iex\b",
        re.IGNORECASE,
    ),
)
_ADDRESS: Final = re.compile(r"https?://[^\s\"'|)<>]+")
_HERE: Final = re.compile(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0)\b|\[::1\]")

_UNCHECKED: Final[tuple[tuple[LatePattern, str], ...]] = tuple(
    (LatePattern(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"\bcurl\b[^|;&\n]*?\s(?:-(?-i:[a-zA-Z]*k[a-zA-Z]*)|--insecure)(?=\s|$)[^|;&\n]*", "whoever stands between answers in the server's name: `curl` checks no certificate"),
        (r"\bwget\b[^|;&\n]*?--no-check-certificate[^|;&\n]*", "whoever stands between answers in the server's name: `wget` checks no certificate"),
        (r"--trusted-host[= ]\S+", "pip takes packages from that host without checking its certificate"),
        (r"\bapt(?:-get)?\b[^|;&\n]*--(?:allow-unauthenticated|force-yes|allow-insecure-repositories)", "apt installs packages that nobody signed"),
        (r"Acquire::Allow(?:Insecure|Weak)Repositories[= ]\W?(?:true|1)|\[[^\]\n]*\btrusted=yes\b[^\]\n]*\]", "apt installs packages that nobody signed"),
        (r"--nogpgcheck|\bgpgcheck\s*=\s*0|--no-gpg-checks?\b", "packages are installed whoever made them: no signature is checked"),
        (r"\bapk\b[^|;&\n]*--allow-untrusted", "apk installs packages that nobody signed"),
        (r"strict-ssl[= ]+[\"']?false|\bstrictSsl: false|NODE_TLS_REJECT_UNAUTHORIZED[=: ]+[\"']?0", "Node checks no certificate: whoever stands between sends what is installed"),
        (r"GIT_SSL_NO_VERIFY[=: ]+[\"']?(?:1|true)|http\.sslVerify[= ]+[\"']?(?:false|0)", "git checks no certificate: whoever stands between sends the code"),
        (r"PYTHONHTTPSVERIFY[=: ]+[\"']?0", "Python checks no certificate: whoever stands between sends what is fetched"),
        (r"\bGOSUMDB[=: ]+[\"']?off|\bGONOSUM(?:CHECK|DB)[=: ]+[\"']?(?:1|\*)|\bGOINSECURE[=: ]+[\"']?\*|\bGOFLAGS[=: ]+[\"']?[^\n\"']*-insecure", "Go compares no module with the sums that are publicly known"),
        (r"--insecure-skip-tls-verify(?:=true)?\b|--tls-verify=false|--skip-tls-verify\b(?!=false)", "no certificate is checked: whoever stands between answers in the server's name"),
        (r"\bnpm\b[^|;&\n]*--registry[= ]+http://|\bpip3?\b[^|;&\n]*--(?:extra-)?index-url[= ]+http://", "packages are fetched in the clear: whoever stands between puts in what they like"),
    )
)  # fmt: skip


class Command(Struct, frozen=True, kw_only=True):
    """One such command: its line within the script, from 0, what stays the same of it, and what it comes to."""

    line: int
    key: str
    words: str
    is_grave: bool = False


def runs_unseen(script: str) -> Iterator[Command]:
    """Where what was fetched is run at once, without anybody having looked at it."""
    text, lines = _joined(script)
    told: set[str] = set()
    for pattern in _RUNS:
        for match in pattern.finditer(text):
            address = _ADDRESS.search(match[0])
            what = address[0] if address else "what it fetches"
            key = re.sub(r"[\d.]+", "", what)
            if key in told or _HERE.search(what):
                continue
            told.add(key)
            yield Command(line=lines(match.start()), key=key, words=what, is_grave=what.startswith("http://"))


def unchecked(script: str) -> Iterator[Command]:
    """Where what is fetched is taken from whoever answers."""
    text, lines = _joined(script)
    told: set[str] = set()
    addresses = _ADDRESS.findall(text)
    is_at_home = bool(addresses) and all(_HERE.search(each) for each in addresses)
    for pattern, words in _UNCHECKED:
        for match in pattern.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
            if words in told or _HERE.search(line + _meant(line, text)) or (is_at_home and not _ADDRESS.search(line)):
                continue
            told.add(words)
            yield Command(line=lines(match.start()), key=words, words=words, is_grave=True)


def _meant(line: str, text: str) -> str:
    """What the variables of a line were set to, as far as the script says."""
    names = re.findall(r"\$\{?(\w+)", line)
    return " ".join(found[1] for name in names if (found := re.search(rf"\b{name}=(\S+)", text)))


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
        return next((line for start, line in reversed(self._starts) if start <= at), 0)


def _joined(script: str) -> tuple[str, _Lines]:
    lines, found, at = _Lines(), [], 0
    for number, line in enumerate(script.splitlines()):
        if line.lstrip().startswith("#"):
            continue
        is_continued = line.rstrip().endswith(("\\", "`")) and not line.rstrip().endswith("\\\\")
        found.append(f"{line.rstrip()[:-1]} " if is_continued else f"{line}\n")
        lines.begin(at, number)
        at += len(found[-1])
    return "".join(found), lines
