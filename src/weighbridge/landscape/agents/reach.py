"""How far a use of a tool reaches, in words and as severity: what anybody would want to be asked for."""

import re
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.agents.model import Grant
from weighbridge.landscape.agents.patterns import forms

_ANY = "\x00"
_SHOWN: Final = 100
_DOES: Final = {
    "shell": "run",
    "edit": "change",
    "read": "read",
    "fetch": "fetch",
    "unsandboxed": "run",
    "folder": "work in",
    "host": "reach",
    "server": "use the server",
    "shell by pattern": "run what matches",
}
_MORE: Final = {"unsandboxed": " outside the sandbox"}
_SHELLS: Final = frozenset(
    (
        "bash",
        "sh",
        "zsh",
        "fish",
        "eval",
        "exec",
        "sudo",
        "su",
        "xargs",
        "env",
        "nohup",
        "ssh",
        "pwsh",
        "powershell",
        "cmd",
        "doas",
    )
)
"""Programs that run whatever they are given, as the shell itself does."""
_RUNNERS: Final = frozenset(
    (
        *(
            "python",
            "python3",
            "node",
            "deno",
            "bun",
            "ruby",
            "perl",
            "php",
            "npx",
            "bunx",
            "uvx",
            "pipx",
            "docker",
            "podman",
        ),
        *("find", "awk", "git", "gh", "uv", "npm", "pnpm", "yarn", "tsx", "osascript", "crontab", "nc"),
        *("pnpm dlx", "npm exec", "yarn dlx", "uv run", "go run"),
    )
)
"""Programs that run what they are given, or publish, as one of many things they do."""
_SENDS: Final = frozenset(("curl", "wget", "scp", "rsync", "ftp", "http"))
_DESTROYS: Final = LatePattern(
    r"(?:rm|rmdir|dd|mkfs|shred|truncate|chmod|chown|kill|pkill|killall|git push|git reset|git clean|git checkout|git rebase|dropdb|npm publish"
    r"|gh pr merge|gh api|gh (?:repo|release|secret|workflow|run)(?! (?:view|list|watch|download)\b)|docker push|psql|mysql|redis-cli|systemctl|pip install|npm install)(?:\b.*)?"
)
_PRODUCTION: Final = LatePattern(
    r"(?:terraform|tofu|terragrunt|pulumi)(?: (?:apply|destroy|up|import|state)\b.*| ?\x00)?|kubectl(?: (?:apply|delete|exec|scale|patch|drain)\b.*| ?\x00)?"
    r"|helm (?:install|upgrade|uninstall|delete|rollback)\b.*|(?:aws|gcloud|az|heroku|fly|flyctl|ansible-playbook)(?: ?\x00)?",
    re.DOTALL,
)
_GUARDS: Final = LatePattern(
    r"(?:.*/)?(?:\.claude|\.cursor|\.codex|\.gemini|\.github|\.git|\.husky|\.weighbridge|\.vscode|\.mcp\.json|AGENTS\.md|CLAUDE\.md)(?:/.*)?",
    re.DOTALL,
)
_SECRETS: Final = LatePattern(
    r"(?:.*[/\x00\x01])?(?:\.env|\.ssh|\.aws|\.gnupg|\.netrc|\.npmrc|\.pypirc|\.kube|id_rsa|id_ed25519|secrets?|credentials?|[^/]*\.pem|[^/]*\.key)\b.*",
    re.DOTALL | re.IGNORECASE,
)


def words_of(grant: Grant) -> str:
    """What the uses are that a rule speaks of."""
    said = f"`{grant.text[:_SHOWN]}{'…' if len(grant.text) > _SHOWN else ''}`"
    if forms(grant.kind, grant.pattern) == (_ANY,):
        whole = {
            "shell": "run any shell command",
            "edit": "change any file",
            "read": "read any file",
            "fetch": "fetch any address",
        }
        return f"{whole.get(grant.kind, 'use it for anything')} ({said})"
    why = _why(forms(grant.kind, grant.pattern)) if grant.kind == "shell" else ""
    return f"{_DOES.get(grant.kind, 'use')} {said}{_MORE.get(grant.kind, '')}{why}"


def severity_of(grant: Grant) -> Severity:
    """How bad it is that they happen and nobody is asked."""
    found = forms(grant.kind, grant.pattern)
    if grant.kind in ("shell", "*"):
        return _of_shell(found)
    if grant.kind == "edit":
        return Severity.HIGH if any(map(_GUARDS.fullmatch, found)) else _of_whole(found)
    if grant.kind == "read":
        secret = any(map(_SECRETS.fullmatch, found))
        return Severity.HIGH if secret else _of_whole(found) if found[0].startswith(("/", "~", _ANY)) else Severity.LOW
    return _of_whole(found) if grant.kind == "fetch" else Severity.LOW


def _of_whole(found: tuple[str, ...]) -> Severity:
    return Severity.MEDIUM if found == (_ANY,) or found[0].startswith(("//", "~")) else Severity.LOW


def _of_shell(found: tuple[str, ...]) -> Severity:
    return _kind_of(found)[0]


def _why(found: tuple[str, ...]) -> str:
    why = _kind_of(found)[1]
    return f", which {why}," if why else ""


def _kind_of(found: tuple[str, ...]) -> tuple[Severity, str]:
    """How far a command reaches, and what makes it so."""
    widest = found[-1]
    first = widest.partition(" ")[0].rpartition("/")[2].strip(_ANY)
    rest = widest.partition(" ")[2]
    is_free = _ANY in widest and (not rest or rest.startswith(_ANY))
    if widest.startswith(_ANY) or (first in _SHELLS and is_free):
        return Severity.HIGH, "runs whatever it is given"
    if any(map(_PRODUCTION.fullmatch, found)):
        return Severity.HIGH, "changes what is in use"
    if any(map(_DESTROYS.fullmatch, found)) and (_ANY in widest or first in ("rm", "dd")):
        return Severity.MEDIUM, "may do what cannot be taken back"
    if (first in _RUNNERS and is_free) or any(widest == f"{each} {_ANY}" for each in _RUNNERS):
        return Severity.MEDIUM, "can run any other program"
    if first in _SENDS and _ANY in widest:
        return Severity.MEDIUM, "can send anything anywhere"
    return Severity.LOW, ""


def severity_of_denial(grant: Grant) -> Severity:
    """How bad it is that they are forbidden no more."""
    found = forms(grant.kind, grant.pattern)
    is_secret = grant.kind in ("read", "edit", "shell") and any(map(_SECRETS.fullmatch, found))
    is_guard = grant.kind == "edit" and any(map(_GUARDS.fullmatch, found))
    if is_secret or is_guard or found == (_ANY,):
        return Severity.HIGH
    reached = severity_of(grant)
    return reached if reached is Severity.HIGH else Severity.MEDIUM
