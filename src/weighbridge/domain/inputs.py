"""Inputs: what a change is judged by that lies in no tree, such as what a tool plans to do; brought by whoever asks for the review."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import Digest, RepoPath
from weighbridge.domain.outcomes import CouldNotLook

KINDS: Final = {
    "coverage": "which lines ran while the tests of the head did: coverage.py (JSON, XML), Cobertura, LCOV, Go, JaCoCo, Istanbul",
    "load-test": "what a load test of the head measured: k6 (JSON), Locust (CSV), wrk (its text), JMH (JSON)",
    "manifests-after": "what `helm template` or `kustomize build` renders of the change: compared with `manifests-before`",
    "manifests-before": "the manifests that run, or what is rendered of the base: `helm get manifest`, `kubectl get -o yaml`",
    "terraform-plan": "what `terraform show -json PLANFILE` wrote, of Terraform or OpenTofu",
    "change-set": "what `aws cloudformation describe-change-set --include-property-values` wrote",
    "table-sizes": "how large tables are, and how often they are written",
    "zizmor": "what `zizmor --format json` or `--format sarif` found in the workflows of the head",
    "issue": "the text of an issue that the change is for: what it asks for is not held against the change",
    "squawk": "what `squawk --reporter json` found in the scripts of the head",
}
"""Every kind of input that some rule reads, with what it holds."""
PREFIX: Final = "input:"
"""Begins an input's place in findings, and its role for the rules that judge it."""


class InputRecord(Struct, frozen=True, kw_only=True):
    """What of an input stands in a decision: its kind, the digest of its bytes, and how many they are."""

    kind: str
    digest: Digest
    size: int


class Input(Struct, frozen=True, kw_only=True):
    """One input; `data` says why not where it could not be read."""

    record: InputRecord
    data: bytes | CouldNotLook
    number: int = 1
    """Which of its kind it is, from 1."""

    @property
    def path(self) -> RepoPath:
        """How findings and outcomes call it."""
        more = f"#{self.number}" if self.number > 1 else ""
        return RepoPath(f"{PREFIX}{self.record.kind}{more}")

    @property
    def role(self) -> str:
        """What rules that judge it name among their roles."""
        return f"{PREFIX}{self.record.kind}"


class Inputs:
    """The inputs of one review, in the order in which they were given."""

    def __init__(self, given: Iterable[Input] = ()) -> None:
        self.all = tuple(given)

    @property
    def records(self) -> tuple[InputRecord, ...]:
        """What of them stands in a decision."""
        return tuple(each.record for each in self.all)

    def of(self, kind: str) -> tuple[Input, ...]:
        """Those of one kind."""
        return tuple(each for each in self.all if each.record.kind == kind)


NO_INPUTS: Final = Inputs()
"""Where none is given."""
