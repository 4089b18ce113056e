"""What `weighbridge reset` writes and says besides its status."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from weighbridge.app.explain import UnknownNameError
from weighbridge.assembly.resets import TrustedReset
from weighbridge.domain.trust import branch_of
from weighbridge.entrypoints.cli.output import OutputError, emit, read_input, write_in_tree
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.reading.reset import load_reset, write_reset
from weighbridge.policy.reset import RESET_PATH, Phase, Reset
from weighbridge.policy.reset_progress import Course, ResetProgress
from weighbridge.review.sentences import count, listed
from weighbridge.review.visible import inert

_LARGEST = 1 << 20
_GET_A_TIER: Final = (
    "A component has the tier that .weighbridge/system.yaml on the protected branch gives it (`tier: 1`), else the one it is"
    " inferred to have"
)


def known_components(components: ComponentMap, reset: Reset, *, may_be_none: bool) -> tuple[str, ...]:
    """The components that it is about, of those there are. Raises `UnknownNameError` for one that there is not.

    Raises `OutputError` where it is about none, unless that may be.
    """
    names = [component.name for component in components.components]
    for name in reset.components:
        if name not in names:
            close = nearest(name, names)
            hint = f"did you mean {close}?" if close else f"known are {listed(names, 8)}"
            raise UnknownNameError(f"there is no component {name}: {hint}")
    about = tuple(each.name for each in components.components if reset.covers(each.name, each.tier.value))
    if not about and not may_be_none:
        known = f": here are {listed(names, 8)}, of other tiers" if names else ""
        raise OutputError(
            f"no component is of {reset.about}, so that a reset would be about nothing{known}\n"
            f"{_GET_A_TIER}. --component NAME adds one whatever its tier, a higher --tier covers more, --force writes it all the same"
        )
    return about


def none_runs(trusted: TrustedReset, *, at: datetime) -> None:
    """That the protected branch holds no reset that is not over, whatever the work tree has. Raises `OutputError`."""
    standing = trusted.reset
    if standing is not None and not trusted.is_given and standing.phase(at) is not Phase.OVER:
        raise OutputError(
            f"{RESET_PATH} on {_branch(trusted)}: {standing.words(at)}\n"
            "A new one that lands goes in its place, with its own start, end and components: --force writes one. To end that one:"
            " weighbridge reset stop"
        )


def put_in_place(reset: Reset, top: Path | None, *, output: str, force: bool, at: datetime) -> str:
    """Write the document; where it then stands. Raises `OutputError`, `ConfigurationError`."""
    text = write_reset(reset)
    load_reset(text.encode(), RESET_PATH)
    if output:
        return emit(output, text)
    if top is None:
        raise OutputError("a bare repository has no work tree to write it into: give --output FILE, or - to print it")
    place = top / RESET_PATH
    if place.exists() and not force:
        standing = load_reset(read_input(str(place), limit=_LARGEST), RESET_PATH)
        if standing.phase(at) is not Phase.OVER:
            raise OutputError(f"{RESET_PATH}: {standing.words(at)}; --force writes another in its place")
    return str(write_in_tree(top, RESET_PATH, text=text, replace=True))


def begun(where: str, *, about: tuple[str, ...], trusted: TrustedReset) -> str:
    """What was written, and what is left to do."""
    lines = [f"{where or 'It'}: a reset of {count(len(about), 'component')}{': ' if about else ''}{listed(about, 6)}"]
    if not about:
        lines.append(f"no component here is of that tier. {_GET_A_TIER}")
    if trusted.is_given:
        lines.append("the organisation gives a reset of its own, which goes before this one")
    lines.append(f"It holds once it is on {_branch(trusted)}: commit it, and have it reviewed.")
    return inert("\n".join(lines) + "\n")


def standing_reset(top: Path | None, trusted: TrustedReset) -> Reset:
    """The reset that is to end: the work tree's, else the trusted one. Raises `OutputError`, `ConfigurationError`."""
    if trusted.is_given:
        raise OutputError("the reset is the organisation's: it ends where the organisation's reset.yaml says so")
    if top is None:
        raise OutputError("a bare repository has no work tree to write it into: end it in a clone")
    place = top / RESET_PATH
    if place.is_file():
        return load_reset(read_input(str(place), limit=_LARGEST), RESET_PATH)
    if trusted.reset is None:
        raise OutputError(f"there is no reset to end: neither the protected branch nor the work tree has {RESET_PATH}")
    return trusted.reset


def ended(reset: Reset, top: Path | None, *, at: datetime) -> str:
    """End it at `at`; what was done, and what is left to do. Raises `OutputError`."""
    assert top is not None, "asked only where there is a work tree"
    place = top / RESET_PATH
    match reset.phase(at):
        case Phase.OVER:
            return f"{RESET_PATH}: {reset.words(at)}: there is nothing to end\n"
        case Phase.AHEAD:
            place.unlink(missing_ok=True)
            return f"{RESET_PATH}: it had not begun, and is gone; commit that, and have it reviewed\n"
        case Phase.ON:
            # A reset lasts a moment at least.
            end = max(at, reset.start.replace(microsecond=0) + timedelta(seconds=1))
            where = write_in_tree(top, RESET_PATH, text=write_reset(replace(reset, end=end)), replace=True)
            return (
                f"{where}: the reset ends now. It is in force until this is on the protected branch, and this change takes"
                " two people, as everything in .weighbridge/ does while it is on.\n"
            )


def no_reset(trusted: TrustedReset) -> str:
    """That there is none."""
    return inert(f"No reset: {_branch(trusted)} has no {RESET_PATH}. weighbridge reset start --days 90 writes one.\n")


def _branch(trusted: TrustedReset) -> str:
    name = branch_of(trusted.trust.target_name)
    return name or "the protected branch"


def no_ledger() -> str:
    """That there is none, so that nothing that landed can be told to have been decided."""
    return "weighbridge: there is no ledger here, so no decision could be found: weighbridge ledger sync fetches one that travels by git\n"


def reset_as_json(found: ResetProgress) -> str:
    """All of it."""
    plain = msgspec.to_builtins(found, enc_hook=str)
    totals = {str(course): found.count(course) for course in Course}
    document = {"schema": "weighbridge-reset-status", "version": 1, "totals": totals | {"left": found.left}, **plain}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
