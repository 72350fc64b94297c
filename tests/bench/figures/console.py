"""The console on the national demonstration: every page that a country's coordinator comes to by its links."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from time import perf_counter, thread_time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tests.bench.machine import OTHERS, Process, pinned
from tests.bench.rounds import percentile
from tests.bench.stage import Stage
from tests.bench.wanted import Value

TIMES: Final = 20  # each page, after it was asked for once
OF_A_KIND: Final = 2  # pages that differ by a number only
LINK: Final = re.compile(r'href="(/console[^"#]*)"')
ASSET: Final = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]*)"')
SIGN_IN: Final = re.compile(r"works once\): (\S+)")
HTML: Final = "text/html"


class Browser:
    """A coordinator's, without pictures and scripts."""

    def __init__(self, link: str) -> None:
        at = urlsplit(link)
        self._host = at.netloc
        token, origin = parse_qs(at.query)["token"][0], f"http://{at.netloc}"
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        to = HTTPConnection(self._host)
        to.request("POST", "/sign-in", f"token={token}", form | {"Sec-Fetch-Site": "same-origin"})
        answer = to.getresponse()
        answer.read()
        to.close()
        assert answer.status == 303, f"signing in was answered with {answer.status}"
        self._cookie = str(answer.headers["Set-Cookie"]).split(";", maxsplit=1)[0]

    def get(self, address: str) -> tuple[str, str, int, float]:
        """What kind of thing is there, what it says, of how many bytes, and the milliseconds it took."""
        began, own = perf_counter(), thread_time()
        to = HTTPConnection(self._host)
        to.request("GET", address, headers={"Cookie": self._cookie})
        answer = to.getresponse()
        content = answer.read()
        to.close()
        took = (perf_counter() - began) - (thread_time() - own)
        kind = answer.headers.get_content_type() if answer.status == 200 else ""
        return kind, content.decode() if kind == HTML else "", len(content), took * 1000


def measure(stage: Stage) -> dict[str, Value]:
    """Milliseconds that 95 of 100 answers do not exceed, and kilobytes with styles and scripts: of the worst page."""
    began = perf_counter()
    service = stage.service("demo", "--size", "national", settings=stage.sqlite())
    built = perf_counter() - began
    with pinned(OTHERS):
        browser = Browser(_link(service))
        pages = list(_pages(browser))
        stage.say(f"{len(pages)} pages, ready in {built:.0f} s")
        taken, weights = dict[str, float](), dict[str, float]()
        assets = dict[str, int]()
        for address in pages:
            _, said, size, _ = browser.get(address)
            taken[address] = percentile([browser.get(address)[3] for _ in range(TIMES)], 95)
            for asset in set(ASSET.findall(said)) - set(assets):
                assets[asset] = browser.get(asset)[2]
            weights[address] = (size + sum(assets[each] for each in set(ASSET.findall(said)))) / 1000
    slowest = sorted(pages, key=lambda each: -taken[each])
    stage.details["ms"] = {each: round(taken[each], 1) for each in slowest}
    stage.details["kb"] = {each: round(weights[each], 1) for each in slowest}
    for each in slowest[:5]:
        stage.say(f"{taken[each]:.0f} ms, {weights[each]:.0f} KB: {each}")
    return {
        "console_ms": taken[slowest[0]],
        "console_kb": max(weights.values()),
        "console_ready_s": built,
    }


def _link(service: Process) -> str:
    """With which the coordinator of the first country signs in."""
    while not (found := SIGN_IN.search(service.line())):
        pass
    return found[1]


def _pages(browser: Browser) -> Iterator[str]:
    """Every page there is a way to, a few of each kind, those found first."""
    seen, kinds, waiting = set[str](), defaultdict[str, int](int), ["/console"]
    for address in waiting:
        kind, said, _, _ = browser.get(address)
        if kind != HTML:
            continue
        yield address
        for each in map(unescape, LINK.findall(said)):
            form = re.sub(r"\d+", "N", re.sub(r"=[^&]*", "=", each))
            if each not in seen and kinds[form] < OF_A_KIND:
                seen.add(each)
                kinds[form] += 1
                waiting.append(each)
