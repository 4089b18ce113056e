"""JSON as a tool wrote it: read once, with the place where it cannot be, and keys that stand twice."""

import codecs
import json
from typing import Any, Final

from weighbridge.domain.outcomes import CouldNotLook, Reason

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""How files begin that some shells write when they send a command's output to a file."""


class TwiceError(ValueError):
    """A key stands twice in one object: readers differ in which of the two they take."""


def load_json(data: bytes, *, called: str) -> object | CouldNotLook:
    """The value; why not, where it is none. `called` names the document in words."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        content: object = json.loads(data.decode(encoding), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        return _unparsed(f"{called} is no text: byte {error.start:,} of {len(data):,} is not {encoding}")
    except TwiceError as error:
        return _unparsed(f"{called} has a key that stands twice in one object, {error}: no tool writes that")
    except json.JSONDecodeError as error:
        end = ", where it ends" if error.pos >= len(error.doc.rstrip()) else ""
        return _unparsed(
            f"{called} is no whole JSON: {error.msg}, at character {error.pos:,}{end}, line {error.lineno:,}"
        )
    except RecursionError:
        return _unparsed(f"{called} is nested too deep to be what a tool writes")
    except ValueError:
        return _unparsed(f"{called} holds a number with more digits than any tool writes")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise TwiceError(repr(next(name for name in names if names.count(name) > 1)[:60]))
    return found


def _unparsed(detail: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.UNPARSED, detail=detail)
