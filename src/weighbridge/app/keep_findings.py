"""Which findings count: those the baseline knows and those a trusted suppression excuses are kept, and do not block."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.findings import Finding, FindingState, Suppression, WeighedFinding
from weighbridge.domain.ids import Fingerprint, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import MOST_BYTES, ChangedBytes
from weighbridge.policy.baseline import read_baseline
from weighbridge.policy.suppressions import covers, judged, stated_suppressions, trusted_among

BASELINE_PATH: Final = ".weighbridge/baseline.json"
MOST_STATED: Final = 1_000
"""Suppressions of one change that are listed; a change with more states them to drown the reader."""


class Standing(Struct, frozen=True, kw_only=True):
    """All findings with their standing, and every suppression in the changed files."""

    findings: tuple[WeighedFinding, ...]
    suppressions: tuple[Suppression, ...]


def stand(
    findings: Sequence[Finding], suppressions: Sequence[Suppression], *, baseline: frozenset[Fingerprint]
) -> Standing:
    """Weigh each finding against the baseline and the suppressions."""
    weighed = []
    for finding in findings:
        excuse = next((s for s in suppressions if not s.problem and covers(s, finding)), None)
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
    return read_baseline(document.data, document.path) if document else frozenset()


class Excuses(Struct, frozen=True, kw_only=True):
    """Where suppressions are looked for, and what says whether they hold; provenance is asked only if any is found."""

    repository: Repository
    trust: Trust
    content: ChangedBytes
    provenance: Callable[[], Provenance]
    today: date

    def of(self, change: Change) -> tuple[Suppression, ...]:
        """Every suppression in the changed files' head, each with the reason why it is not honoured, if it is not."""
        found = [s for file in change.files if _may_state(file) for s in self._in_file(file)]
        return tuple(found[:MOST_STATED])

    def _in_file(self, file: FileChange) -> Sequence[Suppression]:
        text = self.content.text(file.path)
        stated = stated_suppressions(file.path, text) if "weighbridge:" in text else ()
        if not stated:
            return ()
        trusted = self._trusted(file.base.path if file.base else file.path)
        marked = trusted_among(stated, text, trusted=trusted, added=file.added)
        return [judged(replace(s, written_by_agent=self._is_agents(s)), self.today) for s in marked]

    def _trusted(self, path: RepoPath) -> str:
        if self.trust.target is None:
            return ""
        data = self.repository.file_at(self.trust.target, path, MOST_BYTES)
        return "" if data is None or isinstance(data, CouldNotLook) else data.decode("utf-8", "replace")

    def _is_agents(self, suppression: Suppression) -> bool:
        """Whether an agent wrote the line, as far as records tell; where none is kept for it, the change as a whole."""
        provenance, place = self.provenance(), suppression.place
        for lines in provenance.lines:
            if lines.path == place.path and lines.lines.touches(place.line, place.line):
                return lines.origin in (Origin.AI, Origin.MIXED)
        return not suppression.is_trusted and provenance.origin is Origin.AI


def _may_state(file: FileChange) -> bool:
    head = file.head
    if head is None or file.is_binary or head.mode in (Mode.SYMLINK, Mode.SUBMODULE):
        return False
    return role_of(head.path) != "prose"
