"""Settings from the environment (`ZINUTE_...`); a messenger's own settings are in its adapter."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
ALWAYS = ("web",)
# Messengers that are on when one of these is set.
BY_SETTINGS = {
    "telegram": ("ZINUTE_TELEGRAM_TOKEN", "ZINUTE_TELEGRAM_TOKEN_FILE"),
    "email": ("ZINUTE_SMTP_URL", "ZINUTE_SMTP_URL_FILE"),
}


class Settings(BaseSettings):
    """How the service runs; docs/operating.md says what each is for."""

    model_config = SettingsConfigDict(env_prefix="ZINUTE_")

    data: Path = Path("data")
    database: str = ""
    library: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    log_level: str = ""
    metrics_token: SecretStr = SecretStr("")
    badge_key: Path | None = None
    code_key: Path | None = None
    second_factor: Literal["granting", "everybody"] = "everybody"
    proxies: str = "127.0.0.1"
    private_addresses: bool = False
    xapi_url: str = ""
    xapi_key: str = ""
    xapi_secret: SecretStr = SecretStr("")
    xapi_secret_file: Path | None = None
    state: Path = Field(default_factory=lambda: _state_home() / "zinute")

    @property
    def database_url(self) -> str:
        """The store: the one that is set, else an SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data.absolute() / 'zinute.db'}"

    @property
    def address(self) -> str:
        """Where everybody reaches the service; "" as long as nobody has said."""
        return self.public_url.rstrip("/")

    @property
    def base_url(self) -> str:
        """The same, or else where this machine reaches it: for its operator, and for pages that name themselves."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 (not listening here)
        return self.address or f"http://{host}:{self.port}"


def _state_home() -> Path:
    """Where this machine keeps what is not part of any data (the XDG base directories)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def channel_names() -> tuple[str, ...]:
    """The messengers that are on: the web chat, and each whose token or server is set."""
    wanted = (name for name, settings in BY_SETTINGS.items() if any(map(os.environ.get, settings)))
    return (*ALWAYS, *wanted)
