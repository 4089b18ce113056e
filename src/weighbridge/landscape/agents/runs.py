"""What a command runs, as far as the tree tells: a script of the repository, one that is not there, something from elsewhere."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.agents.servers import unpinned

_PARTS: Final = LatePattern(r"[^\s;|&()<>]+")
_ROOTS: Final = LatePattern(
    r"^(?:\$\{?(?:CLAUDE_PROJECT_DIR|CURSOR_PROJECT_DIR|GEMINI_PROJECT_DIR|PWD|workspaceFolder)(?::-\.)?\}?/|\$\(git rev-parse --show-toplevel\)/|(?:\./)+)"
)
_SCRIPT: Final = LatePattern(r"[\w./@+-]+\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|mts|rb|pl|php|ps1|go)")
_OUTSIDE: Final = LatePattern(r"(?:~|/|\$\{?HOME\}?/|[A-Za-z]:[\\/]).*")
_ABSOLUTE_TOOLS: Final = ("/dev/", "/usr/", "/bin/", "/tmp/", "/opt/homebrew/")  # noqa: S108 - places of what is installed
_PIPED: Final = LatePattern(
    r"\b(?:curl|wget|fetch|irm|iwr)\b[^|;&\n]{0,300}(?:https?://|\$)[^|;&\n]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b"
    r"|\b(?:ba|z)?sh\b\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b|\biex\b.{0,40}\b(?:irm|iwr)\b"
)
_SENT: Final = LatePattern(
    r"\b(?:curl|wget)\b[^|;&\n]{0,300}(?:\s-(?:d|F|T)\b|--data|--form|--upload-file|--post-(?:data|file)|-X\s*P(?:OST|UT))|\b(?:nc|ncat|scp)\s+\S"
)
_LOCAL: Final = LatePattern(r"(?:localhost|127\.0\.0\.1|\[::1\])")
_REFUSES: Final = LatePattern(
    r"\bexit\(?\s*2\b|sys\.exit\(2\)|process\.exit\(2\)|[\"'](?:deny|block)[\"']|permissionDecision|[\"']ask[\"']|\bexit\s+1\b"
)
MOST_LETTERS: Final = 20_000


class Run(Struct, frozen=True, kw_only=True):
    """What a command runs: a path of the tree, one that no tree holds, or words for something else."""

    script: RepoPath | None = None
    missing: str = ""
    outside: str = ""
    package: str = ""
    """What is fetched in whatever version there is."""
    is_piped: bool = False
    """Whether it runs what it fetches from an address."""
    is_sending: bool = False
    """Whether it sends something to another host."""


def run_of(command: str, *, settings: RepoPath, is_there: Callable[[RepoPath], bool]) -> Run:
    """What a command of a file of settings runs."""
    command = command[:MOST_LETTERS]
    plain = command.replace('"', "").replace("'", "")
    sends = _SENT.search(command)
    known = dict.fromkeys(_scripts(plain))
    found = [(text, _resolved(text, settings=settings, is_there=is_there)) for text in known]
    outside = next((text for text in _PARTS.findall(plain) if _is_outside(text)), "")
    return Run(
        script=next((path for _, path in found if path is not None), None),
        missing=next((text for text, path in found if path is None), ""),
        outside=outside,
        package=unpinned(tuple(plain.split())),
        is_piped=_PIPED.search(command) is not None,
        is_sending=sends is not None and _LOCAL.search(command) is None,
    )


def refuses(text: str) -> bool:
    """Whether a hook's text holds what makes the agent's program refuse something or ask."""
    return _REFUSES.search(text) is not None


def names_of(command: str) -> Iterator[str]:
    """The names of the scripts it mentions, without their folders."""
    return (text.rpartition("/")[2] for text in _scripts(command.replace('"', "").replace("'", "")))


def _scripts(plain: str) -> Iterator[str]:
    plain = plain.replace("$(git rev-parse --show-toplevel)/", "./")
    for part in _PARTS.findall(plain):
        text = _ROOTS.sub("", part)
        is_rooted = text != part and "/" in part and "=" not in part
        if (is_rooted and text and not set(text) & set("*$`{}")) or (
            _SCRIPT.fullmatch(text) and not text.startswith(("/", "node_modules/", "~"))
        ):
            yield text.rstrip(",")


def _resolved(text: str, *, settings: RepoPath, is_there: Callable[[RepoPath], bool]) -> RepoPath | None:
    own = folder_of(settings)
    for folder in ("", folder_of(RepoPath(own)), own):
        path = RepoPath(f"{folder}/{text}" if folder else text)
        if ".." not in path and is_there(path):
            return path
    return None


def _is_outside(text: str) -> bool:
    return (
        _OUTSIDE.fullmatch(text) is not None
        and not text.startswith(_ABSOLUTE_TOOLS)
        and _SCRIPT.fullmatch(text.replace("~", "").replace("$HOME", "").replace("${HOME}", "")) is not None
    )
