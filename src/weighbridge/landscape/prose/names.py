"""What a piece of text in a document names, told from its form alone."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.mentions import MentionKind

LONGEST: Final = 200
"""Characters of a name; nothing that people refer to is longer."""

_ALL_ENDINGS: Final = (
    "py pyi js jsx ts tsx mjs cjs go java rb rs kt kts scala c h cc cpp hpp cs php swift sh bash zsh ps1 sql tf tfvars hcl"
    " yaml yml toml ini cfg conf json jsonc xml html css scss less md rst adoc txt proto graphql lock env mk gradle vue svelte"
    " ex exs erl clj lua pl r ipynb tpl j2 erb haml slim service properties csv bat cmake"
)
ENDINGS: Final = frozenset(_ALL_ENDINGS.split())
"""How names of files end that people write in repositories."""

_PLACEHOLDER: Final = LatePattern(
    r"(?i)[<>*…\s]|\.\.\.|\{|\}|\$\(|(?:^|[/_.-])(?:foo|bar|baz|x{2,}|example|sample|your|my|some|path|to|name|placeholder|hello)"
    r"(?:$|[/_.-])|yyyy|0{4}_"
)
"""What stands for something else: no file, symbol or setting is called so for good."""
_FILE: Final = LatePattern(r"(?:\.{1,2}/)*/?(?:[\w.@+-]+/)*[\w.@+-]+/?")
_AFTER_FILE: Final = LatePattern(r"(?::\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?|::[\w.:\[\]-]+)$")
_SETTING: Final = LatePattern(r"\$?\{?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\}?(?:=\S*)?")
_FLAG: Final = LatePattern(r"(--[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:[= ]\S*)?")
_ENDPOINT: Final = LatePattern(r"(?:(GET|POST|PUT|PATCH|DELETE|HEAD)\s+)?(/[\w.~:{}<>\[\]$-]+(?:/[\w.~:{}<>\[\]$-]*)*)")
_SYMBOL: Final = LatePattern(r"(?:[A-Za-z_]\w*(?:\.|::|#|->))*[A-Za-z_]\w*")
_CALL: Final = LatePattern(r"([A-Za-z_][\w.:#]*)\([^()]*\)")
_HUMP: Final = LatePattern(r"[a-z0-9][A-Z]")
_PARTS: Final = LatePattern(r"\.|::|#|->")
_PROMPT: Final = LatePattern(r"\s*(?:\$|>|%|#)\s+")
_JOINTS: Final = LatePattern(r"\s*(?:&&|\|\||;|\|)\s*")
_SCRIPT: Final = LatePattern(r"(?:\./)?(?:[\w.-]+/)+[\w.-]+\.(?:sh|bash|py|js|ts|rb|pl|ps1)|\./[\w.-]+(?:/[\w.-]+)*")
_WORD: Final = LatePattern(r"[A-Za-z][\w:./-]*")
_RUNNERS: Final = {"npm": ("run", "run-script"), "pnpm": ("run",), "yarn": ("run",)}
_INTERPRETERS: Final = frozenset({"bash", "sh", "python", "python3", "node", "ruby", "perl", "source", "."})
_LEAST: Final = 5
"""Characters of a symbol that is told from a word."""

Named = tuple[MentionKind, str]


def named(text: str) -> Iterator[Named]:
    """What a code span names; nothing where its form leaves that open."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return
    if " " in text and (ran := list(commanded(text))):
        yield from ran
    elif (flag := _FLAG.fullmatch(text)) is not None:
        yield MentionKind.FLAG, flag[1]
    elif (setting := _SETTING.fullmatch(text)) is not None and not _PLACEHOLDER.search(setting[1]):
        yield MentionKind.SETTING, setting[1]
    elif (found := file_named(text)) is not None:
        yield MentionKind.PATH, found
    elif (endpoint := _ENDPOINT.fullmatch(text)) is not None:
        yield MentionKind.ENDPOINT, f"{endpoint[1] or ''} {endpoint[2]}".strip()
    elif symbol := symbol_named(text):
        yield MentionKind.SYMBOL, symbol


def file_named(text: str) -> str | None:
    """The file or folder that a text names, without the line; None where it may be something else."""
    text = _AFTER_FILE.sub("", text)
    if _PLACEHOLDER.search(text) or _FILE.fullmatch(text) is None or text.startswith("//"):
        return None
    name = text.rstrip("/").rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    if text.startswith("/") and ending.lower() not in ENDINGS:
        return None
    is_file = bool(stem) and ending.lower() in ENDINGS
    is_known = name in ("Makefile", "Dockerfile", "Justfile", "Procfile", "Gemfile", "CODEOWNERS")
    return text if is_file or is_known or "/" in text.strip("/") else None


def symbol_named(text: str) -> str:
    """The symbol that a text names; empty where it may be a word like others."""
    call = _CALL.fullmatch(text)
    name = call[1] if call is not None else text
    if _SYMBOL.fullmatch(name) is None or _PLACEHOLDER.search(name):
        return ""
    last = _PARTS.split(name)[-1]
    is_own = call is not None or "_" in last.strip("_") or _HUMP.search(last) is not None
    return name if is_own and len(last) >= _LEAST else ""


def last_part(symbol: str) -> str:
    """The name that a symbol's definition has."""
    return _PARTS.split(symbol)[-1]


def commanded(line: str) -> Iterator[Named]:
    """What a line of a shell runs: targets, scripts and files of the repository, and the options given to its own programs."""
    line = line.partition(" #")[0] if not line.startswith("#") else line
    prompt = _PROMPT.match(line)
    for part in _JOINTS.split(line[prompt.end() :] if prompt else line.strip()):
        words = part.split()
        while words and "=" in words[0] and not words[0].startswith("-"):
            del words[0]
        if words:
            yield from _run(words)


def _run(words: list[str]) -> Iterator[Named]:
    program, given = words[0], words[1:]
    if program in ("make", "just") and given and all("=" in w or _WORD.fullmatch(w) for w in given):
        for word in given:
            if "=" not in word and not _PLACEHOLDER.search(word):
                yield MentionKind.COMMAND, f"{program} {word}"
    elif program in _RUNNERS and len(given) > 1 and given[0] in _RUNNERS[program] and _WORD.fullmatch(given[1]):
        yield MentionKind.COMMAND, f"{program} run {given[1]}"
    else:
        script = given[0] if program in _INTERPRETERS and given else program
        if _SCRIPT.fullmatch(script) and not _PLACEHOLDER.search(script.removeprefix("./")):
            yield MentionKind.PATH, script.removeprefix("./")
