"""Tests of a policy are read with every error at once, and come to what the gate itself says."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import Source, load_policy
from weighbridge.policy.trials.coverage import coverage_of
from weighbridge.policy.trials.read import read_trials
from weighbridge.policy.trials.run import TrialRun, run_trials
from weighbridge.provenance.forms import built_in
from weighbridge.review.render.text.blocks import Look, lay_out
from weighbridge.review.render.text.trials import as_junit, trial_blocks

POLICY = """\
version: 1
name: shop
people:
  roles: {senior: [ana@example.org, sam@example.org]}
  teams: {'@acme/pay': [dee@example.org]}
  bots: [robot@example.org]
rules:
  - name: two-people
    when: touches("src/**")
    require: [{approval: {count: 2}}]
  - name: risky
    when: level == "high"
    require: [{approval: {by: "role:senior", assurance: passkey}}, {document: {kind: design-note}}]
  - name: slow
    when: change.title.contains("slow")
    require: [{wait: 2 days}]
  - name: tested
    when: has(environment.level) && environment.level == "production"
    require: [{check: {name: tests, within: 1 day}}]
  - name: owned
    when: touches("owned/**")
    require: [{code_owners: {unowned: true}}]
  - name: known
    when: touches("known/**")
    require: [{approval: {by: knows-component}}]
  - name: planned
    when: touches("planned/**")
    require: [{rollout: {stages: [canary]}}]
  - name: by-an-owner
    when: touches("of-owners/**")
    require: [{approval: {by: owners}}]
  - name: by-another
    when: touches("other/**")
    require: [{approval: {by: anyone}}]
  - name: analysed
    when: touches("analysed/**")
    require: [{scanned: ["sql/*", landscape/impact]}]
overrides: {approval: {by: "role:senior"}, longest: 2 days, never: [risky]}
waivers: {approval: {by: "role:senior"}}
break_glass: {approval: {by: anyone, not_by: []}}
environments:
  live: {level: production}
  box: {level: sandbox, self_service: low-risk}
freezes:
  - {name: holidays, from: 2026-12-24T00:00:00Z, to: 2026-12-27T00:00:00Z, except_when: touches_only("docs/**")}
