"""The request with which we send the question that everybody is asked, as it was seen to leave us; found out once."""

import json

from tests.bench.machine import OTHERS
from tests.bench.stage import Stage, telegram

_seen: list[str] = []


def message(stage: Stage) -> str:
    """Its model as JSON."""
    if not _seen:
        ours = stage.contender(
            "our_sends", 1, core=OTHERS, settings=stage.sqlite() | telegram("http://127.0.0.1:1", rate=0)
        )
        _seen.append(json.dumps(ours.ask("body")))
        ours.close()
    return _seen[0]
