"""An organisation's policy under a repository's: what it locks holds, whatever the repository writes."""

from collections.abc import Mapping

import pytest

from weighbridge.app.build_trust import OVERARCHING_POLICY, POLICY
from weighbridge.assembly.policies import policy_in_force
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.policy import BUILT_IN, Policy
from weighbridge.policy.reading.shape import LOCKABLE
from weighbridge.policy.reset import RESET_PATH

ORGANISATION = """version: 1
name: acme
extends: team
lock: [{settings}]
rules:
  - name: second-pair
    locked: true
    require: [approval: {{count: 2}}]
"""
LOOSER: Mapping[str, str] = {
    "blocking": "blocking: {severity: critical, confidence: high}",
    "could_not_look": "could_not_look: {error: []}",
    "people": "people: {roles: {senior: [me@example.org]}}",
    "overrides": "overrides: {approval: {by: anyone}}",
    "waivers": "waivers: {approval: {by: anyone}}",
    "break_glass": "break_glass: {approval: {by: anyone}}",
    "freezes": "freezes: []",
    "assurance": "assurance: forge",
    "approvals_last": "approvals_last: 500 weeks",
    "carry_over": "carry_over: nothing-added",
    "solo": "solo: true",
    "report_only": "report_only: true",
    "environments": "environments: {production: {level: sandbox, self_service: low-risk}}",
    "documents": "documents: {design-note: {words: 0}}",
    "rubber_stamps": "rubber_stamps: {share_percent: 100}",
}


def trust(*, organisation: str = "", repository: str = "", reset: str = "") -> Trust:
    given = {
        OVERARCHING_POLICY: (organisation, TrustSource.ORGANISATION),
        RepoPath(POLICY[0]): (repository, TrustSource.TARGET),
        RepoPath(RESET_PATH): (reset, TrustSource.TARGET),
    }
    return Trust(
        target=None,
        target_name="main",
        target_reason="it was named",
        documents={
            path: TrustedDocument(path=path, data=text.encode(), digest=digest(text.encode()), source=source)
            for path, (text, source) in given.items()
            if text
        },
    )


def locked(*settings: str) -> str:
    return ORGANISATION.format(settings=", ".join(settings))


def names(policy: Policy) -> list[str]:
    return [rule.name for rule in policy.rules]


def test_every_setting_that_can_be_locked_is_tried() -> None:
    assert set(LOOSER) == set(LOCKABLE)


@pytest.mark.parametrize("setting", LOCKABLE)
def test_a_locked_setting_is_set_by_no_repository(setting: str) -> None:
    given = trust(organisation=locked(setting), repository=f"version: 1\n{LOOSER[setting]}\n")

    with pytest.raises(ConfigurationError, match=rf"policy\.yaml:2:1: `{setting}` is locked by the organisation's"):
        policy_in_force(given)


@pytest.mark.parametrize("setting", LOCKABLE)
def test_one_that_is_not_locked_is_the_repositorys_to_set(setting: str) -> None:
    others = [other for other in LOCKABLE if other != setting]

    policy_in_force(trust(organisation=locked(*others), repository=f"version: 1\n{LOOSER[setting]}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\ndrop: second-pair\n",
        "version: 1\nrules: [{name: second-pair, require: [approval: {}]}]\n",
        "version: 1\nrules: [{name: second-pair, when: 'false', require: [approval: {count: 2}]}]\n",
    ],
)
def test_a_locked_rule_is_neither_dropped_nor_replaced(text: str) -> None:
    with pytest.raises(ConfigurationError, match="the rule `second-pair` is locked by the organisation's"):
        policy_in_force(trust(organisation=locked(), repository=text))


@pytest.mark.parametrize("pack", ["starter", "team", "regulated", "reset"])
def test_a_repository_that_extends_a_pack_does_not_get_out_from_under_it(pack: str) -> None:
    given = trust(organisation=locked("solo"), repository=f"version: 1\nextends: {pack}\nname: mine\n")

    assert "second-pair" in names(policy_in_force(given))


def test_a_pack_that_touches_what_is_locked_is_told_where_the_repository_chose_it() -> None:
    given = trust(organisation=locked("blocking", "overrides"), repository="version: 1\nname: mine\nextends: team\n")

    with pytest.raises(ConfigurationError) as told:
        policy_in_force(given)

    cure = "locked by the organisation's policy.yaml: drop `extends` here, what is locked holds without it"
    assert str(told.value).splitlines() == [
        f".weighbridge/policy.yaml:3:1: the pack starter, upon which team builds, touches `blocking`, {cure}",
        f".weighbridge/policy.yaml:3:1: the pack team touches `overrides`, {cure}",
    ]
    assert names(policy_in_force(trust(organisation=locked("blocking"), repository="version: 1\nname: mine\n")))


def test_a_repository_without_a_policy_has_the_organisations() -> None:
    policy = policy_in_force(trust(organisation=locked()))

    assert (policy.name, names(policy)[-1]) == ("acme", "second-pair")
    assert policy_in_force(trust()).name == BUILT_IN


def test_a_repositorys_own_rules_are_added() -> None:
    mine = "version: 1\nname: mine\nrules: [{name: own, require: [approval: {}]}]\n"

    policy = policy_in_force(trust(organisation=locked(), repository=mine))

    assert names(policy)[-2:] == ["second-pair", "own"]


def test_no_file_of_a_repository_stands_for_the_organisations_policy() -> None:
    mine = trust(repository="version: 1\nname: mine\n")

    assert mine.document(OVERARCHING_POLICY) is None
    assert OVERARCHING_POLICY not in POLICY


def test_a_reset_lies_over_both() -> None:
    reset = "version: 1\nstart: 2026-01-01T00:00:00Z\nend: 2026-02-01T00:00:00Z\n"
    mine = "version: 1\nrules: [{name: reset-two-people, when: 'false', require: [approval: {}]}]\n"

    policy = policy_in_force(trust(organisation=locked(), repository=mine, reset=reset))

    assert names(policy)[-2:] == ["second-pair", "reset-two-people"]
    assert policy.rules[-1].exceptions_by == 3
    assert policy.rules[-1].when is not None
    assert policy.rules[-1].when.is_volatile
