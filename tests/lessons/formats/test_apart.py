"""A process that reads a file from outside: it gives back the same, and can do nothing else."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lessons.formats.bank import Unreadable
from lessons.formats.importing import take
from lessons.formats.making import Made, make
from lessons.formats.making_apart import make_apart
from tests.lessons.formats.hostile import deck_with
from tests.lessons.formats.packages import png, presentation, workbook
from tests.lessons.formats.samples import CSV, SAMPLES


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (90, 10, 10)).save(out, kind)
    return out.getvalue()


FILES = {
    **{f"a.{name}": text.encode() for name, text in SAMPLES.items()},
    "utf-16.csv": CSV.encode("utf-16"),
    "cp1257.csv": CSV.encode("cp1257"),
    "with-a-mark.txt": SAMPLES["gift"].encode("utf-8-sig"),
    "no-text.gift": b"\xff\xff\xff\xc3",
    "a.xlsx": workbook(),
    "a.pptx": presentation(),
    "jpeg.pptx": deck_with(picture("JPEG")),
    "webp.pptx": deck_with(picture("WEBP")),
    "no.pptx": deck_with(picture("GIF")),
    "half-a-picture.pptx": deck_with(png()[:60]),
}


def told(read: Callable[[], Made]) -> Made | str:
    try:
        return read()
    except Unreadable as reason:
        return str(reason)


@pytest.mark.parametrize("name", FILES)
def test_it_gives_back_the_same(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    assert told(lambda: make_apart(tmp_path / name, language="pl")) == told(
        lambda: make(name, FILES[name], language="pl")
    )
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_an_odd_name_is_no_danger(tmp_path: Path) -> None:
    name = "\u202egfig.\n--help ;$(touch a)" + "ž" * 100
    (tmp_path / name).write_bytes(b"Why?{}")
    taken = take(tmp_path / name, tmp_path / "bank", language="en")
    assert taken.taken == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "bank"])


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    (tmp_path / "a.gift").write_bytes(b"Why?{}")
    with pytest.raises(Unreadable) as refused:
        make_apart(tmp_path / "a.gift", language="en", seconds=0)
    assert str(refused.value) == (
        "a.gift asks for more memory or time than an import may take, or is damaged: save it once more, or divide it."
    )


LITTLE = """
import resource, sys
from pathlib import Path
from lessons.formats.making_apart import make_apart
from lessons.formats.bank import Unreadable
least = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (least + 45_000_000, least + 45_000_000))
try:
    make_apart(Path(sys.argv[1]), language="en")
except Unreadable as reason:
    print(reason)
"""


def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    """With a tighter limit than ours, because no file that is known reaches that one."""
    (tmp_path / "a.csv").write_bytes(b"question;kind\n" + b"".join(b";%06d" % n for n in range(690_000)))
    done = subprocess.run([sys.executable, "-c", LITTLE, tmp_path / "a.csv"], capture_output=True, text=True)
    assert (done.stdout.partition(" asks")[2][:29], done.stderr) == (" for more memory or time than", "")


CONFINED = """
import ctypes, json, os, socket, subprocess, sys
from lessons.formats.confined import confine, limit
libc = ctypes.CDLL(None)
opened, socketed, unlinked, killed, forked = (
    libc.open, libc.socket, libc.unlink, libc.kill, libc.fork
)
limit()
confine()
kept = {}
for name, ask in {
    "open": lambda: open("/etc/hostname"),
    "write": lambda: open(sys.argv[1] + "/written", "w"),
    "list": lambda: os.listdir("/"),
    "remove": lambda: os.remove(sys.argv[1] + "/mine"),
    "connect": lambda: socket.socket().connect(("127.0.0.1", 9)),
    "start": lambda: subprocess.run(["true"]),
    "fork": os.fork,
}.items():
    try:
        kept[name] = repr(ask())
    except OSError as error:
        pass
called = {
    "open": opened(b"/etc/hostname", 0),
    "socket": socketed(2, 1, 0),
    "unlink": unlinked((sys.argv[1] + "/mine").encode()),
    "kill": killed(os.getppid(), 0),
    "fork": forked(),
}
sys.stdout.write(json.dumps([kept, called]))
sys.stdout.flush()
os._exit(0)
"""


def test_it_can_open_start_and_connect_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"")
    done = subprocess.run([sys.executable, "-c", CONFINED, tmp_path], capture_output=True)
    kept, called = json.loads(done.stdout)
    assert kept == {}
    assert {name: told for name, told in called.items() if told != -1} == {}
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


def test_nothing_of_this_is_loaded_where_the_service_starts() -> None:
    heavy = {"pptx", "lxml", "python_calamine", "xlsxwriter"}
    script = f"import sys, zinute.serve, zinute.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")
