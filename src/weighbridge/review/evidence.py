"""What each evidence id of a package stands for, in a few words: prose cites ids, readers want names."""

from collections.abc import Mapping

from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.package import ReviewPackage
from weighbridge.review.sentences import named
from weighbridge.review.standing import unseen


def evidence_words(package: ReviewPackage) -> Mapping[EvidenceId, str]:
    """Every citable id of the package, with the words a link to it shows."""
    decision, risk = package.decision, package.presentation.risk
    words: dict[EvidenceId, str] = {}
    words.update((w.finding.evidence, w.finding.rule) for w in decision.findings)
    words.update((changed.evidence, named(changed.symbol)) for changed in decision.impact.changed)
    words.update((surface.evidence, surface.path) for surface in decision.surfaces)
    words.update((reached.evidence, f"{reached.kind} {reached.name}") for reached in decision.impact.reached)
    words.update(
        (e, f"{item.missing.reason}: {item.missing.detail}") for item in unseen(decision) for e in item.evidence
    )
    words.update((e.evidence, f"{e.source} says {e.says}") for c in decision.provenance.commits for e in c.evidence)
    words.update((need.evidence, need.rule) for need in decision.gate.requirements)
    words.update((scenario.evidence, "failure scenario") for scenario in risk.scenarios)
    words.update((contribution.evidence, contribution.feature) for contribution in risk.contributions)
    return words
