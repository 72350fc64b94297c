"""What a person proves themselves with: a password, an authenticator, recovery codes."""

import hmac
from collections.abc import Sequence
from datetime import datetime

import pyotp

from actions.sign_in import Arrival, finish
from domain.signing import plain_code, recovery_code, secret_of, time_step
from storage import ceremonies, passkeys, passwords, providers, second_factors, sessions
from storage.database import Connection


def set_password(
    tx: Connection, person: int, hashed: str, *, session: str, new_session: str, now: datetime
) -> None:
    """This is the person's password now: the session goes on with a new token, and all others are over."""
    passwords.put(tx, person, hashed, now)
    _others_over(tx, person, session, new_session, now)


def add_authenticator(
    tx: Connection, person: int, ceremony: str, typed: str, *, key: bytes, now: datetime
) -> bool:
    """The person's app shows the right code: it is their second factor now. Else False, and nothing changes.

    Its seed is the one that was shown in this ceremony.
    """
    begun = ceremonies.look(tx, "adding", ceremony, now)
    if begun is None or begun.person != person:
        return False
    step = step_of(secret_of(key, begun.data["seed"]), typed, now)
    if step is None:
        return False
    ceremonies.take(tx, "adding", ceremony, now)
    second_factors.put(tx, person, begun.data["seed"], step, now)
    return True


def give_codes(
    tx: Connection, person: int, randoms: Sequence[bytes], *, session: str, new_session: str, now: datetime
) -> list[str]:
    """New recovery codes, to be shown once; the old ones are worth nothing, and other sessions are over."""
    codes = [recovery_code(each) for each in randoms]
    second_factors.put_codes(tx, person, [plain_code(each) for each in codes])
    _others_over(tx, person, session, new_session, now, strong=True)
    return codes


def take_second(tx: Connection, person: int, typed: str, *, key: bytes, now: datetime) -> bool:
    """Whether this is a code of the person's authenticator or a recovery code; it works once."""
    seed, code = second_factors.seed(tx, person), plain_code(typed)
    if seed is None:
        return False
    step = step_of(secret_of(key, seed), code, now)
    if step is not None:
        return second_factors.spend_step(tx, person, step)
    return second_factors.spend_code(tx, person, code)


def finish_with(tx: Connection, ceremony: str, typed: str, arrival: Arrival, key: bytes) -> bool:
    """Sign in whoever began with this ceremony, if what they typed is their second factor."""
    begun = ceremonies.look(tx, "second", ceremony, arrival.now)
    if begun is None or begun.person is None:
        return False
    return take_second(tx, begun.person, typed, key=key, now=arrival.now) and finish(tx, ceremony, arrival)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step that this is the code of: the present one, or one beside it; None for no code of theirs."""
    code, shown = typed.replace(" ", ""), pyotp.TOTP(secret)
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return None
    here = time_step(now)
    around = (here, here - 1, here + 1)
    return next((step for step in around if hmac.compare_digest(shown.generate_otp(step), code)), None)


def start_anew(tx: Connection, person: int) -> None:
    """Forget all that the person proves themselves with, and end what they are signed in with."""
    for noun in (passwords, second_factors, passkeys):
        noun.forget(tx, person)
    providers.unlink(tx, person)
    ceremonies.end_all(tx, person)
    sessions.end_all(tx, person)


def _others_over(
    tx: Connection, person: int, session: str, new_session: str, now: datetime, *, strong: bool = False
) -> None:
    sessions.renew(tx, session, new_session, now, strong=strong)
    sessions.end_all(tx, person, but=new_session)
    ceremonies.end_all(tx, person)
