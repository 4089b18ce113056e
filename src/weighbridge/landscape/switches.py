"""Settings that switch a check off: of certificates, signatures, tokens, forged requests."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import FileFacts, Switch
from weighbridge.landscape.code_change import CodeChange
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
_STATES: Final = ("enabled", "enable", "disabled", "disable")
_TURNING_OFF: Final = _set(
    "skip disable disabled no ignore bypass allow permit trust trusts accept dont without noverify"
)
_AGAINST: Final = (_PROTECTION - _set("signed")) | _CHECKING | _set("checks insecure untrusted selfsigned")

_TRUSTING: Final = _set("trust trusts trusted")
_PROXIES: Final = _set("proxy proxies forwarded forwarding")
"""What a server that trusts them takes from whoever asks: the address they come from, and whether it was by TLS."""


def switched_off(code: CodeChange) -> Iterator[tuple[RepoPath, Switch]]:
    """The switches that a change sets so that a check is off, where fewer of that name were off before, each with its file.

    A name is the last one: the object that a check is switched off for may be called otherwise, and stand in another file.
    """
    before = _counted(file.base for file in code.files.values())
    after = _counted(file.head for file in code.files.values())
    for path, file in code.files.items():
        here, there = _counted((file.head,)), _counted((file.base,))
        for switch in _off(file.head):
            name = last_of(switch.name)
            is_added = any(added.start <= switch.line <= added.end for added in file.change.added)
            if is_added and here[name] > there[name] and after[name] > before[name]:
                yield path, switch


def last_of(name: str) -> str:
    """What a dotted name ends in; of `csrf.enabled` both, as the last alone says nothing."""
    before, _, last = name.rpartition(".")
    return f"{before.rpartition('.')[2]}.{last}" if before and last in _STATES else last


def _counted(files: Iterable[FileFacts | None]) -> Counter[str]:
    return Counter(last_of(switch.name) for facts in files for switch in _off(facts))


def _off(facts: FileFacts | None) -> Iterator[Switch]:
    return (switch for switch in facts.switches if _is_off(switch)) if facts is not None else iter(())


def _is_off(switch: Switch) -> bool:
    """Whether a switch leaves something unchecked: `verify` is false, `InsecureSkipVerify` is true."""
    words = words_of(last_of(switch.name))
    known = set(words)
    if switch.is_on and known & _TRUSTING and known & _PROXIES:
        return True
    if switch.is_on:
        return words[:1] == ("insecure",) or bool(known & _TURNING_OFF and known & _AGAINST)
    if known & _TURNING_OFF:
        return False
    return bool(known & _CHECKING or known & _ALONE or (known & _TURNING_ON and known & _PROTECTION))