"""
MACHINES = built_in().addresses


def policy() -> Policy:
    return load_policy([Source(data=POLICY.encode(), path="policy.yaml")])


def run(*cases: str) -> TrialRun:
    text = "version: 1\ncases:\n" + "".join(f"  - {{name: case {n}, {case}}}\n" for n, case in enumerate(cases))
    return run_trials(read_trials(text.encode(), "t.yaml", policy=policy()), policy(), machines=MACHINES)


def wrong(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_trials(text.encode(), "t.yaml", policy=policy())
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "case",
    [
        "change: {files: README.md}, expect: {gate: satisfied, level: low, rules: {two-people: not-applicable}}",
        "change: {files: []}, expect: {gate: not-applicable}",
        "change: {files: src/a.py}, expect: {gate: unsatisfied, rules: {two-people: unsatisfied}}",
        "change: {files: SRC/a.py}, expect: {rules: {two-people: unsatisfied}}",
        "change: {files: [{path: lib/a.py, lands_on: src/a.py}]}, expect: {rules: {two-people: unsatisfied}}",
        "change: {files: [{path: docs/A.md, lands_on: lib/a.md}]}, now: 2026-12-25T08:00:00Z, expect: {rules: {freeze:holidays: unsatisfied}}",
        "approvals: [ana@example.org, ben@example.org], expect: {gate: satisfied}",
        "approvals: [ana@example.org, ana@example.org], expect: {gate: unsatisfied}",
        "approvals: [ana@example.org, robot@example.org], expect: {gate: unsatisfied}",
        "change: {authors: ana@example.org}, approvals: [ana@example.org, ben@example.org], expect: {gate: unsatisfied}",
        "change: {co_authors: ana@example.org}, approvals: [ana@example.org, ben@example.org], expect: {gate: unsatisfied}",
        "approvals: [ana@example.org, ben@example.org], rejections: [{by: cy@example.org, says: no}], expect: {gate: unsatisfied, rules: {rejections: unsatisfied}}",
        "findings: sql/x, change: {files: docs/a.md}, expect: {gate: unsatisfied, level: high, rules: {blocking-findings: unsatisfied}}",
        "findings: [{rule: sql/x, state: baseline}], change: {files: docs/a.md}, expect: {gate: satisfied}",
        "findings: [{rule: sql/x, severity: low}], change: {files: docs/a.md}, expect: {gate: satisfied, level: low}",
        "findings: sql/x, waivers: ana@example.org, change: {files: docs/a.md}, expect: {gate: unsatisfied, rules: {blocking-findings: overridden}}",
        "findings: sql/x, waivers: ben@example.org, change: {files: docs/a.md}, expect: {rules: {blocking-findings: unsatisfied}}",
        "change: {files: a.md}, coverage: {unread: a.md}, expect: {gate: error, rules: {unread-file: error}}",
        "change: {files: a.md}, outcomes: [{rule: sql/x, reason: failed}], expect: {gate: error, rules: {blind-rule: error}}",
        "change: {files: a.md}, outcomes: [sql/x, {rule: sql/y, reason: not-configured}], expect: {gate: satisfied}",
        "change: {files: a.md}, missing: {impact: failed}, expect: {gate: error, rules: {unmeasured-impact: error}}",
        "change: {files: a.md}, missing: {change.commits: limit}, expect: {gate: error, rules: {unseen-history: error}}",
        "surfaces: schema, change: {files: a.sql}, expect: {level: high, rules: {risky: unsatisfied}}",
        "surfaces: schema, change: {files: a.sql}, approvals: [{by: ana@example.org, assurance: passkey}], documents: design-note, expect: {gate: satisfied}",
        "surfaces: schema, change: {files: a.sql}, approvals: [{by: ana@example.org, assurance: sk}], documents: design-note, expect: {gate: unsatisfied}",
        "surfaces: schema, change: {files: a.sql}, approvals: [{by: ana@example.org, assurance: passkey}], documents: [{kind: design-note, problems: [it is empty]}], expect: {gate: unsatisfied}",
        "surfaces: [{kind: schema, certainty: inferred}], change: {files: a.sql}, expect: {level: medium}",
        "impact: {tier_one: [pay]}, change: {files: a.py}, expect: {level: high}",
        "components: [{name: pay, tier: 1, is_tier_declared: false}], impact: {tier_one: [pay]}, change: {files: a.py}, expect: {level: medium}",
        "risk: {percentile: 97}, change: {files: a.py}, expect: {level: medium}",
        "overrides: [{by: ana@example.org, of: two-people}], expect: {gate: overridden}",
        "overrides: ana@example.org, expect: {gate: overridden}",
        "overrides: [{by: ana@example.org, until: 2026-03-01T00:00:00Z}], expect: {gate: unsatisfied}",
        "overrides: ana@example.org, surfaces: schema, expect: {rules: {two-people: overridden, risky: unsatisfied}}",
        "break_glass: ben@example.org, expect: {gate: bypassed}",
        "break_glass: [{by: author@example.org, elsewhere: true, at: 2026-01-01T00:00:00Z}], change: {files: a.md}, expect: {gate: unsatisfied, rules: {review-due: unsatisfied}}",
        "break_glass: [{by: author@example.org, elsewhere: true, at: 2026-01-01T00:00:00Z, reviewed_by: ana@example.org}], change: {files: a.md}, expect: {gate: satisfied}",
        "change: {title: slow, files: a.md}, expect: {rules: {slow: unsatisfied}}",
        "change: {title: slow, files: a.md}, on_record: 2026-01-04T00:00:00Z, expect: {rules: {slow: unsatisfied}}",
        "change: {title: slow, files: a.md}, on_record: 2026-01-02T00:00:00Z, expect: {gate: satisfied}",
        "change: {files: a.md}, environment: live, expect: {gate: unsatisfied, rules: {tested: unsatisfied}}",
        "change: {files: a.md}, environment: live, checks: tests, expect: {gate: satisfied}",
        "change: {files: a.md}, environment: live, checks: [{name: tests, at: 2026-01-01T00:00:00Z}], expect: {gate: unsatisfied}",
        "change: {files: a.md}, environment: live, missing: {statuses: failed}, expect: {gate: error}",
        "change: {files: owned/a.py}, expect: {gate: unsatisfied, rules: {owned: unsatisfied}}",
        "change: {files: owned/a.py}, owners: ben@example.org, expect: {gate: unsatisfied}",
        "change: {files: owned/a.py}, owners: ben@example.org, approvals: cy@example.org, expect: {gate: unsatisfied}",
        "change: {files: owned/a.py}, owners: ben@example.org, approvals: ben@example.org, expect: {gate: satisfied}",
        "change: {files: owned/a.py}, owners: '@acme/core', approvals: ben@example.org, expect: {gate: error, rules: {owned: error}}",
        "change: {files: known/a.py}, approvals: ben@example.org, expect: {gate: unsatisfied, rules: {known: unsatisfied}}",
        "change: {files: known/a.py}, approvals: ben@example.org, knows: ben@example.org, expect: {gate: satisfied}",
        "change: {files: planned/a.yaml}, expect: {gate: error, rules: {planned: error}}",
        "change: {files: known/a.py}, components: [{name: pay, owners: [cy@example.org, '@acme/pay'], is_changed: true}], approvals: cy@example.org, expect: {gate: satisfied}",
        "change: {files: known/a.py}, components: [{name: pay, owners: '@acme/pay', is_changed: true}], approvals: dee@example.org, expect: {gate: satisfied}",
        "change: {files: known/a.py}, components: [{name: pay, owners: cy@example.org}], approvals: cy@example.org, expect: {rules: {known: unsatisfied}}",
        "change: {files: known/a.py}, components: [{name: pay, owners: cy@example.org, is_changed: true}, {name: shop, owners: ana@example.org, is_changed: true}], approvals: cy@example.org, expect: {rules: {known: unsatisfied}}",
        "change: {files: of-owners/a.py}, components: [{name: pay, owners: cy@example.org, is_changed: true}], approvals: ben@example.org, expect: {rules: {by-an-owner: unsatisfied}}",
        "change: {files: of-owners/a.py}, components: [{name: pay, owners: cy@example.org, is_changed: true}], approvals: cy@example.org, expect: {rules: {by-an-owner: satisfied}}",
        "change: {files: of-owners/a.py}, owners: [], components: [{name: pay, owners: cy@example.org, is_changed: true}], expect: {rules: {by-an-owner: not-applicable}}",
        "change: {files: owned/a.py}, missing: {owners: not-configured}, expect: {gate: error, rules: {owned: error}}",
        "change: {files: other/a.py}, approvals: [{by: ana@example.org, asked_of_agent: true}], expect: {gate: unsatisfied, rules: {by-another: unsatisfied}}",
        "change: {files: other/a.py}, approvals: noreply@anthropic.com, expect: {gate: unsatisfied, rules: {by-another: unsatisfied}}",
        "change: {files: analysed/a.sql}, findings: [{rule: sql/x, severity: low}], expect: {rules: {analysed: satisfied}}",
        "change: {files: analysed/a.sql}, outcomes: [{rule: sql/x, reason: not-configured}], findings: [{rule: sql/x, severity: low}], expect: {rules: {analysed: error}}",
        "change: {files: analysed/a.sql}, outcomes: sql/x, missing: {impact: not-configured}, expect: {gate: error, rules: {analysed: error}}",
        "change: {files: pay/a.py}, components: [{name: pay, area: high, is_changed: true}], expect: {level: high}",
        "change: {files: pay/a.py}, components: [{name: pay, area: high, is_area_declared: false, is_changed: true}], expect: {level: medium}",
        "change: {files: pay/a.md}, components: [{name: pay, area: high, is_changed: true}], expect: {level: low}",
        "overrides: [{by: ana@example.org, of: rejections}], rejections: cy@example.org, change: {files: a.md}, expect: {gate: overridden, rules: {rejections: overridden}}",
        "environment: box, expect: {gate: satisfied}",
        "now: 2026-12-25T08:00:00Z, change: {files: a.md}, expect: {gate: unsatisfied, rules: {freeze:holidays: unsatisfied}}",
        "now: 2026-12-25T08:00:00Z, change: {files: docs/a.md}, expect: {gate: satisfied}",
    ],
)  # fmt: skip
def test_a_case_comes_to_what_the_gate_says(case: str) -> None:
    (result,) = run(case).results

    assert result.failures == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\ncases: []\n", "t.yaml:2:8: `cases` needs at least 1; it has 0"),
        ("cases: 1\n", "t.yaml:1:8: `cases` must be a list, not `1`"),
        ("", "t.yaml:1:1: nothing stands here: policy tests begin with `version: 1` and have `cases`"),
        ("version: 1\ncases:\n  - {name: a, now: 0001-01-01T00:00:00Z, approvals: a@x, expect: {}}\n", "t.yaml:3:20: `cases[1].now`: a moment lies in the years 1900 to 8999"),
        ("version: 1\ncases:\n  - {name: a, break_glass: [{by: a@x, at: 9999-12-31T00:00:00Z}], expect: {}}\n", "t.yaml:3:43: `cases[1].break_glass[1].at`: a moment lies in the years 1900 to 8999"),
        ("[]", "t.yaml:1:1: policy tests are a mapping, from `version` on"),
        ("version: 1\ncases:\n  - {name: a}\n", "t.yaml:3:5: `cases[1]` needs the key `expect`: what the gate should say"),
        ("version: 1\ncases:\n  - {name: a, expect: {}, aprovals: x}\n", "t.yaml:3:27: unknown key `aprovals` in `cases[1]`: did you mean `approvals`?"),
        ("version: 1\ncases:\n  - {name: a, expect: {gate: satisfed}}\n", "t.yaml:3:30: `cases[1].expect.gate` cannot be `satisfed`: did you mean `satisfied`?"),
        ("version: 1\ncases:\n  - {name: a, expect: {rules: {two-peple: satisfied}}}\n", "t.yaml:3:32: the policy has no rule `two-peple`: did you mean `two-people`?"),
        ("version: 1\ncases:\n  - {name: a, environment: liv, expect: {}}\n", "t.yaml:3:28: no environment is called `liv`: did you mean `live`?"),
        ("version: 1\ncases:\n  - {name: a, surfaces: schem, expect: {}}\n", "t.yaml:3:25: `cases[1].surfaces[1].kind` cannot be `schem`: did you mean `schema`?"),
        ("version: 1\ncases:\n  - {name: a, expect: {}}\n  - {name: a, expect: {}}\n", "t.yaml:4:5: another case is called so, in line 3: nobody could tell which one failed"),
    ],
)  # fmt: skip
def test_a_wrong_case_is_refused_with_its_place(text: str, said: str) -> None:
    assert said in wrong(text)


def test_in_a_policy_for_one_person_the_author_is_that_person() -> None:
    solo = load_policy([Source(data=POLICY.replace("name: shop", "name: shop\nsolo: true").encode(), path="p")])
    text = (
        "{version: 1, cases: [{name: a, change: {files: a.md}, expect: {gate: satisfied, rules: {solo: satisfied}}}]}"
    )

    assert run_trials(read_trials(text.encode(), "t.yaml", policy=solo), solo).passed


def test_a_policy_for_one_person_is_none_where_two_speak_or_answer_for_code() -> None:
    solo = load_policy([Source(data=POLICY.replace("name: shop", "name: shop\nsolo: true").encode(), path="p")])
    text = (
        "version: 1\ncases:\n"
        "- {name: a, change: {files: a.md}, approvals: [ana@example.org, cy@example.org], expect: {rules: {solo: error}}}\n"
        "- {name: b, change: {files: a.md}, owners: [ana@example.org, cy@example.org], expect: {rules: {solo: error}}}\n"
        "- {name: c, change: {files: src/a.py, authors: ana@example.org}, approvals: ana@example.org, expect: {rules: {solo: satisfied}}}\n"
        "- {name: d, change: {files: a.md, authors: robot@example.org}, expect: {rules: {solo: satisfied}}}\n"
    )

    assert [r.failures for r in run_trials(read_trials(text.encode(), "t.yaml", policy=solo), solo).results] == [()] * 4


STAMPED = (
    "{version: 1, name: p, rules: [{name: r, require: [{approval: {}}]}],"
    " rubber_stamps: {words_a_minute: 200, share_percent: 50, least: 4, batch: 3}}"
)


@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("page_words: 1000, approvals: [{by: ana@example.org, read_for: 20}]", "unsatisfied"),
        ("page_words: 1000, approvals: [{by: ana@example.org, read_for: 400}]", "not-applicable"),
        (
            "page_words: 1000, approvals: [{by: ana@example.org, read_for: 20}, {by: ben@example.org, read_for: 20}]",
            "satisfied",
        ),
        ("approvals: [{by: ana@example.org, read_for: 20}]", "not-applicable"),
        ("approvals: ana@example.org, approved_elsewhere: [{by: ana@example.org, changes: 2}]", "unsatisfied"),
        ("approvals: ana@example.org, approved_elsewhere: [{by: ana@example.org, changes: 1}]", "not-applicable"),
        (
            "provenance: {origin: ai}, approvals: ana@example.org, approved_elsewhere: [{by: ana@example.org, changes: 4, at: 2025-12-20T00:00:00Z}]",
            "unsatisfied",
        ),
        (
            "provenance: {origin: ai}, approvals: ana@example.org, approved_elsewhere: [{by: ana@example.org, changes: 4, at: 2025-02-20T00:00:00Z}]",
            "not-applicable",
        ),
    ],
)
def test_approvals_that_look_unread_ask_for_another(case: str, state: str) -> None:
    stamped = load_policy([Source(data=STAMPED.encode(), path="p")])
    text = f"{{version: 1, cases: [{{name: a, {case}, expect: {{rules: {{rubber-stamp: {state}}}}}}}]}}"

    (result,) = run_trials(read_trials(text.encode(), "t.yaml", policy=stamped), stamped).results
    assert result.failures == ()


def test_a_failing_case_shows_why_in_words() -> None:
    came = run("approvals: ana@example.org, expect: {gate: satisfied}")

    shown = lay_out(trial_blocks(came), Look(width=70))

    assert not came.passed
    assert "gate: satisfied was expected, unsatisfied came" in shown
    assert 'when touches("src/**") (holds, change.files is a list of 1)' in " ".join(shown.split())
    assert "by ana@example.org, by sk" in shown
    assert max(map(len, shown.splitlines())) < 70


def test_the_results_are_junit_xml() -> None:
    came = run("expect: {gate: satisfied}", "change: {files: a.md}, expect: {gate: satisfied}")

    suites = ElementTree.fromstring(as_junit(came))

    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("2", "1")
    assert [case.attrib["name"] for case in suites.iter("testcase")] == ["case 0", "case 1"]
    assert len(list(suites.iter("failure"))) == 1


def test_coverage_says_what_no_case_shows() -> None:
    came = run(
        "approvals: [ana@example.org, ben@example.org], expect: {gate: satisfied}",
        "change: {files: a.md}, expect: {gate: satisfied}",
        "expect: {gate: unsatisfied}",
        "environment: live, checks: tests, expect: {gate: unsatisfied}",
    )

    covered = coverage_of(came, policy())

    gaps = {rule.rule: rule.gaps for rule in covered.rules}
    assert gaps["two-people"] == ()
    assert gaps["risky"] == ("never applied",)
    assert "always met" in gaps["tested"]
    assert covered.others[0].answered.held == 0
    assert covered.whole == (1, 10)


@given(st.binary(max_size=200))
def test_any_bytes_are_cases_or_are_refused(data: bytes) -> None:
    try:
        run_trials(read_trials(data, "t.yaml", policy=policy()), policy())
    except ConfigurationError as error:
        assert str(error)  # noqa: PT017 - being refused is as good
