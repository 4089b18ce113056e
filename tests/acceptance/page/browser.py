"""A real browser that opens the page at a width, and says what stands where."""

import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURE = Path(__file__).with_name("measure.js")


@dataclass(frozen=True, slots=True)
class Browser:
    """Chromium without a window, with a profile of its own."""

    program: Path
    folder: Path

    def measured(self, page: str, *, widths: tuple[int, ...]) -> dict[str, dict[str, Any]]:
        """What `measure.js` finds on the page at each width, with everything that is folded away opened.

        The page's own policy lets no script run. So the page that is measured is a copy without the policy, in frames, for no
        window is as narrow as a telephone.
        """
        copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        (self.folder / "page.html").write_text(copy, "utf-8")
        frames = "".join(f'<iframe src="page.html" width="{w}" height="2000" frameborder="0"></iframe>' for w in widths)
        outer = self.folder / "outer.html"
        outer.write_text(f"<!doctype html>{frames}<pre></pre><script>{MEASURE.read_text()}</script>", "utf-8")
        done = subprocess.run(
            [
                str(self.program),
                *("--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"),
                *(f"--user-data-dir={self.folder / 'profile'}", f"--window-size={max(widths) + 100},2100"),
                outer.as_uri(),
            ],
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        found = re.search(r"<pre>(.*)</pre>", done.stdout, re.DOTALL)
        assert found, done.stderr
        measured: dict[str, dict[str, Any]] = json.loads(html.unescape(found[1]))
        return measured
