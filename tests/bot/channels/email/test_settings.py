"""Settings of the mail: each that is wrong is named in one sentence, and no sentence has the password."""

from pathlib import Path

import pytest

from bot.channel import ChannelError
from bot.channels.email.settings import read_settings
from zinute.config import channel_names

GOOD = {
    "ZINUTE_SMTP_URL": "smtps://ana:p%40ss-secret@mail.example",
    "ZINUTE_MAIL_FROM": "Zinutė <a@b.example>",
}


@pytest.fixture(autouse=True)
def _good(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("url", "port", "login"),
    [
        ("smtps://ana:p%40ss@mail.example", 465, ("ana", "p@ss")),
        ("starttls://ana@mail.example", 587, ("ana", "")),
        ("smtp://relay.example/", 25, None),
        ("smtp://ana:x@127.0.0.1:2525", 2525, ("ana", "x")),
        ("smtp://ana:x@[::1]:2525", 2525, ("ana", "x")),
    ],
)
def test_the_server(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, login: tuple[str, str] | None
) -> None:
    monkeypatch.setenv("ZINUTE_SMTP_URL", url)
    settings = read_settings()
    assert (settings.port, settings.login) == (port, login)
    assert (settings.sender.addr_spec, settings.sender.display_name) == ("a@b.example", "Zinutė")
    assert "p@ss" not in repr(settings)


def test_the_server_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "smtp"
    file.write_text("smtps://ana:x@mail.example:1465\n", encoding="utf-8")
    monkeypatch.delenv("ZINUTE_SMTP_URL")
    monkeypatch.setenv("ZINUTE_SMTP_URL_FILE", str(file))
    assert (read_settings().port, channel_names()) == (1465, ("web", "email"))
    file.unlink()
    with pytest.raises(ChannelError, match="ZINUTE_SMTP_URL_FILE names a file that is not there"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMTP_URL", "https://mail.example", "ZINUTE_SMTP_URL must begin with smtps://"),
        ("SMTP_URL", "mail.example:25", "ZINUTE_SMTP_URL must begin with smtps://"),
        ("SMTP_URL", "smtps://", "ZINUTE_SMTP_URL must begin with smtps://"),
        ("SMTP_URL", "smtps://ana:secret@mail.example:99999", "ZINUTE_SMTP_URL must begin with smtps://"),
        ("SMTP_URL", "smtps://ana:secret@mail.example/x", "ZINUTE_SMTP_URL must begin with smtps://"),
        ("SMTP_URL", "smtp://ana:secret@mail.example", "would send the password unencrypted"),
        ("MAIL_FROM", "", "ZINUTE_MAIL_FROM must be one e-mail address"),
        ("MAIL_FROM", "Zinute", "ZINUTE_MAIL_FROM must be one e-mail address"),
        ("MAIL_FROM", "a@b.example, c@d.example", "ZINUTE_MAIL_FROM must be one e-mail address"),
        ("MAIL_FROM", "a@b.example\nBcc: c@d.example", "ZINUTE_MAIL_FROM must be one e-mail address"),
        ("MAIL_FROM", "a@ąžuolas.lt", "ZINUTE_MAIL_FROM must be one e-mail address"),
        ("MAIL_RATE", "-1", "ZINUTE_MAIL_RATE: "),
    ],
)
def test_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"ZINUTE_{name}", value)
    with pytest.raises(ChannelError, match=said) as told:
        read_settings()
    assert "secret" not in str(told.value)


def test_mail_is_off_until_its_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert channel_names() == ("web", "email")
    monkeypatch.delenv("ZINUTE_SMTP_URL")
    assert channel_names() == ("web",)
