"""What ends a session: its data cleared, its cookie taken back, who was logged in forgotten."""

from typing import Final

from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.criticality import joined_words, words_of

_ENDING: Final = frozenset({"clear", "flush", "destroy", "invalidate"})
_BY_ITSELF: Final = frozenset({"destroy", "invalidate"})
"""What is done to the session of whoever asks alone: a database's session is cleared and flushed too."""
_REQUESTS: Final = frozenset({"req", "request", "ctx", "context"})
_SESSIONS: Final = frozenset({"session", "httpsession", "getsession"})
_WEB: Final = ("flask", "quart")
_TAKING_BACK: Final = frozenset({"clearcookie", "deletecookie", "removecookie", "removeitem"})
_COOKIES: Final = frozenset({"session", "sessionid", "sid", "token", "jwt", "auth", "authorization", "credentials"})
_LEAVING: Final = frozenset({"logout", "signout", "logoff"})


def cleared_by(call: Call, *, symbol: str, facts: FileFacts) -> str:
    """What of a session a call ends, in a function of this name; empty where it ends none."""
    if not isinstance(call.function, Attribute):
        return ""
    did, of = joined_words(call.function.name), call.function.of
    if did == "clearcontext":
        return last_name(of)
    if did in _TAKING_BACK:
        first = call.arguments[0].value if call.arguments else None
        said = first.value if isinstance(first, Text) else ""
        is_leaving = any(each in joined_words(symbol.rpartition(".")[2]) for each in _LEAVING)
        return said if is_leaving or _COOKIES & set(words_of(said)) else ""
    return _session(did, of, facts=facts) if did in _ENDING else ""


def _session(did: str, of: Expr, *, facts: FileFacts) -> str:
    """The name of a session that belongs to a request, by where it is taken from or by what only such a one has done to it."""
    if isinstance(of, Call):
        return "session" if did in _BY_ITSELF and joined_words(last_name(of.function)) in _SESSIONS else ""
    name = last_name(of)
    if joined_words(name) not in _SESSIONS:
        return ""
    if did in _BY_ITSELF or (isinstance(of, Attribute) and last_name(of.of) in _REQUESTS):
        return name
    is_web = any(each.alias == name and each.module.startswith(_WEB) for each in facts.imports)
    return name if is_web and isinstance(of, Name) else ""
