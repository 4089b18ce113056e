"""Which findings count: those the baseline knows and those a trusted suppression excuses are kept, and do not block.

A suppression is a comment `weighbridge: allow RULE until YYYY-MM-DD because REASON` on the finding's line or the one above.
It is honoured only where the target branch already has it: the author of a change cannot excuse it in the same breath.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change
from weighbridge.domain.findings import Finding, FindingState, Suppression, WeighedFinding
from weighbridge.domain.ids import Fingerprint, RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.landscape.changed_bytes import ChangedBytes

BASELINE_PATH: Final = ".weighbridge/baseline.json"
_FORM: Final = re.compile(
    r"weighbridge:\s*allow\s+(?P<rule>[\w./-]+)(?:\s+until\s+(?P<until>\S+))?(?:\s+because\s+(?P<reason>.+?))?\s*(?:\*/|-->)?\s*$"
)
_MOST_BYTES: Final = 4_000_000


class BaselineError(Exception):
    """The trusted baseline cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All findings with their standing, and every suppression in the changed files."""

    findings: tuple[WeighedFinding, ...]
    suppressions: tuple[Suppression, ...]


def stand(
    findings: Sequence[Finding], suppressions: Sequence[Suppression], *, baseline: frozenset[Fingerprint]
) -> Standing:
    """Weigh each finding against the baseline and the suppressions."""
    weighed = []
    for finding in findings:
        excuse = next((s for s in suppressions if not s.problem and _covers(s, finding)), None)
        if finding.fingerprint in baseline:
            weighed.append(WeighedFinding(finding=finding, state=FindingState.BASELINE))
        elif excuse is not None:
            weighed.append(WeighedFinding(finding=finding, state=FindingState.SUPPRESSED, suppression=excuse))
        else:
            weighed.append(WeighedFinding(finding=finding))
    return Standing(findings=tuple(weighed), suppressions=tuple(suppressions))


def trusted_baseline(trust: Trust) -> frozenset[Fingerprint]:
    """The fingerprints of the baseline on the target branch; empty when there is none.

    Raises:
        BaselineError: it is not of the form that `weighbridge baseline` writes.
    """
    document = trust.document(BASELINE_PATH)
    if document is None:
        return frozenset()
    try:
        content = json.loads(document.data)
        return frozenset(Fingerprint(str(entry["fingerprint"])) for entry in content["findings"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(
            f"{document.path}: not a baseline: {error}; write it anew with `weighbridge baseline`"
        ) from error


def find_suppressions(
    repository: Repository, change: Change, *, content: ChangedBytes, trust: Trust, provenance: Provenance, today: date
) -> tuple[Suppression, ...]:
    """Every suppression in the changed files' head, each with the reason why it is not honoured, if it is not."""
    found = []
    for file in change.files:
        if file.head is None or file.is_binary:
            continue
        path = file.head.path
        text = content.text(path)
        if "weighbridge:" not in text:
            continue
        trusted = _trusted_lines(repository, trust, path=file.base.path if file.base else path)
        for suppression in _in_text(path, text):
            is_trusted = _line(text, suppression.place.line) in trusted
            by_agent = any(
                p.path == path
                and p.origin in (Origin.AI, Origin.MIXED)
                and p.lines.touches(suppression.place.line, suppression.place.line)
                for p in provenance.lines
            ) or (not is_trusted and provenance.origin is Origin.AI)
            found.append(
                replace(
                    suppression,
                    is_trusted=is_trusted,
                    written_by_agent=by_agent,
                    problem=_problem(suppression, today, is_trusted=is_trusted),
                )
            )
    return tuple(found)


def _in_text(path: RepoPath, text: str) -> Iterator[Suppression]:
    for number, line in enumerate(text.splitlines(), start=1):
        if stated := _FORM.search(line):
            yield Suppression(
                rule=RuleId(stated["rule"]),
                place=Place(path=path, line=number, end_line=number),
                reason=stated["reason"] or "",
                expires=stated["until"] or "",
                is_trusted=False,
            )


def _problem(suppression: Suppression, today: date, *, is_trusted: bool) -> str:
    if not suppression.reason:
        return "it gives no reason (… because REASON)"
    try:
        expires = date.fromisoformat(suppression.expires)
    except ValueError:
        return "it gives no expiry (… until YYYY-MM-DD)"
    if expires < today:
        return f"it expired on {suppression.expires}"
    return "" if is_trusted else "it came with this change: only the target branch's suppressions are honoured"


def _trusted_lines(repository: Repository, trust: Trust, *, path: RepoPath) -> frozenset[str]:
    if trust.target is None:
        return frozenset()
    data = repository.file_at(trust.target, path, _MOST_BYTES)
    if data is None or isinstance(data, CouldNotLook):
        return frozenset()
    return frozenset(line.strip() for line in data.decode("utf-8", "replace").splitlines())


def _line(text: str, number: int) -> str:
    return text.splitlines()[number - 1].strip()


def _covers(suppression: Suppression, finding: Finding) -> bool:
    place = finding.place
    return (
        suppression.rule == finding.rule
        and suppression.place.path == place.path
        and place.side is Side.HEAD
        and suppression.place.line in (place.line, place.line - 1)
    )
