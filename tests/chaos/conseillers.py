"""Conseillers who take conversations, answer in them and hand them back, whatever is killed meanwhile."""

import asyncio
import random
import uuid
from contextlib import suppress

import httpx

from tests.chaos.caller import Caller, Unserved
from tests.chaos.journal import Json, Sent


class Conseiller:
    """A signed-in member of the team, from their console."""

    def __init__(self, account: Json, caller: Caller, seed: int) -> None:
        self._caller = caller
        self._account = account
        self._random = random.Random(f"conseiller-{seed}-{account['login']}")
        self._token = ""
        self._said = 0

    async def arrive(self) -> None:
        """Sign in and go online."""
        body = {key: self._account[key] for key in ("login", "password")}
        answer = await self._caller.call("POST", "/sessions", "", body)
        assert answer.status_code == 201, answer.text
        self._token = answer.json()["token"]
        await self._be("online")

    async def _be(self, status: str) -> None:
        answer = await self._call("PUT", "/conseillers/me/presence", {"status": status})
        self._caller.note(answer, 200)

    async def _call(
        self, method: str, path: str, body: Json | None = None, key: str | None = None
    ) -> httpx.Response:
        return await self._caller.call(method, path, self._token, body, key=key)

    async def work(self, finished: asyncio.Event) -> None:
        """Take, answer, hand back, until told that it is over; then hand back what is still held."""
        with suppress(Unserved):
            while not finished.is_set():
                handoff = await self._mine() or await self._take()
                if handoff is not None:
                    await self._serve(handoff)
                await asyncio.sleep(self._random.uniform(0.2, 1.0))
            while (handoff := await self._mine()) is not None:
                await self._hand_back(handoff)

    async def _mine(self) -> Json | None:
        """What I hold: also what I took without knowing, when the answer was lost."""
        answer = await self._call("GET", "/handoffs?state=HUMAN&limit=100")
        if not self._caller.note(answer, 200):
            return None
        mine = [h for h in answer.json()["items"] if h.get("owner", {}).get("name") == self._account["name"]]
        return mine[0] if mine else None

    async def _take(self) -> Json | None:
        """The next of the queue; else, sometimes, a conversation that the assistant is having."""
        answer = await self._call("POST", "/handoffs/claim", {})
        if not self._caller.note(answer, 200, 204, 409):
            return None
        if answer.status_code == 204 and self._random.random() < 0.5:
            known = self._caller.journal.conversations.values()
            chosen = self._random.choice([seen.id for seen in known if not seen.witness])
            answer = await self._call("POST", f"/conversations/{chosen}/takeover")
            if not self._caller.note(answer, 200, 409):
                return None
        if answer.status_code != 200:
            return None
        self._caller.journal.counts["reprises par un conseiller"] += 1
        taken: Json = answer.json()
        return taken

    async def _serve(self, handoff: Json) -> None:
        for _ in range(self._random.randint(1, 3)):
            await asyncio.sleep(self._random.uniform(0.3, 1.5))
            if not await self._answer(handoff):
                return
        await asyncio.sleep(self._random.uniform(0.2, 1.0))
        await self._hand_back(handoff)

    async def _answer(self, handoff: Json) -> bool:
        seen = self._caller.journal.conversations.get(handoff["conversation_id"])
        sent = Sent(uuid.UUID(int=self._random.getrandbits(128), version=4).hex)
        self._said += 1
        text = f"Réponse {self._said} de {self._account['name']}."
        answer = await self._call("POST", f"/handoffs/{handoff['id']}/messages", {"text": text}, sent.key)
        recorded = self._caller.note(answer, 201, 403) and answer.status_code == 201
        if recorded:
            sent.ids.append(answer.json()["id"])
        else:
            sent.refused = answer.status_code
        if seen is not None:
            seen.answered.append(sent)
        return recorded

    async def _hand_back(self, handoff: Json) -> None:
        answer = await self._call("POST", f"/handoffs/{handoff['id']}/handback", {})
        # 409: it had been done, and the answer was lost.
        if self._caller.note(answer, 200, 409):
            self._caller.journal.counts["retours à l'assistant"] += answer.status_code == 200
