"""Tools of JavaScript whose migrations are not read yet."""

from typing import Final

from weighbridge.landscape.sql.rendered import Tool
from weighbridge.landscape.sql.tools._unread import SCRIPTS, unread_tool

TOOL: Final[Tool] = unread_tool(SCRIPTS)
