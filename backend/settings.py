"""Settings: environment variables that begin with `SERENO_`, or the same in `.env`."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an administrator may set; every default is safe and works with nothing else installed."""

    model_config = SettingsConfigDict(
        env_prefix="SERENO_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    home: Path = Field(default=ROOT / "var", description="Database, model, keys and logs.")
    city: Path = Field(default=ROOT / "deploy" / "vilamar" / "city.yml", description="City file.")
    database_url: str = Field(
        default="", description="Empty: SQLite in home. Else postgresql+asyncpg://user@host/name."
    )
    host: str = Field(default="127.0.0.1", description="Address the service listens on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port of the service.")
    public_url: str = Field(
        default="", description="Where people reach the service, such as https://chat.example.org."
    )
    assistant_port: int = Field(
        default=8081, ge=1, le=65535, description="Port of the assistant, on loopback."
    )
    assistant_url: str = Field(default="", description="Empty: the assistant on loopback.")
    assistant_token: SecretStr = Field(
        default=SecretStr(""),
        description="Secret between service and assistant. Empty: made at the first start.",
    )
    assistant_timeout: float = Field(
        default=1.8, gt=0, le=10, description="Seconds a person waits before an officer is called."
    )
    silence_minutes: float = Field(
        default=30, gt=0, description="An unfinished report is sent after this much silence."
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="The bot's token. Empty: no Telegram."
    )
    telegram_api: str = Field(
        default="https://api.telegram.org", description="Address of the Bot API."
    )
    telegram_webhook_url: str | None = Field(
        default=None, description="Public address for updates. Empty: the service asks for them."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="Secret that Telegram shows with each update."
    )
    encoder: str = Field(
        default="",
        description="Empty: our own sentence encoder. Else the directory of a Hugging Face encoder.",
    )
    speech_model: Path | None = Field(
        default=None,
        description="Directory of a Hugging Face speech model that hears voice messages. Empty: none.",
    )
    webchat_origins: list[str] = Field(
        default_factory=list,
        description='Web sites that may embed the chat, as JSON: ["https://example.org"].',
    )
    cookie_secure: bool = Field(
        default=False, description="Set to true behind HTTPS: cookies never leave it then."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    demo_officers: bool = Field(
        default=True, description="Make demo officers when there are none at the first start."
    )

    @field_validator(
        "telegram_token",
        "telegram_webhook_url",
        "telegram_webhook_secret",
        "speech_model",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @cached_property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'sereno.db'}"

    @cached_property
    def keys(self) -> Path:
        """The file of the encryption keys."""
        return self.home / "keys" / "keyring.json"

    @cached_property
    def logs(self) -> Path:
        """The folder of the logs."""
        return self.home / "logs"

    @cached_property
    def model(self) -> Path:
        """The folder of the assistant's model."""
        return self.home / "model"

    @cached_property
    def assistant(self) -> str:
        """Where the assistant answers."""
        return self.assistant_url or f"http://127.0.0.1:{self.assistant_port}"

    @cached_property
    def address(self) -> str:
        """Where people reach the service."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0") else self.host  # noqa: S104
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"
