"""`weighbridge attach`: attach a document to a change, signed with your own key."""

import sys
from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.speak_of_change import prepare_document
from weighbridge.domain.ids import digest
from weighbridge.entrypoints.cli.output import OutputError, read_input
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, anyway_option, session_on, speaking_options
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.policy.documents.check import is_untouched
from weighbridge.policy.documents.find_kinds import find_kinds, kind_named

SECTION: Final = Section.DECIDE

_MOST: Final = 1024 * 1024
"""Bytes; a longer one is no document that a person reads."""


@click.command(short_help="Attach a document to a weighed change.")
@click.argument("change")
@click.argument("kind")
@click.argument("file")
@anyway_option
@speaking_options
def command(change: str, kind: str, file: str, folder: Path, *, anyway: bool, **speaking: Unpack[Speaking]) -> None:
    """Attach FILE (- for the standard input) as a document of KIND to CHANGE, whose package was kept.

    The signed statement holds its digest; its text lies beside the ledger. `weighbridge document check` judges it first.
    """
    data = read_input(file, limit=_MOST + 1)
    if len(data) > _MOST:
        raise OutputError(f"{file}: longer than {_MOST:,} bytes, which nobody reads: attach what matters of it")
    if b"\0" in data:
        raise OutputError(
            f"{file}: this is no text, and a document is for people to read: attach it as text or Markdown"
        )
    text = data.decode("utf-8", "replace")
    if not text.strip():
        raise OutputError(f"{file}: there is nothing in it")
    with session_on(change, folder, anyway=anyway, **speaking) as (here, package):
        here.must_be_weighed_by_this()
        known = {each.name: each for each in (*find_kinds(), *here.policy.documents.values())}
        named = kind_named(kind, tuple(known.values()))
        said = {"Attach": f"{named.title}: {file}, {len(text.split()):,} words", "Digest": str(digest(data))}
        if is_untouched(named, text, scenarios=package.presentation.risk.scenarios):
            said["Mind"] = "nothing stands in it but the template: it meets nothing that is asked"
        here.sign(prepare_document(here.speaker, package, kind=named.name, text=text), said)
    write_folded("Whether it meets what is asked is told by the next `weighbridge review`\n", sys.stdout)
