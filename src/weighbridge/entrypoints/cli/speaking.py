"""What the commands share by which a person says something of a change: the page, the question, the signature."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import click
from msgspec import Struct

from weighbridge.adapters.git.repository import GitRepository, open_repository
from weighbridge.app.build_trust import build_trust, trust_at_target
from weighbridge.app.keep_packages import package_called
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.recall_case import Desk, case_of_ledger, recall_case
from weighbridge.app.signing import Signer
from weighbridge.app.speak_of_change import NotCountedError, Prepared, Speaker, put_down
from weighbridge.app.weighed_otherwise import WeighedOtherwise, weighed_otherwise
from weighbridge.app.whose_key import Owner, whose_key
from weighbridge.assembly.bench import organisation_folder
from weighbridge.assembly.desks import KeyRing, desk_of
from weighbridge.assembly.policies import policy_in_force
from weighbridge.assembly.writers import own_writer
from weighbridge.domain.gate import GateState, RequirementKind
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Voice
from weighbridge.domain.trust import Trust
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.sharing import NOT_SHARED, way_to_others
from weighbridge.entrypoints.cli.showing import show
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.ledger.people import Roster
from weighbridge.policy.case import Case
from weighbridge.policy.foretell import approved_before
from weighbridge.policy.policy import Policy
from weighbridge.review.compose import as_decided
from weighbridge.review.folding import filled
from weighbridge.review.page_words import MOST_SCENARIOS, scenario_lines
from weighbridge.review.read_package import PackageError
from weighbridge.review.visible import inert, one_line

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_LABEL: Final = 14
_NARROWEST: Final = 24
_ALL_THE_SAME: Final = "--anyway signs it all the same"
_WEIGHED_OTHERWISE: Final = "this was weighed by other trusted documents than decide now, and the gate, which weighs it anew, comes to another decision"

WhyNot = Callable[[Case, Voice], tuple[str, ...]]
"""Why what is about to be signed could not count, in words; none when it could."""


class Session(Struct, frozen=True, kw_only=True):
    """A person before a repository: what they may speak of, and how."""

    desk: Desk
    speaker: Speaker
    signer: Signer
    case: Case
    roster: Roster
    is_sure: bool
    now: datetime
    """When the case was made: what is to last as long as the policy lets it is reckoned from the time that it is judged at."""
    anyway: bool = False
    otherwise: WeighedOtherwise = WeighedOtherwise()
    """In what the package that is spoken of was weighed by something else than decides now."""
    said_of: str = ""
    """The proposal that it is said of, and who says so; empty where it is said of none."""

    @property
    def policy(self) -> Policy:
        """By what is decided whose word counts."""
        return self.desk.policy

    def owner(self) -> Owner:
        """Whose word it would be."""
        return whose_key(self.signer, self.roster, now=self.now)

    def problems(self, why: WhyNot) -> tuple[str, ...]:
        """Why what is about to be signed could not count."""
        owner = self.owner()
        if owner.voice is not None:
            return why(self.case, owner.voice)
        return tuple(filter(None, (owner.problem, self.desk.ledger.absence)))

    def mind_what_was_said(self) -> None:
        """Say of somebody who approved this already that they did."""
        voice = self.owner().voice
        entry = approved_before(self.case, voice) if voice is not None else None
        if entry is not None:
            _remark((f"you approved this already, in entry {entry}: however often, it counts once",))

    def must_count(self, why: WhyNot) -> None:
        """Refuse to sign what could not count, unless it is wanted anyway. Raises `NotCountedError`."""
        problems = self.problems(why)
        if problems and not self.anyway:
            told = "\n".join(problems)
            raise NotCountedError(f"nothing was signed, for it would not count:\n{told}\n{_ALL_THE_SAME}")
        warn(problems)

    def must_be_weighed_by_this(self) -> None:
        """Refuse to sign of a package that was weighed by what does not decide any more, unless it is wanted anyway.

        Raises `NotCountedError`.
        """
        otherwise = self.otherwise
        if otherwise.documents and not self.anyway:
            told = "\n".join((*otherwise.documents, *otherwise.way_out))
            raise NotCountedError(
                f"nothing was signed, for it would not count: {_WEIGHED_OTHERWISE}\n{told}\n{_ALL_THE_SAME}"
            )
        if otherwise.documents:
            warn((_WEIGHED_OTHERWISE, *otherwise.documents, *otherwise.way_out))
        elif otherwise.tool:
            _remark((otherwise.tool,))

    def mind_how_it_was_weighed(self, what: str) -> None:
        """Say of the same what holds of a word that stands all the same."""
        if self.otherwise.documents:
            _remark((f"{_WEIGHED_OTHERWISE}; {what}", *self.otherwise.documents, *self.otherwise.way_out))

    def sign(self, prepared: Prepared, said: Mapping[str, str] | None = None, *, is_all: bool = True) -> int:
        """Show what is signed, ask, sign and put it down, and tell what comes next if that is all; the entry that it is."""
        for label, words in (said or {}).items():
            tell(label, words)
        if self.said_of:
            tell("Proposal", self.said_of)
        sys.stdout.write("\n")
        if (decision := prepared.decision) is not None:
            sys.stdout.write(f"Decision   {decision}\n")
            tell("", "compare it on another screen: the HTML, Markdown and JSON of this package show it", indent=11)
        sys.stdout.write(f"Statement  {prepared.digest}\n")
        about = "what you sign, which names that decision" if decision else "what you sign"
        tell("", about, indent=11)
        if not self.is_sure:
            ask("Sign it? Write yes: ", "yes")
        appended = put_down(self.speaker, prepared, signer=self.signer)
        (index,) = appended.indexes
        head = appended.checkpoint
        write_folded(inert(f"On record  entry {index} of {head.origin}, which has {head.size:,} now\n"), sys.stdout)
        if is_all and (way := self.way_to_others()):
            tell("Next", f"{way}: {NOT_SHARED}", indent=11)
        return index

    def way_to_others(self) -> str:
        """The command by which what was said here reaches others; empty where there are none, or it reached them already."""
        repository = self.desk.repository
        assert isinstance(repository, GitRepository), "a session is on one"
        return way_to_others(repository, way=self.desk.ledger.way)


class Looking(TypedDict):
    """What the options of a command that only looks were given."""

    target: str


def looking_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that looks at what was said."""
    option = click.option(
        "--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted."
    )
    return repository_option(option(function))


