"""By what options of `docker run` a container can leave its confines."""

import re
from collections.abc import Iterator
from typing import Final

_OPTIONS: Final = (
    (re.compile(r"--privileged(?:=true)?(?:\s|$)"), "starts a container that has the machine (`--privileged`)"),
    (re.compile(r"--(?:pid|ipc|userns)[= ]host\b"), "starts a container that sees what else runs on the machine"),
    (
        re.compile(r"(?:-v|--volume)[= ]/:|--mount\s+\S*(?:source|src)=/,"),
        "starts a container that may change all files of the machine",
    ),
    (
        re.compile(r"--cap-add[= ](?:ALL|SYS_ADMIN)\b", re.IGNORECASE),
        "starts a container with a capability that is as good as all",
    ),
)


def powers_of_options(options: str) -> Iterator[str]:
    """Each such option, in words."""
    return (words for pattern, words in _OPTIONS if pattern.search(options))
