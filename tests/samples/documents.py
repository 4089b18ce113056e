"""Documents of policies for tests: a small one, and one as large as they get."""

from msgspec.structs import replace
from tests.samples.findings import usual_findings
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import changed_file

from weighbridge.domain.ids import RuleId
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import Coverage, FileCoverage, Outcome, OutcomeState
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.policy.document import PolicyDocument


def plain_document(*paths: str) -> PolicyDocument:
    """A change of some files of which nothing is found."""
    files = tuple(changed_file(path) for path in paths or ("src/a.py",))
    return PolicyDocument(
        change=replace(usual_change(), files=files),
        provenance=Provenance(origin=Origin.UNKNOWN),
        findings=(),
        outcomes=(Outcome(rule=RuleId("sql/drop-column"), subject="", state=OutcomeState.CLEAR),),
        coverage=Coverage(files=tuple(FileCoverage(path=f.path, language="python", examined=True) for f in files)),
        impact=Impact(),
        risk=replace(usual_risk(), percentile=50.0),
    )


def large_document(*, files: int = 1000, findings: int = 300) -> PolicyDocument:
    """A change of many files with many findings."""
    found = usual_findings()[0]
    return replace(
        plain_document(*(f"src/area{n % 40}/module{n}.py" for n in range(files))),
        findings=tuple(
            replace(found, finding=replace(found.finding, rule=RuleId(f"security/rule-{n}"), anchor=str(n)))
            for n in range(findings)
        ),
    )
