"""Real engines, each in a process of its own: how long a pattern takes on a text, up to a limit."""

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Final

LIMIT: Final = 0.4
"""Seconds of the processor after which a match is ended; where only a clock can be set, it is set to five times as many."""

_PYTHON: Final = """
import json, re, signal, sys, time
def late(*_): raise TimeoutError
signal.signal(signal.SIGPROF, late)
WAYS = {"search": "search", "start": "match", "whole": "fullmatch"}
for line in sys.stdin:
    asked = json.loads(line)
    try:
        flags = 0
        for each in asked["flags"]:
            flags |= getattr(re, each.upper())
        found = getattr(re.compile(asked["pattern"], flags), WAYS[asked["manner"]])
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
        continue
    times = []
    for text in asked["texts"]:
        signal.setitimer(signal.ITIMER_PROF, asked["limit"])
        start = time.process_time()
        try:
            found(text)
            times.append(time.process_time() - start)
        except TimeoutError:
            times.append(asked["limit"])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    print(json.dumps({"times": times}), flush=True)
"""

_NODE: Final = """
const vm = require("vm"), readline = require("readline");
const lines = readline.createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const asked = JSON.parse(line);
  let found;
  try { found = new RegExp(asked.pattern, asked.flags); } catch (error) {
    console.log(JSON.stringify({ error: String(error) })); return;
  }
  const times = [], box = vm.createContext({ found, text: "" }), script = new vm.Script("found.lastIndex = 0; found.exec(text)");
  for (const text of asked.texts) {
    box.text = text;
    const start = process.cpuUsage();
    let isLate = false;
    try { script.runInContext(box, { timeout: Math.ceil(asked.limit * 5000) }); } catch (error) { isLate = true; }
    const used = process.cpuUsage(start);
    times.push(isLate ? Math.max(asked.limit, used.user / 1e6) : used.user / 1e6);
  }
  console.log(JSON.stringify({ times }));
});
"""


class EngineError(Exception):
    """The engine takes the pattern for none."""


class Engine:
    """The engine of one dialect."""

    def __init__(self, dialect: str) -> None:
        command = [sys.executable, "-I", "-c", _PYTHON] if dialect == "python" else ["node", "-e", _NODE]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def times(
        self, pattern: str, texts: Iterable[str], *, flags: str = "", manner: str = "search", limit: float = LIMIT
    ) -> list[float]:
        """Seconds of the processor that the pattern takes on each text.

        Raises:
            EngineError: the pattern is refused.
        """
        asked = {"pattern": pattern, "flags": flags, "manner": manner, "texts": list(texts), "limit": limit}
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise EngineError("the engine is not there")
        into.write(json.dumps(asked) + "\n")
        into.flush()
        line = out.readline()
        if not line:
            raise EngineError("the engine ended")
        told = json.loads(line)
        if "error" in told:
            raise EngineError(told["error"])
        times: list[float] = told["times"]
        return times

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
