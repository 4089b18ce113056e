"""`weighbridge people`: whose word counts in the ledger, by which keys."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click

from weighbridge.app.enrol_people import (
    CAUSES,
    LARGEST_REQUEST,
    EnrolmentError,
    Request,
    Revoking,
    device_of,
    enrol,
    holder_of,
    meant_key,
    read_request,
    request_enrolment,
    revoke,
    rotate,
)
from weighbridge.app.share_ledger import read_here
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import OpenLedger, open_ledger
from weighbridge.assembly.people import key_ring, may_vouch, must_be_named, say
from weighbridge.assembly.writers import own_writer
from weighbridge.entrypoints.cli.options import json_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.people_words import keys_as_json, keys_blocks
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.sharing import next_line
from weighbridge.entrypoints.cli.speaking import ask
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.review.visible import inert, one_line

SECTION: Final = Section.RECORD

key_option: Callable[..., Callable[..., object]] = click.option(
    "--key", default="", metavar="FILE", help="The SSH key that signs, or passkey[:ADDRESS]; git's own when left out."
)
target_option: Callable[..., Callable[..., object]] = click.option(
    "--target", default="", metavar="BRANCH", help="The protected branch whose allowed_signers is trusted."
)


@click.group(short_help="Show, enrol and revoke the people whose word counts.")
def command() -> None:
    """The people whose approvals count: .weighbridge/allowed_signers on the protected branch, and whom they enrol."""


@command.command("list")
@repository_option
@target_option
@json_option
def list_(folder: Path, target: str, *, json_: str) -> None:
    """List every key: whose it is, since when, whether it counts, and what was not believed."""
    with open_ledger(folder, target=target) as opened:
        read_here(opened.files, opened.reading)
        roster, now, trust = opened.people(), SystemClock().now(), opened.trust
    if json_:
        emit(json_, keys_as_json(roster, now))
    else:
        read_out(keys_blocks(roster, now, trust=trust), pager=True)


@command.command("request")
@click.argument("name")
@click.option("--also", multiple=True, metavar="ADDRESS", help="Another address of yours; may be given several times.")
@click.option("--output", "-o", default="-", metavar="FILE", help="Where to write it.")
@key_option
@repository_option
@target_option
def request_(name: str, folder: Path, *, also: tuple[str, ...], output: str, key: str, target: str) -> None:
    """Make what you hand to somebody enrolled, who is to vouch for you: you go by NAME, usually your address.

    Your key signs it; with `--key passkey` a passkey is made, in your browser. Compare its fingerprint with them, in the room
    or on a call.
    """
    with open_ledger(folder, target=target) as opened:
        must_be_named(opened)
        roster = opened.people()
        signer = key_ring(folder, roster).new_key(key, name=name)
        made = request_enrolment(name, signer, roster=roster, now=SystemClock().now(), names=also)
    emit(output, bytes(made).decode())
    write_folded(f"weighbridge: your key is {made.keyid}\n", sys.stderr)


@command.command("enrol")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Ask nothing: the fingerprint was compared.")
@key_option
@repository_option
@target_option
def enrol_(file: Path, folder: Path, *, yes: bool, key: str, target: str) -> None:
    """Vouch for whoever made the request in FILE: their key counts from the new entry on.

    What a plain key vouches for is worth a plain key.
    """
    request = _read(file)
    _say(f"{request.principal} {' '.join(request.names)}")
    _say(f"key {request.keyid}")
    _say(f"what you sign: {request.envelope.digest}")
    with open_ledger(folder, target=target) as opened:
        must_be_named(opened)
        roster = opened.people()
        if device := device_of(request, roster):
            _say(f"it is {device}")
        if not yes:
            ask("They showed you this fingerprint, and the device? Write yes: ", "yes")
        addition = enrol(request, key_ring(folder, roster).signer(key), roster=roster, now=SystemClock().now())
        may_vouch(opened)
        _say(f"entry {say(opened, addition)}: {request.principal} is enrolled with {request.keyid}")
        _say_next(opened)


@command.command("rotate")
@click.option("--new", required=True, metavar="FILE", help="The key that takes the other's place; `passkey` makes one.")
@click.option("--yes", is_flag=True, help="Ask nothing: the old key says nothing more from then on.")
@key_option
@repository_option
@target_option
def rotate_(new: str, folder: Path, *, yes: bool, key: str, target: str) -> None:
    """Let a new key of yours take the place of --key: both sign, and what the old one said stands."""
    with open_ledger(folder, target=target) as opened:
        must_be_named(opened)
        roster = opened.people()
        ring = key_ring(folder, roster)
        old = ring.signer(key)
        if not yes:
            _say(f"{old.description} says nothing more once {new} takes its place")
            ask("Replace it? Write yes: ", "yes")
        successor = ring.new_key(new, name=holder_of(old.keyid(), roster))
        addition = rotate(old, successor, roster=roster, now=SystemClock().now())
        may_vouch(opened)
        _say(f"entry {say(opened, addition)}: {successor.description} takes the place of {old.description}")
        _say_next(opened)


class _Revoked(TypedDict):
    """What the options of `revoke` were given."""

    cause: str
    reason: str
    anyway: bool
    yes: bool
    key: str
    target: str


@command.command("revoke")
@click.argument("fingerprint")
@click.option("--cause", type=click.Choice(CAUSES), required=True, help="left and replaced spare what it vouched for.")
@click.option("--reason", default="", metavar="TEXT", help="For people; it lies beside the ledger, and can be erased.")
@click.option("--anyway", is_flag=True, help="Also a whole fingerprint that is nobody's who is known here.")
@click.option("--yes", is_flag=True, help="Ask nothing: a revoked key never comes back.")
@key_option
@repository_option
@target_option
def revoke_(fingerprint: str, folder: Path, **given: Unpack[_Revoked]) -> None:
    """Say that a key is to be believed no more: FINGERPRINT as `people list` shows it, or a writer's verifier key.

    Of a fingerprint 8 characters of its beginning are enough where no other key begins so.

    What it said counts no more, and it never comes back.
    """
    with open_ledger(folder, target=given["target"]) as opened:
        said = Revoking(
            keyid=fingerprint,
            cause=given["cause"],
            reason=given["reason"],
            writer=str(own_writer().verifier),
            anyway=given["anyway"],
        )
        roster = opened.people()
        meant = meant_key(said, roster)
        if not given["yes"]:
            _say(f"{meant.keyid} of {meant.whose}, {said.cause}: what it said counts no more, and it never comes back")
            ask("Revoke it? Write yes: ", "yes")
        addition = revoke(said, key_ring(folder, roster).signer(given["key"]), roster=roster, now=SystemClock().now())
        _say(f"entry {say(opened, addition)}: {meant.keyid} of {meant.whose} is revoked ({said.cause})")
        _say_next(opened)


def _read(file: Path) -> Request:
    with file.open("rb") as opened:
        data = opened.read(LARGEST_REQUEST + 1)
    try:
        return read_request(data)
    except EnrolmentError as problem:
        raise EnrolmentError(f"{file}: {problem}") from None


def _say_next(opened: OpenLedger) -> None:
    write_folded(inert(next_line(opened.repository, way=opened.way)), sys.stdout)


def _say(words: str) -> None:
    write_folded(one_line(words) + "\n", sys.stdout)
