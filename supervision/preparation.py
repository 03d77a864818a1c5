"""Everything that must be true before the processes start: environments, pages, database, trained model."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from supervision import environments, machine, programs
from supervision.console import Console
from supervision.environments import Environment
from supervision.errors import Interrupted
from supervision.layout import Layout
from supervision.tasks import Tasks

_WORKING_SPACE_GIB = 0.5


class Preparation:
    """The steps of one command; each does nothing when its inputs have not changed."""

    def __init__(self, layout: Layout, console: Console, *, dev: bool) -> None:
        self._layout = layout
        self._dev = dev
        self._tasks = Tasks(console, layout.root, layout.logs)
        self._service = environments.service(layout)
        self._rasa = environments.rasa(layout)

    def run(self, stop: threading.Event, *, migrate: bool, train: bool = True) -> None:
        """Do both halves side by side: Rasa's packages and training; the service's, pages and database.

        Raises:
            LauncherError: one step failed; the other half is stopped.
        """
        missing = [one for one in (self._service, self._rasa) if not one.is_current(self._dev)]
        machine.check_space(
            self._layout.root, _WORKING_SPACE_GIB + sum(one.size_gib for one in missing if not one.stamp())
        )
        uv = environments.find_uv(self._layout, self._tasks) if missing else ""
        self._both(
            stop,
            [
                lambda: self._prepare_rasa(uv, train),
                lambda: self._prepare_service(uv, migrate),
            ],
        )

    def _prepare_rasa(self, uv: str, train: bool) -> None:
        self._sync(self._rasa, uv)
        if train:
            self.train()

    def _prepare_service(self, uv: str, migrate: bool) -> None:
        self._sync(self._service, uv)
        self._tasks.run(
            "pages : fichiers du système de design",
            [str(self._service.python), "scripts/install_web.py", *(["--dev"] if self._dev else [])],
            remedy="Vérifiez l'accès au réseau, puis relancez la même commande.",
            quiet=True,
        )
        if migrate:
            self._migrate()

    def _sync(self, environment: Environment, uv: str) -> None:
        environments.sync(environment, self._tasks, uv, dev=self._dev)

    def train(self, *options: str) -> None:
        """Train when an input changed; the script itself knows."""
        self._tasks.run(
            "modèle : entraînement",
            [str(self._rasa.python), "scripts/train.py", *options],
            remedy="Corrigez ce que disent ces lignes (souvent data/ ou domain.yml), puis « make train ».",
            environment={
                **programs.environment(self._layout),
                "RASA_TELEMETRY_ENABLED": "false",
                "TF_CPP_MIN_LOG_LEVEL": "2",
            },
            echo="[entraînement]",
            quiet=True,
        )

    def _migrate(self) -> None:
        self._tasks.run(
            "base de données : migrations",
            [str(self._service.python), "-m", "handoff.migrate"],
            remedy="Si la base vient d'une version plus récente, revenez à celle-ci ; sinon restaurez-la.",
            environment=programs.environment(self._layout),
            quiet=True,
        )

    def _both(self, stop: threading.Event, halves: Sequence[Callable[[], None]]) -> None:
        with ThreadPoolExecutor(len(halves)) as pool:
            futures = [pool.submit(half) for half in halves]
            pending: set[Future[None]] = set(futures)
            while pending:
                done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                if stop.is_set() or any(future.exception() for future in done):
                    self._tasks.cancel()
        errors = [error for error in (future.exception() for future in futures) if error]
        # The other half only says that it was interrupted: the cause is what helps.
        errors.sort(key=lambda error: isinstance(error, Interrupted))
        if stop.is_set():
            raise Interrupted("Préparation interrompue.")
        if errors:
            raise errors[0]

    def browser(self) -> None:
        """Chromium, which the tests drive: installed when we may, else the tests say what is missing."""
        names = ("chromium", "chromium-browser", "google-chrome")
        if any(map(shutil.which, names)) or not _is_root() or not shutil.which("apt-get"):
            return
        remedy = "Installez Chromium à la main : « apt install chromium »."
        apt = {"DEBIAN_FRONTEND": "noninteractive", **programs.environment(self._layout)}
        self._tasks.run("liste des paquets Debian", ["apt-get", "update"], remedy=remedy, environment=apt)
        self._tasks.run(
            "navigateur des tests",
            ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
            remedy=remedy,
            environment=apt,
        )


def _is_root() -> bool:
    return os.geteuid() == 0
