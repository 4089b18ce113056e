"""Tools of other languages whose migrations are not read yet."""

from typing import Final

from weighbridge.landscape.sql.rendered import Tool
from weighbridge.landscape.sql.tools._unread import OTHERS, unread_tool

TOOL: Final[Tool] = unread_tool(OTHERS)
