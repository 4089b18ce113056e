"""Risk: where a change stands among this repository's own, what moved it there, and how it could fail."""

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, evidence_id


class Contribution(Struct, frozen=True, kw_only=True):
    """One feature's share: its value, its percentile (0-100) in the history, and the sentence a person reads."""

    feature: str
    value: float
    percentile: float
    words: str

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this contribution by."""
        return evidence_id("contribution", self.feature, f"{self.value:.6g}")


class FailureScenario(Struct, frozen=True, kw_only=True):
    """One way the change could fail, derived from evidence that it cites."""

    words: str
    cites: tuple[EvidenceId, ...]

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this scenario by."""
        return evidence_id("scenario", self.words, *self.cites)


class Risk(Struct, frozen=True, kw_only=True):
    """A percentile (0-100) of this change against `sample` earlier ones; None, with the reason, when refused.

    `baseline_percentile` is the plain rival: the percentile of the added lines alone.
    """

    percentile: float | None
    baseline_percentile: float | None
    sample: int
    window: str
    model: str
    contributions: tuple[Contribution, ...] = ()
    scenarios: tuple[FailureScenario, ...] = ()
    refused: str = ""
    is_among_code: bool = False
    """Whether the earlier changes are those of code alone, as this one is."""
    is_without_past: bool = False
    """Whether no earlier change touched its files, so that a low percentile says no more than that they are new."""
