"""`zinute review fit`: how people here forget, learned from their answers."""

import asyncio
import json
from functools import partial

from actions.fit_reviews import NoOptimizer, TooLittle, by_optimizer, fit_reviews, look
from domain.forgetting import Fit, Fitted
from storage import forgetting
from zinute.assemble import now, opened
from zinute.config import Settings
from zinute.errors import Stop


async def fit(settings: Settings, *, as_json: bool, optimise: Fit = by_optimizer) -> list[str]:
    """Lines about what was fitted, after it was kept if it is better; raises TooLittle."""
    async with opened(settings, there=True) as database:
        histories, current = await database.read(look)
        try:
            found = await asyncio.to_thread(fit_reviews, histories, current, optimise)
        except NoOptimizer as error:
            raise Stop("Fitting needs fsrs's optimizer: install Zinute with the extra 'fit'.") from error
        if found.better:
            await database.write(partial(forgetting.keep, fitted=found, at=now()))
    return [_as_json(found)] if as_json else _lines(found)


TOO_LITTLE = "There is too little history yet: fitting takes some 700 answers to questions that came back."


def _lines(found: Fitted) -> list[str]:
    kept = "The new parameters are kept." if found.better else "The parameters stay as they were."
    return [
        f"Answers to questions that came back: {found.answers}, of {found.people} people.",
        f"Log-loss on answers held out: {found.before:.4f} before, {found.after:.4f} after. {kept}",
    ]


def _as_json(found: Fitted) -> str:
    told = {
        "answers": found.answers,
        "people": found.people,
        "log_loss_before": round(found.before, 6),
        "log_loss_after": round(found.after, 6),
        "kept": found.better,
    }
    return json.dumps(told)


__all__ = ["TOO_LITTLE", "TooLittle", "fit"]
