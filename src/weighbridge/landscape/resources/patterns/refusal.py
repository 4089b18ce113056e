"""Why a pattern is not judged."""

from weighbridge.domain.outcomes import Reason


class UnreadError(Exception):
    """A pattern says what is not read here, or asks for more than is looked at; `detail` says which."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
