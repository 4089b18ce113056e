"""What the commands share by which a person says something of a change: the page, the question, the signature."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import click
from msgspec import Struct

from weighbridge.adapters.git.repository import GitRepository, open_repository
from weighbridge.app.build_trust import build_trust, trust_at_target
from weighbridge.app.keep_packages import kept_package
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.speak_of_change import Prepared, Speaker, put_down
from weighbridge.assembly.bench import organisation_folder
from weighbridge.assembly.desks import desk_of, signer_of
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.writers import own_writer
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.trust import Trust
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.showing import show
from weighbridge.policy.policy import Policy
from weighbridge.review.compose import as_decided
from weighbridge.review.read_package import PackageError
from weighbridge.review.visible import inert, one_line

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_MOST_SCENARIOS: Final = 10


class Session(Struct, frozen=True, kw_only=True):
    """A person before a repository: what they may speak of, and how."""

    repository: GitRepository
    policy: Policy
    speaker: Speaker
    folder: Path
    key: str
    is_sure: bool

    def sign(self, prepared: Prepared) -> None:
        """Show what is signed, ask, sign and put it down."""
        sys.stdout.write(f"\nStatement  {prepared.digest}\n")
        sys.stdout.write("           compare it on another screen: what you sign is exactly this\n")
        if not self.is_sure:
            _ask("Sign it? Write yes: ", "yes")
        signer = signer_of(self.key, self.folder, notify=lambda words: click.echo(words, err=True))
        appended = put_down(self.speaker, prepared, signer=signer)
        (index,) = appended.indexes
        head = appended.checkpoint
        sys.stdout.write(inert(f"On record  entry {index} of {head.origin}, which has {head.size:,} now\n"))


def speaking_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command by which a person speaks."""
    for option in (
        repository_option,
        click.option(
            "--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted."
        ),
        click.option("--proposal", default="", metavar="NAME", help="The pull request or branch that this belongs to."),
        click.option("--key", default="", metavar="FILE", help="The SSH key to sign with; git's own when left out."),
        click.option("--yes", is_flag=True, help="Ask nothing: the signature itself is the answer."),
    ):
        function = option(function)
    return function


class Speaking(TypedDict):
    """What those options were given."""

    target: str
    proposal: str
    key: str
    yes: bool


@contextmanager
def session(folder: Path, **given: Unpack[Speaking]) -> Iterator[Session]:
    """The repository at `folder`, and who speaks there of no change in particular."""
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=given["target"], organisation=organisation_folder())
        with _session(repository, trust, folder=folder, given=given) as here:
            yield here


@contextmanager
def session_on(name: str, folder: Path, **given: Unpack[Speaking]) -> Iterator[tuple[Session, ReviewPackage]]:
    """The kept package of the change that `name` stands for, and who speaks of it, by what may decide on that change."""
    with open_repository(folder) as repository:
        package = _package(repository, name)
        request = ChangeRequest(target=given["target"])
        change = package.decision.change
        trust = build_trust(repository, change, request=request, organisation=organisation_folder())
        with _session(repository, trust, folder=folder, given=given) as here:
            yield here, package


@contextmanager
def _session(repository: GitRepository, trust: Trust, *, folder: Path, given: Speaking) -> Iterator[Session]:
    policy = policy_in_force(trust)
    with desk_of(repository, trust, policy=policy) as desk:
        speaker = Speaker(desk=desk, writer=own_writer(), repository=repository.name, proposal=given["proposal"])
        yield Session(
            repository=repository,
            policy=policy,
            speaker=speaker,
            folder=folder,
            key=given["key"],
            is_sure=given["yes"],
        )


def _package(repository: GitRepository, name: str) -> ReviewPackage:
    """The kept package of a revision, whose digest and trees are what they say. Raises `PackageError`."""
    stored = kept_package(repository, repository.resolved(name))
    change = stored.package.decision.change
    if not stored.is_intact:
        raise PackageError(f"{name}: its digest is not that of its decision: it was edited after it was made")
    if change.head_commit is None or repository.tree_of(change.head_commit) != change.head_tree:
        raise PackageError(f"{name}: the package's tree is not that of its commit: weigh it again with --keep")
    return stored.package


def read_page(package: ReviewPackage, *, is_sure: bool) -> None:
    """Show what an approver must have seen: the package, and how it could fail; then ask for the words that are wanted."""
    show(as_decided(package), {})
    sys.stdout.write(
        "Beside it     the risk and how it could fail are as whoever weighed it wrote them: you sign the rest\n"
    )
    scenarios = package.presentation.risk.scenarios
    for number, scenario in enumerate(scenarios[:_MOST_SCENARIOS], start=1):
        head = "It could fail" if number == 1 else ""
        sys.stdout.write(inert(f"{head:<14}{number}. {one_line(scenario.words)}\n"))
    if len(scenarios) > _MOST_SCENARIOS:
        sys.stdout.write(f"{'':<14}and {len(scenarios) - _MOST_SCENARIOS} more in the full package\n")
    if not is_sure:
        _ask("You have read it, and what could go wrong? Write yes: ", "yes")


def _ask(question: str, wanted: str) -> None:
    """Ask a person at a terminal; anybody else has to say `--yes`."""
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to be asked: say --yes, if a person decided it")
    if click.prompt(question, prompt_suffix="", default="", show_default=False).strip().casefold() != wanted:
        raise click.Abort
