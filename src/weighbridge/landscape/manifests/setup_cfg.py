"""Python: `setup.cfg`, the name and requirements setuptools reads there."""

import configparser
import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestError, ManifestReader, Need
from weighbridge.landscape.manifests.keys import pypi_key
from weighbridge.landscape.manifests.pyproject import requirement_name
from weighbridge.landscape.manifests.texts import first_lines, line_of, text_of

_WORD = re.compile(r"([\w.-]+)")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    text = text_of(data)
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ManifestError(f"it is not an ini file: {str(error).partition(chr(10))[0]}") from error
    name = parser.get("metadata", "name", fallback="").strip()
    if not name or "attr:" in name:
        return ()
    wanted = parser.get("options", "install_requires", fallback="").splitlines()
    names = dict.fromkeys(filter(None, map(requirement_name, wanted)))
    lines = first_lines(_WORD, text)
    needs = tuple(Need(key=pypi_key(name), line=lines.get(name, 0)) for name in names)
    claim = Claim(
        root=folder_of(path),
        name=name,
        authority=Authority.PACKAGE,
        source=path,
        line=line_of(text, r"^name[ \t]*="),
        kind=ComponentKind.LIBRARY,
        provides=(pypi_key(name),),
        requires=needs,
    )
    return (claim,)


READER = ManifestReader(names=frozenset({"setup.cfg"}), read=_read)
