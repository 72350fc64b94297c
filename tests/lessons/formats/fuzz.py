"""Any bytes as a question bank, again and again: `python -m tests.lessons.formats.fuzz NAME --runs N`.

With atheris (`pip install atheris`; Linux) what is tried next follows from the lines that the last ones reached.
Without it, or with `--engine random`, samples are changed by chance, many times as fast. Whatever goes wrong ends it,
and is printed with the bytes that did it. The Hypothesis tests beside this also write each folder, and check it.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.language import LANGUAGES
from tests.lessons.formats.packages import changed, presentation, workbook
from tests.lessons.formats.samples import PIECES, SAMPLES

PARTS = {
    "xlsx": (workbook, "xl/worksheets/sheet1.xml", "xml"),
    "pptx": (presentation, "ppt/slides/slide2.xml", "xml"),
}
NAMES = sorted([*SAMPLES, *PARTS])
_EVERY = 50_000
_WORDS = re.compile(rb'(?:>(?:<!\[CDATA\[)?|=")([^<>"\]]*)(?=[<"\]])')
_QUESTION = re.compile(rb"(<question\b.*?</question>\s*)", re.DOTALL)
_ELEMENT = re.compile(rb"(<(?!quiz)(\w+)[^<>]*>(?:[^<]|<(?!/\2>))*</\2>)")


def main() -> None:
    """Try as many inputs as asked for, and tell how many a second, and what became of them."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--engine", choices=["atheris", "random"], default="atheris" if find_spec("atheris") else "random"
    )
    said = parser.parse_args()
    {"atheris": _guided, "random": _random}[said.engine](said.name, said.runs, said.seed)


class Trial:
    """Counts what became of each input; raises what nobody caught."""

    def __init__(self, name: str, runs: int) -> None:
        from tests.lessons.formats.trial import outcome

        self._outcome = outcome
        self._name, self._runs = name, runs
        self._begun = time.monotonic()
        self._came: Counter[str] = Counter()

    def __call__(self, data: bytes) -> None:
        count = self._came.total() + 1
        try:
            self._came[
                self._outcome(
                    self._name, whole(self._name, data), LANGUAGES[count % 4], again=count % 10 == 0
                )
            ] += 1
        except BaseException:
            print(f"{self._name}: input {count}: {data!r}", flush=True)
            raise
        if count % _EVERY == 0 or count == self._runs:
            print(
                f"{self._name}: {count:,} inputs, {count / (time.monotonic() - self._begun):.0f} a second: "
                f"{', '.join(f'{many:,} {what}' for what, many in self._came.most_common())}",
                flush=True,
            )


def whole(name: str, data: bytes) -> bytes:
    """The file of which the bytes are the part that is tried."""
    if name not in PARTS:
        return data
    file, part, _ = PARTS[name]
    return changed(file(), {part: data})


def sample(name: str) -> bytes:
    """What there is to change."""
    if name in SAMPLES:
        return SAMPLES[name].encode()
    import zipfile
    from io import BytesIO

    file, part, _ = PARTS[name]
    return zipfile.ZipFile(BytesIO(file())).read(part)


def pieces(name: str) -> list[bytes]:
    """What means something in the format."""
    known = PIECES[name if name in PIECES else "xml"]
    return [each.encode(errors="surrogatepass") for each in known]


def _random(name: str, runs: int, seed: int) -> None:
    chance, trial, first, known = random.Random(seed), Trial(name, runs), sample(name), pieces(name)
    for _ in range(runs):
        trial(mutated(first, known, chance))


def mutated(data: bytes, known: list[bytes], chance: random.Random) -> bytes:
    """The bytes with stretches of them cut out, doubled, or replaced; now and then nothing but pieces."""
    marked = data.lstrip().startswith(b"<")  # what is left of a stretch of XML is never XML
    if marked and chance.random() < 0.85:
        return reshaped(data, known, chance)
    if chance.random() < 0.2:
        return b"".join(chance.choices(known, k=chance.randint(1, 40)))
    start = chance.randrange(len(data)) if data and chance.random() < 0.5 else 0
    data = data[start : start + chance.randint(20, 600)] if chance.random() < 0.7 and not marked else data
    for _ in range(chance.randint(1, 2 if marked else 6)):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice([0, 1, 3, 10, 30]))
        way = chance.random()
        more = chance.choice(known) if way < 0.6 else data[at:end] * 2 if way < 0.8 else b"\xc5\xbe"
        data = data[:at] + (chance.randbytes(2) if way > 0.98 else more) + data[end:]
    return data


def reshaped(data: bytes, known: list[bytes], chance: random.Random) -> bytes:
    """XML that stays XML: a few of its questions, of which texts, attributes and elements are replaced or doubled."""
    few = chance.randint(1, 3)
    for start, end in sorted(_spans(_QUESTION, data, chance)[few:], reverse=True):
        data = data[:start] + data[end:]
    for _ in range(chance.randint(1, 5)):
        parts, many = (_WORDS, 0.7) if chance.random() < 0.6 else (_ELEMENT, 0.3)
        (start, end), other = [*_spans(parts, data, chance), (0, 0), (0, 0)][:2]
        more = escape(chance.choice(known)) if parts is _WORDS else data[start:end] * chance.randint(0, 3)
        data = data[:start] + (more if chance.random() < many else data[slice(*other)]) + data[end:]
    return data


def _spans(parts: re.Pattern[bytes], data: bytes, chance: random.Random) -> list[tuple[int, int]]:
    """Where these parts are, mixed."""
    found = [each.span(1) for each in parts.finditer(data)]
    return chance.sample(found, len(found))


def escape(piece: bytes) -> bytes:
    """What a text of XML can have in it (NUL and its like cannot be in one)."""
    for plain, written in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"), (b'"', b"&quot;")):
        piece = piece.replace(plain, written)
    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b" ", piece)


def _guided(name: str, runs: int, seed: int) -> None:
    import atheris

    known = pieces(name)

    def change(data: bytes, most: int, chance: int) -> bytes:
        """Libfuzzer's own changes in turn with those that know the format."""
        return (
            atheris.Mutate(data, most)
            if chance % 3 == 0
            else mutated(data, known, random.Random(chance))[:most]
        )

    with atheris.instrument_imports(include=["lessons", "domain"]):
        trial = Trial(name, runs)
    with TemporaryDirectory() as near:
        corpus, words = Path(near, "corpus"), Path(near, "words")
        corpus.mkdir()
        (corpus / "sample").write_bytes(sample(name))
        quoted = ("".join(f"\\x{byte:02x}" for byte in piece) for piece in known)
        words.write_text("".join(f'"{piece}"\n' for piece in quoted))
        given = [
            f"-runs={runs}",
            f"-seed={seed}",
            f"-dict={words}",
            f"-max_len={4 * len(sample(name)) + 2_000}",
            "-timeout=120",
            str(corpus),
        ]
        atheris.Setup([sys.argv[0], *given], trial, custom_mutator=change)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
