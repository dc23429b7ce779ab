"""A real server on loopback, a real Chromium, a page that fails on any error or outside request.

Files are independent: each worker has its own installations, its own servers, its own browser.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.browser import territory
from trama.lake.files import one_at_a_time

PROJECT = Path(__file__).resolve().parents[2]
DIST = PROJECT / "frontend" / "dist"
CHROMIUM = os.environ.get("TRAMA_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--lang=it-IT",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-gpu-compositing",  # maps need the software renderer; all else is drawn faster without it
]
BUILT = ".fatto"
"""Left in an installation that was built to the end."""
SIZES = {"scrivania": {"width": 1360, "height": 850}, "telefono": {"width": 390, "height": 800}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; beside the other tests, in one worker."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def made_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object], at: str = ""
) -> Path:
    """Return an installation of one's own: built by the first worker that asks, laid again for each.

    Its lake and its traces are never written over, so they are linked, not copied; the register begins empty.

    Parameters
    ----------
    build
        Called with the folder to build it in, by one worker only; the others wait.
    at
        A folder where it may be built already, instead of one that goes away.
    """
    base = tmp_path_factory.getbasetemp()
    built = Path(at) if at else (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    built.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(built):
        if not (built / BUILT).exists():
            build(built)
            (built / BUILT).touch()
    own = tmp_path_factory.mktemp(name)
    for folder in ("lake", "traces"):
        if (built / folder).is_dir():
            shutil.copytree(built / folder, own / folder, copy_function=_linked)
    return own


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the territory to look at."""
    return made_once(tmp_path_factory, "territorio", territory.build)


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[str]:
    """The address of the site, served by uvicorn as in use."""
    with serving(home) as address:
        yield address


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve the installation at `home` on a free port of this machine."""
    if not (DIST / "manifest.json").is_file():
        pytest.fail("The front end is not built: run make frontend.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TRAMA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "trama.site.settings"}
    environment["PYTHONPATH"] = f"{PROJECT / 'src'}{os.pathsep}{environment.get('PYTHONPATH', '')}"
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True, cwd=home
    )
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "trama.site.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with subprocess.Popen(command, env=environment, cwd=home) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(120):
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"{address}/conoscere/segno.svg", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail("the server did not start within a minute")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (apt-get install chromium, or set TRAMA_CHROMIUM)")
    with playwright.sync_playwright() as it:
        browser = it.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["scrivania"])
def page(request: pytest.FixtureRequest, chromium, server: str) -> Iterator[object]:
    """A page at a size of `SIZES`; at the end there must be no error and no request to anybody else."""
    with watched(chromium, server, SIZES[request.param]) as page:
        yield page


@contextmanager
def watched(
    chromium, server: str, size: dict[str, int], *, expected: list[str] | None = None, **options: object
) -> Iterator[object]:
    """Open a page and, at the end, fail on any error in it or request to anybody else.

    `expected` are pieces of messages that the test provokes on purpose; a test may add to it as it goes.
    """
    context = chromium.new_context(
        viewport=size, locale="it-IT", base_url=server, accept_downloads=True, **options
    )
    page = context.new_page()
    page.set_default_timeout(45_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"{error} {error.stack}"))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((server, "data:", "blob:")) else wrong.append(asked.url),
    )
    yield page
    context.close()
    assert [one for one in wrong if not any(piece in one for piece in expected or [])] == []


def drawn(page) -> None:
    """Wait until the map has drawn everything it asked for."""
    page.wait_for_selector(".map-box[data-drawn]")


def picture(page, name: str, *, full: bool = False) -> None:
    """Keep a picture of the page in the folder TRAMA_SCREENSHOTS, if one is set."""
    folder = os.environ.get("TRAMA_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=full)


def axe(page) -> list[str]:
    """Run axe-core's rules for WCAG 2.2 AA and best practices; return what it objects to."""
    page.evaluate((DIST / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
