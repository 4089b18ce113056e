"""Kubernetes answered: every image of what it asks about must be admitted, and whatever goes wrong is a no."""

from collections.abc import Iterator
from pathlib import Path

from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.cluster_review import LARGEST, ReviewQuestion, answer, read_question
from weighbridge.app.explain import UnknownNameError
from weighbridge.app.ports import RepositoryError
from weighbridge.app.what_is_there import AdmissionError
from weighbridge.assembly.admitting import asked_for, open_door
from weighbridge.entrypoints.cli.admitting import Wanted, answer_for_image
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.output import OutputError, emit, read_input
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError


def answer_cluster(folder: Path, wanted: Wanted, *, source: str, output: str) -> ExitCode:
    """Write the answer to the AdmissionReview in `source`. Raises `OutputError` where it cannot be read or written."""
    question = read_question(read_input(source, limit=LARGEST + 1))
    refusals = () if question.refused or not question.images else tuple(_refusals(folder, wanted, question=question))
    emit(output, answer(question, refusals))
    return ExitCode.GATE if question.refused or refusals else ExitCode.PASS


def _refusals(folder: Path, wanted: Wanted, *, question: ReviewQuestion) -> Iterator[str]:
    try:
        with open_repository(folder) as repository:
            asked = asked_for(repository, environment=wanted.environment, after=wanted.after, target=wanted.target)
            with open_door(repository, asked) as door:
                for image in question.images:
                    found = answer_for_image(door, image, provenance=wanted.provenance)
                    if not found.is_admitted:
                        yield f"{image} is not admitted to {wanted.environment}: {found.first_missing}"
    except (
        AdmissionError,
        ConfigurationError,
        LedgerError,
        LedgerFilesError,
        OutputError,
        RepositoryError,
        UnknownNameError,
    ) as problem:
        yield f"it could not be told what may enter {wanted.environment}: {problem}"
