"""What can go wrong with a request to Telegram, and what that means for the message that was in it."""

from typing import Any, Final

from bot.channel import (
    AccountRefused,
    Ambiguous,
    Limited,
    Moved,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)

# Descriptions of a 400 that means this person, not this message (tdlib/telegram-bot-api, Client.cpp).
_NOBODY: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "group chat was upgraded",
    "peer_id_invalid",
    "input_user_deactivated",
    "user_is_blocked",
    "chat_write_forbidden",
    "not enough rights to send",
    "need administrator rights in the channel",
)


class Problem(Exception):
    """Telegram did not do what was asked."""


class NoConnection(Problem):
    """There was no connection: nothing has left."""


class Unclear(Problem):
    """Something left and no readable answer came back: it may have been done."""


class Answered(Problem):
    """Telegram said no. `code` is its error code, `retry_after` the seconds that it asks for.

    `moved_to`: the id that the chat has now.
    """

    def __init__(
        self, code: int, description: str, retry_after: float | None = None, *, moved_to: str = ""
    ) -> None:
        super().__init__(f"{code} {description[:200]}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.moved_to = moved_to

    @property
    def refuses_token(self) -> bool:
        """Whether it is our account that Telegram does not know."""
        return self.code in (401, 404)

    @property
    def meets_webhook(self) -> bool:
        """Whether updates cannot be fetched because a webhook is set."""
        return self.code == 409 and "webhook" in self.description.lower()

    @property
    def refuses_entities(self) -> bool:
        """Whether the text would have been taken without its entities."""
        return self.code == 400 and "can't parse entities" in self.description.lower()


def refusal(status: int, header: str | None, answer: dict[str, Any]) -> Answered:
    """The problem that an answer with `ok: false` names; `header` is its Retry-After."""
    code, parameters = answer.get("error_code"), answer.get("parameters")
    told = parameters if isinstance(parameters, dict) else {}
    asked, moved = told.get("retry_after"), told.get("migrate_to_chat_id")
    return Answered(
        code if isinstance(code, int) else status,
        str(answer.get("description", "")),
        seconds(asked if asked is not None else header),
        moved_to=str(moved) if type(moved) is int else "",
    )


def seconds(value: object) -> float | None:
    """A number of seconds in whatever form it came; None when it is none."""
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None


def failure(problem: Problem) -> SendError:
    """What a problem means for the message that was to be sent or changed."""
    if isinstance(problem, NoConnection):
        return NotConnected(str(problem))
    if isinstance(problem, Answered):
        return _failure_of_answer(problem)
    return Ambiguous(str(problem))


def failure_in_group(problem: Problem) -> SendError:
    """The same in a group: its limit is its own, and it may have moved."""
    if isinstance(problem, Answered) and problem.moved_to:
        return Moved(str(problem), problem.moved_to)
    if isinstance(problem, Answered) and problem.code == 429:
        return NotSent(str(problem), problem.retry_after)
    return failure(problem)


def _failure_of_answer(no: Answered) -> SendError:
    reason = str(no)
    if no.code == 429:
        return Limited(reason, no.retry_after)
    if no.code == 409:
        return NotSent(reason, no.retry_after)
    if no.refuses_token:
        return AccountRefused(reason)
    if _is_gone(no):
        return Unreachable(reason)
    return Refused(reason) if 400 <= no.code < 500 else Ambiguous(reason)


def _is_gone(no: Answered) -> bool:
    described = no.description.lower()
    said = bool(no.moved_to) or any(words in described for words in _NOBODY)
    return no.code == 403 or (no.code == 400 and said)
