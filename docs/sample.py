"""Make docs/sample-report.html, and the pictures of it that the README shows.

`python docs/sample.py` verifies the lectures' records together with the mistakes of
docs/sample.yaml, writes the report, and photographs it in Chromium, light and dark.
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

from verifier.engine.settings import Settings
from verifier.output.report import html
from verifier.output.writing import replace
from verifier.running import catalogue, session

ROOT = Path(__file__).resolve().parent.parent
WHAT = ("identities/lectures", "docs/sample.yaml")
COMMAND = f"nabla verify {' '.join(WHAT)} --report reports"
PAGE = Path("docs/sample-report.html")
PICTURES = {"docs/report.png": False, "docs/report-dark.png": True}
"""Each with whether it is dark."""
SIZE = (1080, 1400)
LARGEST = 300_000
"""Bytes of a picture."""


def page() -> str:
    """Verify, and return the page; no path of this machine may stand in it."""
    report = session.run(
        catalogue.select(WHAT), Settings(), command=COMMAND, fresh=True
    )
    found = html(report)
    for private in (ROOT, Path.home()):
        if str(private) in found:
            raise SystemExit(f"the report names `{private}`")
    return found


def photograph() -> None:
    """Write the pictures of the page's top."""
    sys.path.insert(0, str(ROOT / "tests"))
    from browser import browser

    with browser() as chromium:
        for name, dark in PICTURES.items():
            chromium.open(PAGE.resolve(), size=SIZE, dark=dark)
            chromium.do("document.documentElement.style.scrollbarWidth = 'none'")
            shot = chromium.tell("Page.captureScreenshot", format="png")
            picture = base64.b64decode(shot["data"])
            if len(picture) > LARGEST:
                raise SystemExit(f"{name} has {len(picture):,} bytes")
            Path(name).write_bytes(picture)
            print(f"{name}: {len(picture):,} bytes")


def main() -> None:
    """Write everything, from the top of the checkout: paths in it are relative."""
    os.chdir(ROOT)
    found = page()
    replace({PAGE: found})
    print(f"{PAGE}: {len(found.encode()):,} bytes")
    photograph()


if __name__ == "__main__":
    main()
