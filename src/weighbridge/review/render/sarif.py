"""The package as SARIF 2.1.0: what was found, how it gets there, how to mend it, what is excused, what could not look."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from weighbridge.domain.change import FileStatus
from weighbridge.domain.findings import Confidence, Finding, FindingState, Severity, WeighedFinding, by_importance
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.domain.paths import decode_path
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import LoadedRule
from weighbridge.review.canonical import valid_text
from weighbridge.review.patch import Replacement, replacements
from weighbridge.review.rule_page import rule_help
from weighbridge.review.standing import Unseen, unseen
from weighbridge.review.visible import block, one_line

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_MOST_RESULTS: Final = 25_000
"""What code-scanning services take of one run."""

_LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.NOTE: "note",
}
_SECURITY: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.NOTE: "1.0",
}
"""Services that rank by a CVSS-like figure get the middle of the band that our word names."""
_PRECISION: Final = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_ROLES: Final = {
    FileStatus.ADDED: "added",
    FileStatus.DELETED: "deleted",
    FileStatus.RENAMED: "renamed",
}
_NOTICES: Final = {Reason.FAILED: "error", Reason.NOT_CONFIGURED: "note"}

Object = dict[str, object]


def render_sarif(package: ReviewPackage, *, rules: Mapping[RuleId, LoadedRule] | None = None) -> str:
    """One run in one log; `rules` give each rule its help. Excused findings are there, marked as suppressed."""
    decision = package.decision
    weighed = sorted(decision.findings, key=lambda w: by_importance(w.finding))[:_MOST_RESULTS]
    named = _rule_ids(decision)
    run: Object = {
        "tool": {"driver": _driver(decision, named, loaded=rules or {})},
        "automationDetails": {"id": "weighbridge/review/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": _message("The repository's root, at the head of the change.")}},
        "versionControlProvenance": [_provenance(package)],
        "invocations": [_invocation(package, named)],
        "artifacts": _artifacts(decision),
        "results": [_result(item, named) for item in weighed],
        "properties": {"decision": package.digest, "gate": package.gate.state, "level": decision.gate.level},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def uri(path: RepoPath) -> str:
    """The path as a relative reference, each byte outside the unreserved ones percent-encoded."""
    return quote(decode_path(RepoPath(valid_text(path))), safe="/")


def _message(text: str) -> Object:
    """Text that cannot form a link of SARIF's own (`[words](target)`)."""
    return {"text": one_line(text).replace("](", "] (") or "-"}


def _rule_ids(decision: Decision) -> dict[RuleId, int]:
    """Every rule that found something or could not look, with its index."""
    found = {w.finding.rule for w in decision.findings} | {rule for item in unseen(decision) for rule in item.rules}
    return {rule: index for index, rule in enumerate(sorted(found))}


def _driver(decision: Decision, named: Iterable[RuleId], *, loaded: Mapping[RuleId, LoadedRule]) -> Object:
    name, _, version = one_line(decision.tool).partition(" ")
    worst: dict[RuleId, Finding] = {}
    for weighed in decision.findings:
        known = worst.setdefault(weighed.finding.rule, weighed.finding)
        if weighed.finding.severity.rank < known.severity.rank:
            worst[weighed.finding.rule] = weighed.finding
    return {
        "name": "Weighbridge" if name == "weighbridge" else name,
        **({"version": version} if version else {}),
        "rules": [_rule(rule, loaded.get(rule), worst=worst.get(rule)) for rule in named],
    }


def _rule(rule: RuleId, loaded: LoadedRule | None, *, worst: Finding | None) -> Object:
    described: Object = {
        "id": one_line(rule),
        "name": "".join(w.capitalize() for w in one_line(rule).replace("/", "-").split("-")),
    }
    severity = loaded.rule.severity if loaded else worst.severity if worst else Severity.NOTE
    weaknesses = loaded.rule.weaknesses if loaded else worst.weaknesses if worst else ()
    described["defaultConfiguration"] = {"level": _LEVELS[severity]}
    properties: Object = {
        "tags": list(
            dict.fromkeys(
                (
                    rule.partition("/")[0],
                    *(f"external/cwe/cwe-{n:03d}" for n in weaknesses),
                    *(loaded.rule.tags if loaded else ()),
                )
            )
        )
    }
    if loaded:
        said = rule_help(loaded.page)
        properties["precision"] = _PRECISION[loaded.rule.confidence]
        described["shortDescription"] = _message(said.why.partition("\n\n")[0])
        described["help"] = {"text": block(said.markdown) or "-", "markdown": block(said.markdown) or "-"}
    if weaknesses:
        properties["security-severity"] = _SECURITY[severity]
    described["properties"] = properties
    return described


def _provenance(package: ReviewPackage) -> Object:
    change = package.decision.change
    return {
        "repositoryUri": f"urn:weighbridge:repository:{quote(one_line(package.names.repository), safe='')}",
        "revisionId": change.head_commit or change.head_tree,
        "mappedTo": {"uriBaseId": _ROOT},
    }


