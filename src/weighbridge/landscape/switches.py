"""Settings that switch a check off: of certificates, signatures, tokens, forged requests."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import FileFacts, Switch
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.criticality import words_of


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CHECKING: Final = _set("verify verifies verification")
"""Words of what is checked by itself, by those who make clients and readers of tokens: `verify=False`."""
_TURNING_ON: Final = _set(
    "check enforce enable enabled reject require requires use validate validation strict force with"
)
_PROTECTION: Final = _set(
    """auth authentication authorization authorisation cert certs certificate certificates csrf xsrf hostname hostnames
    https issuer audience lifetime mfa signature signatures signed ssl tls unauthorized unauthorised"""
)
_ALONE: Final = _set("csrf xsrf")
_TURNING_OFF: Final = _set(
    "skip disable disabled no ignore bypass allow permit trust trusts accept dont without noverify"
)
_AGAINST: Final = (_PROTECTION - _set("signed")) | _CHECKING | _set("checks insecure untrusted selfsigned")


def switched_off(file: FileCode) -> Iterator[Switch]:
    """The switches that a change sets so that a check is off, where fewer of that name were off before."""
    if file.head is None:
        return
    before = Counter(switch.name for switch in _off(file.base)) if file.base is not None else Counter[str]()
    after = Counter(switch.name for switch in _off(file.head))
    for switch in _off(file.head):
        is_added = any(added.start <= switch.line <= added.end for added in file.change.added)
        if is_added and after[switch.name] > before[switch.name]:
            yield switch


def _off(facts: FileFacts) -> Iterator[Switch]:
    return (switch for switch in facts.switches if _is_off(switch))


def _is_off(switch: Switch) -> bool:
    """Whether a switch leaves something unchecked: `verify` is false, `InsecureSkipVerify` is true."""
    words = words_of(switch.name.rpartition(".")[2])
    known = set(words)
    if switch.is_on:
        return words[:1] == ("insecure",) or bool(known & _TURNING_OFF and known & _AGAINST)
    if known & _TURNING_OFF:
        return False
    return bool(known & _CHECKING or known & _ALONE or (known & _TURNING_ON and known & _PROTECTION))
