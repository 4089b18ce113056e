"""`weighbridge admit`: whether exactly this may enter an environment, by what the ledger proves."""

import sys
from functools import cache
from pathlib import Path

import click

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.admit import Admission, admit
from weighbridge.app.build_trust import trust_at_commit, trust_at_target
from weighbridge.assembly.bench import SystemClock, organisation_folder
from weighbridge.assembly.desks import desk_of
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.standing import environment_of
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.policy.policy import Environment, EnvironmentLevel
from weighbridge.review.visible import inert


@click.command(short_help="Prove that a commit may enter an environment.")
@click.option("--environment", required=True, metavar="NAME", help="Where it is to go, as the policy names it.")
@click.option("--commit", required=True, metavar="REVISION", help="What is to be deployed.")
@click.option(
    "--after", default="", metavar="REVISION", help="What is deployed there now, where the ledger does not say."
)
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@repository_option
def command(environment: str, commit: str, folder: Path, *, after: str, target: str) -> int:
    """Prove that COMMIT may enter an environment: prints the chain of decisions, or the first link that is missing.

    Exits with 0 when it may, 1 when a decision is missing, and 3 when the ledger could not be read or believed.
    """
    with open_repository(folder) as repository:
        before = repository.commit_called(after) if after else None
        trust = (
            trust_at_commit(repository, before, organisation=organisation_folder())
            if before
            else trust_at_target(repository, target=target, organisation=organisation_folder())
        )
        tree = repository.tree_of(repository.commit_called(commit))
        last = repository.tree_of(before) if before else None
        policy = policy_in_force(trust)
        place = environment_of(policy, environment) if policy.environments else None
        protected = cache(lambda: repository.main_line(trust.target) if trust.target else frozenset())
        with desk_of(repository, trust, policy=policy) as desk:
            ledger = desk.open()
            if ledger is not None:
                found = admit(
                    ledger,
                    tree,
                    environment=place or Environment(name=environment, level=EnvironmentLevel.PRODUCTION),
                    now=SystemClock().now(),
                    last=last,
                    is_protected=lambda one: one in protected(),
                )
        if ledger is None:
            sys.stdout.write(
                "Not admitted: there is no ledger here; git fetch origin 'refs/weighbridge/*:refs/weighbridge/*'\n"
            )
            return ExitCode.COULD_NOT_LOOK
    sys.stdout.write(inert(_said(found, commit)))
    return ExitCode.PASS if found.is_admitted else ExitCode.GATE


def _said(found: Admission, commit: str) -> str:
    lines = [
        f"{'Admitted' if found.is_admitted else 'Not admitted'}: {commit}, tree {found.tree[:12]}, to {found.environment}"
    ]
    lines += [
        f"  entry {link.entry}: {link.decision.state} for {link.decision.about.head_tree[:12]} on "
        f"{link.decision.about.base_tree[:12]}, at {link.decision.at:%Y-%m-%d %H:%M} UTC, {link.digest}"
        for link in found.links
    ]
    lines += [f"  missing: {found.missing}"] if found.missing else []
    return "\n".join([*lines, *(f"  {remark}" for remark in found.remarks)]) + "\n"
