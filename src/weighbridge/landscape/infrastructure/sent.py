"""Where a script sends away all that its run knows, the secrets among it, or prints it so that nothing is masked.

What is masked in a log is the secret as it is written: https://docs.github.com/en/actions/reference/security/secure-use.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.commands import Command, joined

_ALL: Final = LatePattern(
    r"(?:\$\(|`)\s*(?:sudo\s+)?(?:env|printenv|set|export\s+-p|declare\s+-x)\s*(?:\)|`|\|)"
    r"|(?:^|[;&|({])\s*(?:sudo\s+)?(?:env|printenv|export\s+-p|declare\s+-x)\s*\|"
    r"|<\(\s*(?:env|printenv)\s*\)|/proc/(?:self|\d{1,7}|\$\$)/environ|\$\{\{\s*toJSON\s*\(\s*secrets\s*\)",
    re.IGNORECASE,
)
"""All variables of a run, or all of its secrets."""
_FILES: Final = LatePattern(
    r"\.aws/credentials|\.ssh/id_\w+|\.kube/config|\.docker/config\.json|\.git-credentials|\.netrc\b|gcloud/application_default_credentials"
)
_GIVES: Final = LatePattern(
    r"\s(?:-d|--data(?:-\w{1,20})?|-F|--form|-T|--upload-file|--post-(?:file|data))[ =]?", re.IGNORECASE
)
_SENDS: Final = LatePattern(
    r"(?<![\w./-])(?:curl|wget|nc|ncat|netcat|socat|nslookup|dig|Invoke-WebRequest|Invoke-RestMethod|iwr|irm)(?![\w-])",
    re.IGNORECASE,
)
_ENCODES: Final = LatePattern(
    r"\|\s*(?:base64|xxd|rev|od|hexdump|gzip|openssl\s+\w+)(?![\w-])(?!\s+(?:-d|-D|--decode)\b)"
)
_KEEPS: Final = LatePattern(r">\s*[\"']?[\w$./{~]")
_ADDRESS: Final = LatePattern(r"https?://([^\s/\"'|)<>:]+)")


def sent_away(script: str) -> Iterator[Command]:
    """Each command that does so, once an address."""
    text, lines = joined(script)
    told: set[str] = set()
    at = 0
    for line in text.splitlines(keepends=True):
        words = _said(line)
        if words and words not in told:
            told.add(words)
            yield Command(line=lines(at), key=words, words=words, is_grave=True)
        at += len(line)


def _said(line: str) -> str:
    is_all = _ALL.search(line) is not None
    sends = _SENDS.search(line)
    if sends is not None and (is_all or (_FILES.search(line) and _GIVES.search(line, sends.end()))):
        address = _ADDRESS.search(line)
        whom = f"to `{address[1]}`" if address is not None else "away"
        return f"{'all variables, and the secrets among them, go' if is_all else 'a file of secrets goes'} {whom}"
    if is_all and _ENCODES.search(line) and not _KEEPS.search(line):
        return "all variables are printed in a form in which no secret is masked"
    return ""
