"""What the environment decides: read once, checked at the start, passed on by hand."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from handoff.opening import ALWAYS, OpeningHours
from handoff.service.relectures import Retention

ROOT = Path(__file__).resolve().parent
_MODES = ("demo", "production")


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The service's settings; `docs/reglages.md` explains each to those who install it."""

    mode: str = "production"
    host: str = "127.0.0.1"
    port: int = 8080
    var: Path = ROOT / "var"
    database_url: str = ""
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_channel_secret: str = field(default="", repr=False)
    droits_token_secret: str = field(default="", repr=False)
    opening: OpeningHours = field(default_factory=lambda: OpeningHours.parse("lun-ven 09:00-18:00"))
    rate_limits: bool = True
    allowed_origins: tuple[str, ...] = ()
    demo_public: bool = False
    retention: Retention = field(default_factory=Retention)

    @property
    def demo(self) -> bool:
        """Whether fictional persons and accounts are served."""
        return self.mode == "demo"

    @classmethod
    def read(cls, env: dict[str, str] | None = None) -> "Settings":
        """Read the environment.

        Raises:
            SettingsError: something cannot be used as it is.
        """
        env = dict(os.environ) if env is None else env
        mode = env.get("MODE", "production")
        if mode not in _MODES:
            raise SettingsError(f"MODE vaut « {mode} » : écrivez {' ou '.join(_MODES)}.")
        var = Path(env.get("VAR_DIR", ROOT / "var")).resolve()
        host = env.get("HOST", "127.0.0.1")
        demo_public = env.get("DEMO_PUBLIC") == "1"
        if mode == "demo" and not demo_public and not _is_loopback(host):
            raise SettingsError(
                f"MODE=demo n'écoute que sur cette machine ; HOST vaut « {host} ». "
                "Ajoutez DEMO_PUBLIC=1 si c'est voulu."
            )
        return cls(
            mode=mode,
            host=host,
            port=_port(env.get("PORT", "8080")),
            var=var,
            database_url=env.get("DATABASE_URL") or f"sqlite+aiosqlite:///{var / 'gate.db'}",
            rasa_url=env.get("RASA_URL", "http://127.0.0.1:5005"),
            rasa_channel_secret=_secret(env, "RASA_CHANNEL_SECRET", var),
            droits_token_secret=_secret(env, "DROITS_TOKEN_SECRET", var),
            opening=_opening(env.get("OPENING_HOURS"), mode),
            rate_limits=env.get("RATE_LIMITS", "on") != "off",
            allowed_origins=tuple(filter(None, env.get("ALLOWED_ORIGINS", "").split(","))),
            demo_public=demo_public,
            retention=_retention(env),
        )


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) < 65_536:
        raise SettingsError(f"PORT vaut « {text} » : écrivez un nombre de 0 à 65535.")
    return int(text)


def _secret(env: dict[str, str], name: str, var: Path) -> str:
    path = var / "secrets" / name.lower()
    value = env.get(name) or (path.read_text().strip() if path.exists() else "")
    if len(value) < 32:
        raise SettingsError(
            f"Le secret {name} manque ou est trop court (32 caractères au moins). "
            "« make run » le crée ; sinon donnez-le dans l'environnement."
        )
    return value


def _opening(text: str | None, mode: str) -> OpeningHours:
    try:
        return OpeningHours.parse(text or (ALWAYS if mode == "demo" else "lun-ven 09:00-18:00"))
    except ValueError as error:
        raise SettingsError(f"OPENING_HOURS : {error}") from None


def _retention(env: dict[str, str]) -> Retention:
    """Read what is kept to teach the assistant; the widget tells people that 90 days are the most."""
    days, below = env.get("RELECTURE_JOURS", "90"), env.get("RELECTURE_CONFIANCE", "0.6")
    if not days.isdecimal() or int(days) > 90:
        raise SettingsError(f"RELECTURE_JOURS vaut « {days} » : écrivez un nombre de jours de 0 à 90.")
    try:
        confidence = float(below)
    except ValueError:
        confidence = -1.0
    if not 0 <= confidence <= 1:
        raise SettingsError(f"RELECTURE_CONFIANCE vaut « {below} » : écrivez un nombre de 0 à 1, comme 0.6.")
    return Retention(below=confidence, days=int(days))