@contextmanager
def desk_at(folder: Path, **given: Unpack[Looking]) -> Iterator[Desk]:
    """The repository at `folder` with its ledger and its policy, for whoever looks and says nothing."""
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=given["target"], organisation=organisation_folder())
        policy = policy_in_force(trust)
        with desk_of(repository, trust, policy=policy) as ledger:
            yield Desk(repository=repository, trust=trust, policy=policy, ledger=ledger)


def speaking_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command by which a person speaks."""
    for option in (
        repository_option,
        click.option(
            "--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted."
        ),
        click.option("--proposal", default="", metavar="NAME", help="The pull request or branch that this belongs to."),
        click.option(
            "--key",
            default="",
            metavar="FILE",
            help="The SSH key to sign with, or passkey[:ADDRESS]; git's own when left out.",
        ),
        click.option("--yes", is_flag=True, help="Ask nothing: the signature itself is the answer."),
    ):
        function = option(function)
    return function


anyway_option: Final[_Decorator] = click.option(
    "--anyway", is_flag=True, help="Sign it although it could not count as things are now."
)


class Speaking(TypedDict):
    """What those options were given."""

    target: str
    proposal: str
    key: str
    yes: bool


@contextmanager
def session(folder: Path, *, anyway: bool = False, **given: Unpack[Speaking]) -> Iterator[Session]:
    """The repository at `folder`, and who speaks there of no change in particular."""
    with open_repository(folder) as repository:
        trust = trust_at_target(repository, target=given["target"], organisation=organisation_folder())
        with _desk(repository, trust, proposal=given["proposal"]) as (desk, speaker):
            now = speaker.now()
            case, roster, _ = case_of_ledger(desk, now=now)
            yield Session(
                desk=desk,
                speaker=speaker,
                signer=_signer(given["key"], folder, roster=roster),
                case=case,
                roster=roster,
                is_sure=given["yes"],
                now=now,
                anyway=anyway,
            )


@contextmanager
def session_on(
    name: str, folder: Path, *, anyway: bool = False, **given: Unpack[Speaking]
) -> Iterator[tuple[Session, ReviewPackage]]:
    """The kept package of the change that `name` stands for, as it stands now, and who speaks of it."""
    with open_repository(folder) as repository:
        package = _package(repository, name)
        request = ChangeRequest(target=given["target"])
        change = package.decision.change
        trust = build_trust(repository, change, request=request, organisation=organisation_folder())
        kept_for = package.presentation.proposal
        proposal = given["proposal"] or kept_for
        if proposal != kept_for and kept_for:
            _remark((f"it was kept for the proposal {kept_for}, where what is said of {proposal} does not count",))
        with _desk(repository, trust, proposal=proposal) as (desk, speaker):
            now = speaker.now()
            recalled = recall_case(desk, package, now=now, proposal=proposal)
            here = Session(
                desk=desk,
                speaker=speaker,
                signer=_signer(given["key"], folder, roster=recalled.roster),
                case=recalled.case,
                roster=recalled.roster,
                is_sure=given["yes"],
                now=now,
                anyway=anyway,
                otherwise=weighed_otherwise(
                    package, trust, repository=repository, target=given["target"], proposal=proposal
                ),
                said_of=proposal if given["proposal"] or not proposal else f"{proposal}, as the kept package says",
            )
            yield here, recalled.package


@contextmanager
def _desk(repository: GitRepository, trust: Trust, *, proposal: str) -> Iterator[tuple[Desk, Speaker]]:
    policy = policy_in_force(trust)
    with desk_of(repository, trust, policy=policy) as ledger:
        speaker = Speaker(desk=ledger, writer=own_writer(), repository=repository.name, proposal=proposal)
        yield Desk(repository=repository, trust=trust, policy=policy, ledger=ledger), speaker


def _signer(key: str, folder: Path, *, roster: Roster) -> Signer:
    return KeyRing(folder, roster=roster, notify=lambda words: click.echo(inert(words), err=True)).signer(key)


def _package(repository: GitRepository, name: str) -> ReviewPackage:
    """The kept package of a revision, whose digest and trees are what they say. Raises `PackageError`."""
    stored = package_called(repository, name)
    change = stored.package.decision.change
    if not stored.is_intact:
        raise PackageError(f"{name}: its digest is not that of its decision: it was edited after it was made")
    if change.head_commit is None or repository.tree_of(change.head_commit) != change.head_tree:
        raise PackageError(f"{name}: the package's tree is not that of its commit: weigh it again with --keep")
    return stored.package


def reason_of(text: str) -> str:
    """A reason that says something. Raises `UsageError`."""
    reason = text.strip()
    if not any(c.isalnum() for c in reason):
        raise click.UsageError("--reason is empty: say why, for whoever reads it later")
    return reason


def read_page(package: ReviewPackage, *, is_sure: bool) -> None:
    """Show what an approver must have seen: the package, and how it could fail; then ask whether they read it."""
    head = package.decision.change.head_commit or package.decision.change.head_tree
    show(as_decided(package), {"kept": f"weighbridge packages show {head[:10]} --html FILE"})
    tell("Beside it", "the risk and how it could fail are as whoever weighed it wrote them: you sign the rest")
    for number, words in enumerate(_left_open(package)):
        tell("Left open" if number == 0 else "", words)
    scenarios = scenario_lines(package)
    for number, words in enumerate(scenarios, start=1):
        tell("It could fail" if number == 1 else "", f"{number}. {words}")
    left = len(package.presentation.risk.scenarios) - MOST_SCENARIOS
    if left > 0:
        tell("", f"and {left} more in the full package")
    if not is_sure:
        ask("You have read it, and what could go wrong? Write yes: ", "yes")


def _left_open(package: ReviewPackage) -> Iterator[str]:
    """What no decision holds: rules that ask for the time or the environment, such as those of a reset."""
    for need in package.decision.gate.requirements:
        if need.kind is RequirementKind.CONDITION and need.state is GateState.NOT_APPLICABLE:
            yield f"{need.ask}: {need.because[0]}"


def tell(label: str, words: str, *, indent: int = _LABEL) -> None:
    """A line with its label, folded at the terminal's width."""
    room = max(_NARROWEST, shutil.get_terminal_size().columns - 1 - indent)
    for number, line in enumerate(filled(one_line(words), room)):
        sys.stdout.write(inert(f"{label if number == 0 else '':<{indent}}{line}\n"))


def warn(problems: tuple[str, ...]) -> None:
    """Say on the other stream that what is signed does not count as things are now, and why."""
    if problems:
        lines = "".join(f"  {one_line(words)}\n" for words in problems)
        write_folded(f"weighbridge: this would not count as things are now:\n{inert(lines)}", sys.stderr)
        sys.stderr.flush()


def _remark(lines: tuple[str, ...]) -> None:
    """Say something on the other stream, its further lines below it."""
    first, *rest = map(one_line, lines)
    told = "".join(f"  {words}\n" for words in rest)
    write_folded(inert(f"weighbridge: {first}\n{told}"), sys.stderr)
    sys.stderr.flush()


def ask(question: str, wanted: str, *, otherwise: str = "nothing was signed") -> None:
    """Ask a person at a terminal; anybody else has to say `--yes`. Ends the program with `otherwise` where they answer otherwise."""
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to be asked: run it at a terminal, or say --yes if a person decided it")
    sys.stdout.flush()
    if click.prompt(question, prompt_suffix="", default="", show_default=False).strip().casefold() != wanted.casefold():
        _remark((f"{otherwise}: the answer was not {one_line(wanted)}, written in full",))
        raise click.exceptions.Exit(ExitCode.INTERRUPTED)
