"""Start a policy for a repository: a pack to build upon, the people who are known, and two tests that pass."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from weighbridge.policy.population import Inhabitant, Part, Population

POLICY_FILE: Final = ".weighbridge/policy.yaml"
TESTS_FILE: Final = ".weighbridge/policy.test.yaml"
_MOST: Final = 12
_SAYS: Final = {
    "starter": "What is risky needs its owner; the rest passes.",
    "team": "Code owners, a second person for whatever is not low, exceptions by a senior.",
    "regulated": "Two people by security key or passkey, documents, time on record.",
}
_ROLES: Final = {"starter": ("senior",), "team": ("senior",), "regulated": ("senior", "security")}


class StartedPolicy(Struct, frozen=True, kw_only=True):
    """The texts of both files."""

    policy: str
    tests: str


def start_policy(
    pack: str, population: Population, *, name: str, teams: Sequence[str], handles: Sequence[str] = ()
) -> StartedPolicy:
    """A policy over `pack`, with the enrolled as candidates, and `teams` and `handles` of CODEOWNERS that nobody has filled yet."""
    lines = _policy(pack, population, name=name, teams=teams, handles=handles)
    return StartedPolicy(policy="\n".join(lines) + "\n", tests=_tests(pack))


def packs() -> tuple[str, ...]:
    """The packs that a policy can be started from."""
    return tuple(_SAYS)


def _policy(pack: str, population: Population, *, name: str, teams: Sequence[str], handles: Sequence[str]) -> list[str]:
    lines = [
        "# What a change needs before it passes. It is read on the protected branch, never from the change itself.",
        "# `weighbridge policy check` says what is wrong or missing; `weighbridge policy show` what all of it comes to.",
        "version: 1",
        f"name: {_quoted(name)}",
        f"# {_SAYS[pack]}",
        f"extends: {pack}",
        "",
    ]
    signers = [each for each in population.people if Part.SIGNER in each.parts]
    committers = [each for each in population.people if Part.SIGNER not in each.parts and Part.COMMITTER in each.parts]
    lines += ["people:", "  roles:"]
    for role in _ROLES[pack]:
        lines.append(
            f"    # Whose word counts where the policy asks for role:{role}. Nobody yet: choose, and remove the #."
        )
        lines.append(f"    {role}:")
        lines += _candidates("enrolled to sign", signers)
        lines += _candidates("committed of late, not enrolled", committers)
    if teams:
        lines += ["  # Teams that CODEOWNERS names: who is in them is not known until it is written here.", "  teams:"]
        lines += [f"    {_quoted(team)}: []" for team in teams]
    if handles:
        lines += [
            "  # Whom CODEOWNERS names by a handle: whose approvals are theirs is not known until it is written here, in place",
            "  # of the address; of a group, name its people under `teams`.",
            "  # handles:",
        ]
        lines += [f"  #   {_quoted(handle)}: somebody@example.org" for handle in handles]
    if population.solo is not None:
        lines += [
            "",
            "# One person was found. With this they may do what takes two, which is put on record each time:",
            "# solo: true",
        ]
    lines += [
        "",
        "# Rules of your own: when they apply (a condition on the change), and what they then ask for.",
        "# rules:",
        "#   - name: payments",
        '#     when: touches("payments/**")',
        "#     because: money moves here",
        "#     require:",
        "#       - approval: {count: 2}",
    ]
    return lines


def _candidates(words: str, people: Sequence[Inhabitant]) -> list[str]:
    lines = [f"    #  - {_quoted(each.person.name)} # {words}" for each in people[:_MOST]]
    if len(people) > _MOST:
        lines.append(f"    #  and {len(people) - _MOST} more, {words}")
    return lines


def _tests(pack: str) -> str:
    documents = "\n    documents: [{kind: change-ticket}]" if pack == "regulated" else ""
    return f"""\
# What the policy should say of changes like these: `weighbridge policy test` asks it.
version: 1
cases:
  - name: a change of prose that nobody runs passes
    change: {{files: [README.md]}}{documents}
    expect: {{gate: satisfied, level: low}}

  - name: a finding that blocks stops a change, whoever approves it
    change: {{files: [src/app.py]}}
    findings: [{{rule: security/weak-hash, severity: critical, confidence: high}}]
    approvals: [reviewer@example.org]
    expect: {{gate: unsatisfied, level: high, rules: {{blocking-findings: unsatisfied}}}}
"""


def _quoted(text: str) -> str:
    """As YAML that cannot be anything but this text."""
    shown = "".join(c for c in text if c.isprintable())
    return "'" + shown.replace("'", "''") + "'"
