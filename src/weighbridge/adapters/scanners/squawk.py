"""Runs squawk on changed scripts of PostgreSQL: on copies of its own, without the repository's configuration and without what silences it."""

from typing import Final

from weighbridge.adapters.scanners.on_copies import Kind
from weighbridge.landscape.sql.scans import SqlScanned, read_squawk

SQUAWK: Final[Kind[SqlScanned]] = Kind(
    name="squawk",
    package="squawk-cli",
    variable="WEIGHBRIDGE_SQUAWK",
    options=("--reporter", "json", "--config", ".squawk.toml"),
    done=frozenset({0, 1}),  # 1 when it found something
    read=read_squawk,
    inside=lambda number, _: f"{number}.sql",
    settings={".squawk.toml": b""},
    silence=(b"squawk-ignore", b"squawk_ignore"),
)
