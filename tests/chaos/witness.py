"""Conversations that hold an open form and a last topic while Rasa is killed, then go on as before."""

import asyncio
import time

from tests.chaos.caller import Caller
from tests.chaos.journal import Json
from tests.chaos.usagers import Usager

_ANSWERED_WITHIN = 75.0


class Witness:
    """Two conversations begun before a kill of Rasa and finished after it."""

    def __init__(self, number: int, caller: Caller, seed: int) -> None:
        self._caller = caller
        self._form = Usager(10_000 + 2 * number, caller, seed, wants_humans=False)
        self._topic = Usager(10_001 + 2 * number, caller, seed, wants_humans=False)
        self.followers: list[asyncio.Task[None]] = []

    async def prepare(self) -> None:
        """Open a form, and give another conversation a last topic."""
        for usager in (self._form, self._topic):
            await usager.open()
            usager.seen.witness = True
            self.followers.append(asyncio.create_task(usager.follow()))
        await self._ask(self._topic, {"text": "c'est quoi le cpf"})
        answer = await self._ask(self._form, {"text": "à quel âge je peux partir à la retraite"})
        [payload] = [b["payload"] for b in answer["buttons"] if b["title"].startswith("Calculer")]
        await self._ask(self._form, {"payload": payload})

    async def resume(self) -> list[str]:
        """Answer the form's question, and give the profil; return what was forgotten."""
        dated, described = await asyncio.gather(
            self._ask(self._form, {"text": "12/03/1965"}),
            self._ask(self._topic, {"text": "je suis fonctionnaire"}),
        )
        forgotten = []
        if "date_possible" not in (dated.get("simulation") or {}).get("results", {}):
            forgotten.append(f"formulaire oublié : {dated.get('sujet')}")
        if (described.get("sujet"), described.get("profil")) != ("cpf_definition", "agent_public"):
            forgotten.append(f"dernier sujet oublié : {described.get('sujet')}, {described.get('profil')}")
        return forgotten

    async def _ask(self, usager: Usager, body: Json) -> Json:
        """Say something and return what the assistant answers, however long a restart makes it wait."""
        acknowledged = await usager.say(body)
        if acknowledged is None:
            return {}
        deadline = time.monotonic() + _ANSWERED_WITHIN
        while time.monotonic() < deadline:
            path = f"/conversations/{usager.seen.id}"
            transcript = (await self._caller.call("GET", path, usager.seen.token)).json()["messages"]
            after = [m for m in transcript if m["seq"] > acknowledged["message"]["seq"]]
            found: Json | None = next((m for m in after if m["author"] == "assistant"), None)
            if found is not None:
                return found
            await asyncio.sleep(0.3)
        return {}
