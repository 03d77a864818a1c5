"""Hooks of the `schemathesis` command: who makes each call, on rows in the state that it wants.

A row serves until a call succeeds on it or finds it gone: no call lives on what another has used up.
"""

import os
from pathlib import Path
from typing import Any

import schemathesis

from tests.api.live import LiveService, Usager

HELD = ("handback", "release", "close", "messages", "typing")
_USED_UP = (200, 201, 204, 404, 409)


class Actors:
    """Gives each call its bearer and its row."""

    def __init__(self, live: LiveService, report: Path) -> None:
        self._live = live
        self._report = report
        self._slot = live.http.get("/api/v1/callback-slots").json()["items"][-1]["slot"]
        self._calls = 0
        self._rows: dict[str, Any] = {}
        self._me = live.team()
        self._relecteur = live.sign_in("relecteur")

    def prepare(self, case: Any) -> None:
        """Set the bearer, and the identifier of the path; some calls keep the invented one."""
        self._calls += 1
        if case.method.upper() != case.operation.method.upper():
            return  # a method that the address has not
        schemes = {name for option in case.operation.definition.raw.get("security", []) for name in option}
        if len(str((case.path_parameters or {}).get("id", ""))) % 5 == 4:
            case.headers["Authorization"] = f"Bearer {self._me.token}"
        elif "conseiller" in schemes:
            self._as_colleague(case)
        elif "conversation" in schemes:
            self._as_usager(case)
        elif "droits" in schemes:
            usager = self._row(case, self._identified)
            case.headers["Authorization"] = f"Bearer {usager.token}"
        elif case.path == "/api/v1/sessions" and self._calls % 4 == 0:
            account = self._live.accounts()[0]
            case.body = {"login": account["login"], "password": account["password"]}

    def _row(self, case: Any, make: Any) -> Any:
        name = f"{case.operation.method} {case.path}"
        if name not in self._rows:
            self._rows[name] = make()
        return self._rows[name]

    def _identified(self) -> Usager:
        usager = self._live.open()
        usager.call("POST", "/demo-identity", json={"person": "thomas-leroy"})
        return usager

    def _as_colleague(self, case: Any) -> None:
        colleague, live = self._me, self._live
        if case.path.startswith("/api/v1/relectures"):
            colleague = self._relecteur
            if case.path_parameters:
                case.path_parameters["id"] = self._row(case, live.to_review)["id"]
            if case.path_parameters and self._calls % 2 == 0:
                case.body = {"sujet": "cpf_solde"}
        elif case.path.endswith("/sessions/current"):
            colleague = self._row(case, lambda: live.sign_in("sacha"))
        elif case.path.endswith("/takeover"):
            case.path_parameters["id"] = self._row(case, live.open).id
        elif case.path_parameters and "id" in case.path_parameters:
            held = case.path.rpartition("/")[2] in HELD
            case.path_parameters["id"] = self._row(case, live.held if held else live.queued)[1]["id"]
        if case.path.endswith(("/accept", "/claim", "/takeover")):
            colleague = live.team()  # online again, whatever an earlier call has said
        case.headers["Authorization"] = f"Bearer {colleague.token}"

    def _as_usager(self, case: Any) -> None:
        gives_up = case.path.endswith("/handoff") and case.operation.method.upper() == "DELETE"
        usager = self._row(case, (lambda: self._live.queued()[0]) if gives_up else self._live.open)
        case.path_parameters["id"] = usager.id
        case.headers["Authorization"] = f"Bearer {usager.token}"
        if self._calls % 2 == 0 and case.path.endswith("/callback"):
            case.body = {"slot": self._slot, "phone": "06 12 34 56 78"}
        if self._calls % 2 == 0 and case.path.endswith("/demo-identity"):
            case.body = {"person": "thomas-leroy"}

    def note(self, case: Any, status: int) -> None:
        """Drop a row that is used up, and keep what was answered for the test that reads it."""
        name = f"{case.operation.method} {case.path}"
        if status in _USED_UP and not case.path.endswith(
            ("/profil", "/reutilisation", "/notes", "/export", "/me")
        ):
            self._rows.pop(name, None)
        with self._report.open("a", encoding="utf-8") as report:
            report.write(f"{case.operation.method.upper()} {case.path} {status}\n")


_var = Path(os.environ["LIVE_VAR"])
_actors = Actors(LiveService(int(os.environ["LIVE_PORT"]), _var), _var / "schemathesis.txt")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    _actors.prepare(case)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    _actors.note(case, response.status_code)
