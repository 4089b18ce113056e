"""`weighbridge policy`: write, check and try out what decides about changes."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from weighbridge.app.build_trust import POLICY
from weighbridge.app.check_policy import Beside, check_policy
from weighbridge.app.explain import UnknownNameError
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.review_change import weigh_change
from weighbridge.app.sight import Sight
from weighbridge.app.start_policy import POLICY_FILE, TESTS_FILE, packs, start_policy
from weighbridge.app.try_policy import try_policy
from weighbridge.assembly.bench import SystemClock, open_bench
from weighbridge.assembly.people import people_on_ledger
from weighbridge.assembly.populations import owners_of, population_of
from weighbridge.assembly.reviewing import reviewer
from weighbridge.assembly.rules import bundled_rules, rule_names
from weighbridge.assembly.standing import stand
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.entrypoints.cli.exits import ExitCode, exit_code_of
from weighbridge.entrypoints.cli.options import json_option, quiet_option, repository_option
from weighbridge.entrypoints.cli.output import OutputError, emit, write_in_tree
from weighbridge.entrypoints.cli.policy_files import (
    InForce,
    Place,
    has_scanners,
    in_force,
    ledger_settings,
    not_in_force,
    owners,
    place_of,
    signers,
    sources,
    tests_beside,
    tests_in,
    tree_at,
)
from weighbridge.entrypoints.cli.policy_import import command as import_
from weighbridge.entrypoints.cli.policy_simulate import simulate
from weighbridge.entrypoints.cli.progress import TerminalProgress
from weighbridge.entrypoints.cli.reading import read_out, remark_blocks, say_remark
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import handle_names, read_owners, team_names
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import load_policy
from weighbridge.policy.reading.write import policy_text
from weighbridge.policy.reasons.reasons import reasons_of
from weighbridge.policy.trials.coverage import coverage_of
from weighbridge.review.render.reasons import reasons_as_json
from weighbridge.review.render.svg_policy import draw_policy
from weighbridge.review.render.text.gate import reason_blocks
from weighbridge.review.render.text.policy import checked_blocks
from weighbridge.review.render.text.policy_page import policy_blocks
from weighbridge.review.render.text.trials import as_junit, trial_blocks

SECTION: Final = Section.POLICY

organisation_option: Final = click.option(
    "--organisation", default="", metavar="FILE", help="The policy under it; else what WEIGHBRIDGE_ORGANISATION names."
)


@click.group(short_help="Write, check and try out what decides about changes.")
def command() -> None:
    """The policy: what a change needs before it passes, as .weighbridge/policy.yaml says it."""


command.add_command(simulate)
command.add_command(import_)


@command.command("check")
@click.argument("file", metavar="[FILE]", default="")
@organisation_option
@repository_option
def check_(file: str, organisation: str, *, folder: Path) -> None:
    """Check FILE (- for the standard input), else the work tree's policy: every error at once, and what can hardly be meant.

    FILE need be in no repository; in one, people, paths and the ledger are looked at too.

    Exits with 0 when it is right, doubts or not, and 2 when it is wrong.
    """
    place = place_of(folder, files=(file,))
    beside = _beside(place, folder, has_tests=not file)
    checked = check_policy(sources(file, organisation, top=place.top), beside, now=SystemClock().now())
    read_out(checked_blocks(checked.loaded, checked.doubts))


def _beside(place: Place, folder: Path, *, has_tests: bool) -> Beside:
    """What lies beside the policy; outside a repository nothing is known but its tests, and the rules there are."""
    top, tests, rules = place.top, tests_beside(place.top) if has_tests else None, rule_names()
    if not place.is_repository:
        return Beside(signers=None, tests=tests, rules=rules, is_known=False)
    settings = LedgerSettings()
    wrong: tuple[ConfigurationError, ...] = ()
    try:
        settings = ledger_settings(top)
    except ConfigurationError as error:
        wrong = (error,)
    return Beside(
        signers=signers(top),
        roster=people_on_ledger(folder),
        owners=owners(top),
        tree=tree_at(top),
        ledger=settings,
        tests=tests,
        rules=rules,
        has_scanners=has_scanners(top),
        wrong=wrong,
    )


@command.command("test")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--policy", "file", default="", metavar="FILE", help="The policy to try; else the work tree's.")
@organisation_option
@click.option("--junit", default="", metavar="FILE", help="Write the results as JUnit XML; - for the standard output.")
@click.option("--coverage", is_flag=True, help="Show which rules applied and did not, and what came of them.")
@repository_option
def test_(files: tuple[str, ...], file: str, *, organisation: str, junit: str, coverage: bool, folder: Path) -> int:
    """Try the policy on the changes that FILE, else .weighbridge/policy.test.yaml, writes down.

    Nothing of a repository is read, and with --policy none is needed. - is the standard input. Exits with 0 when every case comes as expected, 1 when one does not.
    """
    top = place_of(folder, files=(file,)).top
    if "-" in files and "-" in (file, organisation):
        raise OutputError("the standard input can be a policy or tests of it: name a file for the other")
    policy = load_policy(sources(file, organisation, top=top))
    run = try_policy(tests_in(files, policy, top=top), policy)
    if junit:
        emit(junit, as_junit(run))
    if junit != "-":
        read_out(trial_blocks(run, coverage_of(run, policy) if coverage else None))
    return ExitCode.PASS if run.passed else ExitCode.GATE


@command.command("show")
@click.argument("file", metavar="[FILE]", default="")
@organisation_option
@click.option("--yaml", "yaml_", is_flag=True, help="As one file that builds upon nothing and loads back to the same.")
@click.option("--diagram", default="", metavar="FILE", help="Draw how it decides, as SVG; - for the standard output.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose policy is shown.")
@repository_option
def show_(file: str, organisation: str, *, yaml_: bool, diagram: str, target: str, folder: Path) -> None:
    """Show the policy in force, with a reset that lies on it, or FILE: where each part comes from, and what is locked.

    In force is what the protected branch says; where the work tree says otherwise, that is told.
    """
    if file or organisation:
        given = InForce(sources=sources(file, organisation, top=place_of(folder, files=(file or organisation,)).top))
    else:
        given = in_force(folder, target=target)
    loaded = given.loaded()
    if diagram:
        emit(diagram, draw_policy(loaded.policy))
    if yaml_:
        sys.stdout.write(policy_text(loaded.policy))
    elif not diagram:
        read_out((*remark_blocks(given.remark), *policy_blocks(loaded)), pager=True)
        return
    say_remark(given.remark)


@command.command("explain")
@click.argument("range_text", metavar="[RANGE]", default="")
@click.option("--rule", default="", metavar="NAME", help="Only what this rule of the policy comes to.")
@click.option("--environment", default="", metavar="NAME", help="Where the change is to go, as the policy names it.")
@click.option("--proposal", default="", metavar="NAME", help="The pull request or branch whose approvals count.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch whose configuration is trusted.")
@json_option
@quiet_option
@repository_option
def explain_(range_text: str, folder: Path, *, rule: str, environment: str, **options: str | bool) -> int:
    """Explain the gate of RANGE: each rule, whether it applies and by what of the change, and what meets what it asks.

    It is judged by the policy that is trusted, not the work tree's. Exits as a review does: 0 satisfied, 1 not, 3 when
    something could not be looked at.
    """
    progress = TerminalProgress(quiet=bool(options["quiet"]))
    request = ChangeRequest(range_text=range_text, target=str(options["target"]))
    with open_bench(folder, progress=progress) as bench:
        sight = bench.see(request)
        weighed = weigh_change(sight, reviewer(bundled_rules(), sight.trust))
        _known_rule(rule, weighed.case.policy)
        asked = stand(bench, weighed, trust=sight.trust, proposal=str(options["proposal"]), environment=environment)
        remark = not_in_force(sight.trust, bench.repository.location.top)
    progress.clear()
    reasons = reasons_of(asked.case, asked.gate)
    if options["json_"]:
        emit(str(options["json_"]), reasons_as_json(reasons, rule=rule))
    if options["json_"] != "-":
        read_out((*remark_blocks(remark), *reason_blocks(reasons, rule=rule)), pager=True)
    else:
        say_remark(remark)
    return exit_code_of(asked.gate)


def _known_rule(name: str, policy: Policy) -> None:
    known = [rule.name for rule in policy.rules]
    if name and name not in known:
        close = nearest(name, known)
        hint = f"did you mean {close}?" if close else f"its rules are {', '.join(known) or 'none'}"
        raise UnknownNameError(f"the policy {policy.name} has no rule {name}: {hint}")


@command.command("init")
@click.option("--pack", default="starter", show_default=True, type=click.Choice(packs()), help="What to build upon.")
@click.option("--force", is_flag=True, help="Write anew what is there already.")
@quiet_option
@repository_option
def init_(folder: Path, *, pack: str, force: bool, quiet: bool) -> None:
    """Write a first .weighbridge/policy.yaml and tests of it, with the people who are known here as candidates.

    Nothing takes effect before it stands on the protected branch.
    """
    progress = TerminalProgress(quiet=quiet)
    with open_bench(folder, progress=progress) as bench:
        top = bench.repository.location.top
        if top is None:
            raise OutputError("a bare repository has no work tree to write to: run this in a clone of it")
        _free(top, force=force)
        sight = bench.see_now()
        owning = _owners(sight, top)
        made = start_policy(
            pack,
            population_of(sight),
            name=bench.repository.name,
            teams=sorted({name for each in owning for name in team_names(each)}),
            handles=sorted({name for each in owning for name in handle_names(each)}),
        )
    progress.clear()
    for path, text in ((POLICY_FILE, made.policy), (TESTS_FILE, made.tests)):
        write_in_tree(top, path, text=text, replace=force)
        sys.stdout.write(f"wrote   {path}\n")
    sys.stdout.write("next    weighbridge policy check: says whom to name\n")


def _owners(sight: Sight, top: Path) -> Sequence[CodeOwners | CouldNotLook]:
    """The CODEOWNERS that is trusted, and the one that lies here and is not merged yet."""
    here = owners(top)
    return (owners_of(sight), *([read_owners(here[0], RepoPath(here[1]))] if here else ()))


def _free(top: Path, *, force: bool) -> None:
    """Refuse before anything is written where something stands that may be somebody's work."""
    there = [path for path in (*POLICY, TESTS_FILE) if (top / path).exists()]
    if there and not force:
        raise OutputError(f"{there[0]}: exists already; --force writes it anew")
