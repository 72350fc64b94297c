"""A second provider of sign-in beside the one of the Python packages: npm's, in a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools.browser import NODE, PACKAGES


@contextmanager
def running() -> Iterator[str]:
    """The provider, which is known by its address; `./run test` fetches its package."""
    if not (PACKAGES / "oauth2-mock-server").exists():
        raise RuntimeError("There is no oauth2-mock-server for the tests yet: './run test' fetches one.")
    script = Path(__file__).with_suffix(".mjs")
    with subprocess.Popen(
        [NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout, "it is a pipe"
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("The second provider of sign-in does not start.")
        yield address  # it ends with the pipe
