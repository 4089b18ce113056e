"""`weighbridge policy import`: begin with what policy-bot or GitHub was told."""

import sys

import click

from weighbridge.app.import_policy import Imported, PolicySource, import_policy
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.output import emit, read_input
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.reading.layer import LARGEST
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line


@click.command("import", short_help="Make a policy of what policy-bot or GitHub was told.")
@click.argument("file", metavar="FILE")
@click.option(
    "--from",
    "source",
    type=click.Choice([str(each) for each in PolicySource]),
    default=None,
    help="Whose FILE is; told by its name and content when left out.",
)
@click.option("--output", "-o", default="-", metavar="FILE", help="Write the policy there instead of printing it.")
def command(file: str, source: str | None, output: str) -> int:
    """Make a policy of FILE (- for the standard input) and say what it cannot say.

    FILE is a .policy.yml of palantir/policy-bot, a CODEOWNERS file, a ruleset of GitHub as JSON (exported, or by its
    API), or the protection of a branch as GitHub's API gives it. What has no equivalent is listed on the error stream
    and in the policy, each with its place; where something cannot be told, the policy is stricter.
    """
    data = read_input(file, limit=LARGEST + 1)
    imported = import_policy(
        data, "the standard input" if file == "-" else file, source=PolicySource(source) if source else None
    )
    emit(output, imported.text)
    _tell(imported, file)
    return ExitCode.PASS


def _tell(imported: Imported, file: str) -> None:
    """What became of it, on the error stream."""
    write_folded(f"{count(imported.rules_in, 'rule')} of {imported.source} became {imported.rules_out}\n", sys.stderr)
    for lost in imported.lost:
        write_folded(f"{one_line(file)}:{one_line(str(lost))}\n", sys.stderr)
