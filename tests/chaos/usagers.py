"""Usagers who ask without end, resend what was not acknowledged, and follow their event stream."""

import asyncio
import json
import random
import uuid
from contextlib import suppress

import httpx

from tests.chaos.caller import Caller, Unserved
from tests.chaos.journal import Followed, Json, Sent

QUESTIONS = (
    "c'est quoi le cpf",
    "combien le compte formation reçoit par an",
    "c'est quoi un conseil en évolution professionnelle",
    "si je démissionne est-ce que j'ai droit au chômage",
    "à quel âge je peux partir à la retraite",
    "combien de trimestres il me faut pour la retraite",
    "comment marche le compte pénibilité",
    "je veux changer de métier",
    "comment trouver une formation",
    "combien de temps dure l'allocation chômage",
    "merci beaucoup",
    "quel temps fera-t-il demain à Marseille",
)
_STREAM = httpx.Timeout(40.0, connect=3.0)


class Usager:
    """One person, in one conversation."""

    def __init__(self, number: int, caller: Caller, seed: int, *, wants_humans: bool) -> None:
        self._caller = caller
        self._random = random.Random(f"usager-{seed}-{number}")
        self._wants_humans = wants_humans
        self._buttons: list[Json] = []
        self.seen: Followed

    async def open(self) -> None:
        """Begin a conversation."""
        answer = await self._caller.call("POST", "/conversations", "", {"canal": "web"})
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        self.seen = Followed(opened["id"], opened["token"])
        self._caller.journal.conversations[self.seen.id] = self.seen

    async def live(self, finished: asyncio.Event) -> None:
        """Speak until told that it is over; what was begun is finished."""
        with suppress(Unserved):
            while not finished.is_set():
                await self._step()
                await asyncio.sleep(self._random.uniform(0.05, 0.8))

    async def _step(self) -> None:
        chance = self._random.random()
        with_human = self.seen.state in ("HUMAN", "QUEUED", "RESERVED", "WAITING_USER")
        if with_human:
            await self.say({"text": f"Message pour le conseiller, numéro {len(self.seen.said) + 1}."})
        elif self._wants_humans and chance < 0.12:
            await self._ask_for_a_human()
        elif self._buttons and chance < 0.3:
            await self.say({"payload": self._random.choice(self._buttons)["payload"]})
        else:
            await self.say({"text": self._random.choice(QUESTIONS)})

    async def say(self, body: Json) -> Json | None:
        """Send one message until it is acknowledged."""
        sent = Sent(uuid.UUID(int=self._random.getrandbits(128), version=4).hex)
        self.seen.said.append(sent)
        path = f"/conversations/{self.seen.id}/messages"
        answer = await self._caller.call("POST", path, self.seen.token, body, key=sent.key)
        if not self._caller.note(answer, 200):
            sent.refused = answer.status_code
            return None
        acknowledged: Json = answer.json()
        sent.ids.append(acknowledged["message"]["id"])
        self._learn(acknowledged)
        if self._random.random() < 0.05:  # as a page that was reloaded before it read the answer
            again = await self._caller.call("POST", path, self.seen.token, body, key=sent.key)
            if self._caller.note(again, 200):
                sent.ids.append(again.json()["message"]["id"])
        return acknowledged

    def _learn(self, acknowledged: Json) -> None:
        self.seen.state = acknowledged["state"]
        self.seen.shown |= {m["id"] for m in acknowledged["replies"]}
        self._buttons = [
            button
            for message in acknowledged["replies"]
            for button in message["buttons"]
            if not button["payload"].startswith("gate:")
        ]

    async def _ask_for_a_human(self) -> None:
        path = f"/conversations/{self.seen.id}/handoff"
        answer = await self._caller.call("POST", path, self.seen.token, {})
        if self._caller.note(answer, 200):
            self.seen.state = answer.json()["state"]
            self._caller.journal.counts["demandes d'un conseiller"] += 1

    async def follow(self) -> None:
        """Read the event stream for ever, resuming after the last message received."""
        while True:
            with suppress(httpx.TransportError):
                await self._read_stream()
            await asyncio.sleep(0.3)

    async def _read_stream(self) -> None:
        headers = {"Authorization": f"Bearer {self.seen.token}"}
        if self.seen.streamed:
            headers["Last-Event-ID"] = str(self.seen.streamed[-1][0])
        url = f"/api/v1/conversations/{self.seen.id}/events"
        async with self._caller.http.stream("GET", url, headers=headers, timeout=_STREAM) as response:
            if response.status_code != 200:
                await response.aread()
                self._caller.note(response, 200)
                return
            self.seen.connections += 1
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    continue
                self._receive(fields)
                fields = {}

    def _receive(self, fields: dict[str, str]) -> None:
        if fields.get("event") == "message":
            message = json.loads(fields["data"])
            self.seen.streamed.append((int(fields["id"]), message["id"]))
        elif fields.get("event") == "state":
            self.seen.state = json.loads(fields["data"])["state"]