def _invocation(package: ReviewPackage, named: Mapping[RuleId, int]) -> Object:
    items = unseen(package.decision)
    made: Object = {"endTimeUtc": package.presentation.made_at} if package.presentation.made_at else {}
    return {
        "executionSuccessful": all(item.missing.reason is not Reason.FAILED for item in items),
        "toolExecutionNotifications": [_notice(item, named) for item in items],
        **made,
    }


def _notice(item: Unseen, named: Mapping[RuleId, int]) -> Object:
    """One thing that could not look."""
    remedy = f" To mend it: {item.missing.remedy}." if item.missing.remedy else ""
    notice: Object = {
        "descriptor": {"id": f"could-not-look/{item.missing.reason}"},
        "level": _NOTICES.get(item.missing.reason, "warning"),
        "message": _message(f"Could not look: {item.missing.reason}, {item.missing.detail}.{remedy}"),
    }
    if item.subjects:
        notice["locations"] = [_location(Place(path=RepoPath(subject))) for subject in item.subjects[:100]]
    if len(item.rules) == 1:
        notice["associatedRule"] = {"id": one_line(item.rules[0]), "index": named[item.rules[0]]}
    return notice


def _artifacts(decision: Decision) -> list[Object]:
    languages = {file.path: file.language for file in decision.coverage.files if file.examined}
    written: list[Object] = []
    for file in decision.change.files:
        blob = file.head or file.base
        language = languages.get(file.path)
        written.append(
            {
                "location": {"uri": uri(file.path), "uriBaseId": _ROOT},
                "roles": [_ROLES.get(file.status, "modified")],
                **({"length": blob.size} if blob and blob.size >= 0 else {}),
                **({"sourceLanguage": one_line(language)} if language else {}),
            }
        )
    return written


def _result(weighed: WeighedFinding, named: Mapping[RuleId, int]) -> Object:
    finding = weighed.finding
    result: Object = {
        "ruleId": one_line(finding.rule),
        "ruleIndex": named[finding.rule],
        "kind": "fail",
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(finding.place)],
        "partialFingerprints": {"weighbridge/v1": finding.fingerprint},
        "baselineState": "unchanged" if weighed.state is FindingState.BASELINE else "new",
        "properties": {"severity": finding.severity, "confidence": finding.confidence, "evidence": finding.evidence},
    }
    if finding.related:
        result["relatedLocations"] = [{"id": n, **_step(s)} for n, s in enumerate(finding.related[:50], 1)]
    if finding.flow:
        steps = [{"location": _step(step)} for step in finding.flow[:200]]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix and (changes := replacements(finding.fix.patch)):
        result["fixes"] = [{"description": _message(finding.fix.description), "artifactChanges": _changes(changes)}]
    if suppressions := _suppressions(weighed):
        result["suppressions"] = suppressions
    return result


def _suppressions(weighed: WeighedFinding) -> list[Object]:
    if weighed.state is FindingState.BASELINE:
        return [{"kind": "external", "status": "accepted", "justification": "Known to the baseline."}]
    if weighed.state is FindingState.SUPPRESSED:
        excuse = weighed.suppression
        why = f"{one_line(excuse.reason)} (until {one_line(excuse.expires)})" if excuse else "Suppressed."
        return [{"kind": "inSource", "status": "accepted", "justification": why}]
    return []


def _location(place: Place) -> Object:
    physical: Object = {"artifactLocation": {"uri": uri(place.path), "uriBaseId": _ROOT}}
    if place.line > 0:
        physical["region"] = {"startLine": place.line, "endLine": max(place.line, place.end_line)}
    location: Object = {"physicalLocation": physical}
    if place.symbol:
        location["logicalLocations"] = [{"fullyQualifiedName": one_line(f"{place.path}#{place.symbol}")}]
    if place.side is Side.BASE:
        location["properties"] = {"side": "base"}
    return location


def _step(step: RelatedPlace) -> Object:
    return {**_location(step.place), "message": _message(step.message)}


def _changes(changes: Sequence[Replacement]) -> list[Object]:
    return [
        {
            "artifactLocation": {"uri": quote(valid_text(path), safe="/"), "uriBaseId": _ROOT},
            "replacements": [_replacement(change) for change in changes if change.path == path],
        }
        for path in dict.fromkeys(change.path for change in changes)
    ]


def _replacement(change: Replacement) -> Object:
    """Whole lines: from the first removed line's start to the start of the line after the last."""
    region: Object = {
        "startLine": change.start,
        "startColumn": 1,
        "endLine": change.start + change.removed,
        "endColumn": 1,
    }
    return {"deletedRegion": region, "insertedContent": {"text": "".join(f"{line}\n" for line in change.inserted)}}
