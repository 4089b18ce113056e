"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.app.weigh_findings import LOOKS
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.owners.read import handle_names, read_owners, team_names
from weighbridge.ledger.people import Roster
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.policy.doubts.find import SURE, PlacedDoubt, Unsure, find_doubts
from weighbridge.policy.doubts.of_ledger import LedgerSays
from weighbridge.policy.doubts.of_names import KnownRules
from weighbridge.policy.doubts.of_paths import Tree
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Loaded, Source, load_layers
from weighbridge.policy.reading.stack import PolicyError
from weighbridge.policy.reading.survey import WrongPolicyError
from weighbridge.policy.trials.read import read_trials


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """A policy that loads, and the doubts about it."""

    loaded: Loaded
    doubts: tuple[PlacedDoubt, ...]


class CheckedError(PolicyError):
    """A policy that is wrong, with its tests: every error and, as far as it can be told, every doubt, in order of place."""

    def __init__(self, errors: Sequence[ConfigurationError], doubts: Sequence[PlacedDoubt]) -> None:
        super().__init__(errors)
        said = [(error.path, problem.mark, f"{error.path}:{problem}") for error in errors for problem in error.problems]
        said += [(each.path, each.mark, _in_words(each)) for each in doubts]
        order = {path: number for number, path in reversed(list(enumerate(path for path, _, _ in said)))}
        lines = sorted(said, key=lambda each: (order[each[0]], each[1].line, each[1].column))
        self.args = ("\n".join(line for _, _, line in lines),)


def _in_words(placed: PlacedDoubt) -> str:
    mark, doubt = placed.mark, placed.doubt
    return f"{placed.path}:{mark.line}:{mark.column}: doubtful: {doubt.message}: {doubt.remedy}"


class Beside(Struct, frozen=True, kw_only=True):
    """What lies beside a policy: who is enrolled by a document and by the ledger, who owns code, files, the ledger's settings.

    None is for what is not there; for `roster`, where no ledger was read. Without `is_known` nobody looked at any of it.
    """

    signers: bytes | None
    roster: Roster | None = None
    owners: tuple[bytes, str] | None = None
    """The CODEOWNERS with its path."""
    tree: Tree | None = None
    ledger: LedgerSettings = LedgerSettings()
    tests: Source | None = None
    """The tests that belong to the policy."""
    rules: tuple[str, ...] | None = None
    """The names of the rules that are installed; None where nobody looked."""
    has_scanners: bool = False
    """Whether the system declares scanners, which may bring other rules."""
    is_known: bool = True
    wrong: tuple[ConfigurationError, ...] = ()
    """What of it could not be read."""


def check_policy(sources: Sequence[Source], beside: Beside, *, now: datetime) -> CheckedPolicy:
    """The policy of `sources`, the lowest first, and what can hardly be meant of it beside the rest.

    Raises:
        CheckedError: holding every problem of every source, of its tests and of what lies beside it.
    """
    find = partial(_doubts, beside=beside, now=now)
    wrong, unsure = list(beside.wrong), SURE
    loaded: Loaded | None = None
    try:
        loaded = load_layers(sources)
    except WrongPolicyError as error:
        wrong = [*error.errors, *wrong]
        if (sound := error.sound) is not None:
            loaded = Loaded(policy=sound.policy, layers=sound.layers)
            unsure = Unsure(broken=sound.broken, unnamed=sound.unnamed)
    wrong += _wrong_tests(beside, loaded, unsure=unsure)
    doubts = find(loaded, unsure=unsure) if loaded is not None else ()
    if wrong or loaded is None:
        raise CheckedError(wrong, doubts)
    return CheckedPolicy(loaded=loaded, doubts=doubts)


def _wrong_tests(beside: Beside, loaded: Loaded | None, *, unsure: Unsure) -> Iterator[ConfigurationError]:
    """What is wrong with the tests; names that the policy lacks are told where its own are all known."""
    if beside.tests is None:
        return
    is_known = loaded is not None and not unsure.unnamed and "environments" not in unsure.broken
    try:
        read_trials(beside.tests.data, beside.tests.path, policy=loaded.policy if loaded and is_known else None)
    except ConfigurationError as error:
        yield error


def _doubts(loaded: Loaded, *, beside: Beside, now: datetime, unsure: Unsure) -> tuple[PlacedDoubt, ...]:
    rules = (
        None if beside.rules is None else KnownRules(names=(*beside.rules, *LOOKS), has_scanners=beside.has_scanners)
    )
    if not beside.is_known:
        return find_doubts(loaded, Known(rules=rules), now=now, unsure=unsure)
    owners = read_owners(beside.owners[0], RepoPath(beside.owners[1])) if beside.owners else None
    roster, settings = beside.roster, beside.ledger
    enrolled = () if beside.signers is None else tuple(read_allowed_signers(beside.signers))
    known = Known(
        enrolled=enrolled if roster is None else _with_ledger(enrolled, roster, now=now),
        has_code_owners=beside.owners is not None,
        owner_teams=team_names(owners) if owners else (),
        owner_handles=handle_names(owners) if owners else (),
        has_ledger=roster is not None,
        rules=rules,
    )
    says = LedgerSays(
        is_anchored=settings.is_anchored,
        is_reported=lambda check: bool(settings.reporters_of(check)),
    )
    return find_doubts(loaded, known, tree=beside.tree, ledger=None if beside.wrong else says, now=now, unsure=unsure)


def _with_ledger(enrolled: Sequence[str], roster: Roster, *, now: datetime) -> tuple[str, ...]:
    """Those of the document but whom the ledger knows to have no key that counts, and whom it enrols besides."""
    people = dict.fromkeys(roster.people.values())
    gone = {person for person in people if not roster.is_enrolled(person, now)}
    kept = [name for name in enrolled if roster.person_of(name) not in gone]
    known = {roster.person_of(name) for name in kept}
    return (*kept, *(person for person in people if person not in gone and person not in known))
