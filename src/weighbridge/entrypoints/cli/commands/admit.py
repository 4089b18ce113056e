"""`weighbridge admit`: whether exactly this may enter an environment, by what the ledger proves."""

import sys
from pathlib import Path
from typing import Final

import click

from weighbridge.entrypoints.cli.admitting import Wanted, answer_to, as_json, said
from weighbridge.entrypoints.cli.cluster import answer_cluster
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.options import json_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.review.visible import inert

SECTION: Final = Section.DEPLOY


@click.command(short_help="Prove that a commit or an image may enter an environment.")
@click.option("--environment", required=True, metavar="NAME", help="Where it is to go, as the policy names it.")
@click.option("--commit", default="", metavar="REVISION", help="What is to be deployed.")
@click.option("--image", default="", metavar="REFERENCE", help="What is to be deployed, as name@sha256:…")
@click.option(
    "--provenance",
    type=click.Path(path_type=Path, exists=True),
    help="What comes with the image: a file, or a folder with <digest>.json for each.",
)
@click.option("--admission-review", default="", metavar="FILE", help="Answer Kubernetes' AdmissionReview in FILE.")
@click.option("--after", default="", metavar="REVISION", help="What is deployed there now.")
@click.option("--target", default="", metavar="BRANCH", help="The protected branch, where nothing was admitted yet.")
@click.option("--record", is_flag=True, help="Put on the ledger that it was let in, signed by this machine's key.")
@json_option
@repository_option
def command(folder: Path, *, record: bool, provenance: Path | None, admission_review: str, **options: str) -> int:
    """Prove that something may enter an environment: prints the chain of decisions, or the first link that is missing.

    Exits with 0 when it may, 1 when something is missing, and 3 when something could not be read. What decides is read at
    what is deployed there now: by --after, else by the ledger.
    """
    output = options.pop("json_")
    if sum(map(bool, (options["commit"], options["image"], admission_review))) != 1:
        raise click.UsageError("say what is to enter: --commit, --image or --admission-review, one of them")
    wanted = Wanted(provenance=provenance, **options)
    if admission_review:
        if record:
            raise click.UsageError("a cluster asks again and again: --record where it is deployed from")
        return answer_cluster(folder, wanted, source=admission_review, output=output or "-")
    answer, entry = answer_to(folder, wanted, record=record)
    if output:
        emit(output, as_json(answer, recorded=entry))
    if output != "-":
        write_folded(inert(said(answer, recorded=entry)), sys.stdout)
    return ExitCode.PASS if answer.is_admitted else ExitCode.GATE
