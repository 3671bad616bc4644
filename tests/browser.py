"""A real browser without a window, for tests of pages; every wait has a limit."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

REQUIRED = "NABLA_REQUIRE_BROWSER"
"""Set where a missing browser is a mistake: in CI."""
AXE = "NABLA_AXE"
"""The path of `axe.min.js`, from the npm package axe-core."""
SECONDS = 30
WIDE, PHONE = (1280, 900), (390, 800)


def missing(what: str) -> NoReturn:
    """Skip the test, or fail where the browser is required."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium and end it."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        missing("selenium is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if not program or not driver:
        missing("there is no chromium with its chromedriver on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{word}")
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
    )
    started = webdriver.Chrome(options=options, service=Service(driver))
    started.set_page_load_timeout(2 * SECONDS)
    started.set_script_timeout(SECONDS)
    try:
        yield Browser(started)
    finally:
        started.quit()


class Browser:
    """Opens pages from disk, as by a double click, and looks at them."""

    def __init__(self, driver: Any):
        self.driver = driver

    def open(
        self,
        page: Path | str,
        hash: str = "",
        *,
        script: bool = True,
        size: tuple[int, int] = WIDE,
        dark: bool = False,
        media: str = "screen",
    ) -> None:
        """Open a page anew, or an address; `script`: whether its scripts run."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            # Scrolling takes time, and a click in the meantime misses.
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.tell("Emulation.setEmulatedMedia", media=media, features=features)
        self.tell("Emulation.setScriptExecutionDisabled", value=not script)
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )
        self.driver.get("about:blank")
        self.requests()
        self.complaints()
        self.driver.get((page if isinstance(page, str) else page.as_uri()) + hash)

    def tell(self, command: str, **parameters: Any) -> Any:
        """Give the browser a command of its own protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def ask(self, expression: str) -> Any:
        """Evaluate an expression in the page, whether its own scripts run or not."""
        return self.driver.execute_script(f"return {expression}")

    def do(self, statements: str, *arguments: Any) -> None:
        """Run statements in the page."""
        self.driver.execute_script(statements, *arguments)

    def wait(self, expression: str) -> Any:
        """Wait until an expression is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, SECONDS, poll_frequency=0.05).until(
            lambda _: self.ask(expression), f"never true: {expression}"
        )

    def find(self, selector: str) -> Any:
        """Return the first element."""
        return self.driver.find_element("css selector", selector)

    def press(self, keys: str) -> None:
        """Press keys, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def complaints(self) -> list[str]:
        """Return what stands in the browser's console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the last call.

        What stands in the page itself, behind `data:`, is not asked for.
        """
        entries = (
            json.loads(entry["message"])["message"]
            for entry in self.driver.get_log("performance")
        )
        asked = [
            entry["params"]["request"]["url"]
            for entry in entries
            if entry["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if not address.startswith("data:")]

    def typefaces(self, selector: str) -> dict[str, set[str]]:
        """Return the texts of elements by the font that they are drawn in.

        A font of the page itself has an `@` before its name.
        """
        for domain in ("DOM", "CSS"):
            self.tell(f"{domain}.enable")
        root = self.tell("DOM.getDocument")["root"]["nodeId"]
        nodes = self.tell("DOM.querySelectorAll", nodeId=root, selector=selector)
        texts = self.ask(
            f"[...document.querySelectorAll('{selector}')].map((e) => e.textContent)"
        )
        found: dict[str, set[str]] = {}
        for node, text in zip(nodes["nodeIds"], texts, strict=True):
            for font in self.tell("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]:
                name = "@" * font["isCustomFont"] + font["familyName"]
                found.setdefault(name, set()).add(text)
        return found

    def violations(self) -> list[str]:
        """Return what axe-core finds serious or worse."""
        path = os.environ.get(AXE)
        if not path:
            missing(f"{AXE} does not name `axe.min.js`")
        self.do(Path(str(path)).read_text("utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run({resultTypes: ['violations']})"
            ".then((found) => done(found.violations), (error) => done([{error}]));"
        )
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        ]
