"""One campaign: people speak, processes die at random moments, then the promises are checked."""

import asyncio
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import records
from tests.chaos.caller import Caller
from tests.chaos.conseillers import Conseiller
from tests.chaos.journal import Journal, Kill
from tests.chaos.supervised import VICTIMS, Supervised
from tests.chaos.usagers import Usager
from tests.chaos.verdict import judge
from tests.chaos.witness import Witness

QUIET_WITHIN = 75.0
RECOVERED_WITHIN = 120.0  # a loaded machine of two cores; a quiet one takes less than ten
_START_WITHIN = 240.0
_WORST_MOMENT_WITHIN = 3.0
_OVERLAPS = 0.25  # how often the next kill does not wait until the last one is mended


@dataclass(frozen=True)
class Plan:
    """What a campaign does."""

    kills: int = 20
    conversations: int = 20
    seed: int = 2026
    duration: float = 900.0  # no kill after that many seconds
    pause: tuple[float, float] = (0.5, 6.0)


@dataclass
class Result:
    """What came out of it."""

    journal: Journal
    violations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    messages: int = 0
    quiet_after: float | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return not any(self.violations.values())


class Campaign:
    """Wires the clients, the killer and the verdict together."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._random = random.Random(f"campaign-{plan.seed}")
        self._service = Supervised(folder)
        self._journal = Journal()
        self._result = Result(self._journal)
        self._caller = Caller(self._service.url, self._journal)
        self._watchers: list[asyncio.Task[None]] = []
        self._followers: list[asyncio.Task[None]] = []

    async def run(self) -> Result:
        """Start everything, break it, judge it, stop it."""
        started = time.monotonic()
        try:
            await self._service.start(_START_WITHIN)
            await self._break_things()
            await self._check()
        finally:
            for task in (*self._followers, *self._watchers):
                task.cancel()
            await self._caller.close()
            left = await asyncio.to_thread(self._service.stop)
            await self._service.close()
        if left:
            self._result.violations["aucun processus orphelin"].append(
                f"{len(left)} encore en vie après l'arrêt"
            )
        self._result.seconds = time.monotonic() - started
        return self._result

    async def _break_things(self) -> None:
        plan = self._plan
        usagers = [
            Usager(n, self._caller, plan.seed, wants_humans=n % 5 < 2) for n in range(plan.conversations)
        ]
        team = [a for a in self._service.accounts() if a["role"] == "conseiller"]
        conseillers = [Conseiller(account, self._caller, plan.seed) for account in team]
        await asyncio.gather(*(u.open() for u in usagers), *(c.arrive() for c in conseillers))
        no_more, gone = asyncio.Event(), asyncio.Event()
        self._followers += [asyncio.create_task(u.follow()) for u in usagers]
        speaking = [asyncio.create_task(u.live(no_more)) for u in usagers]
        working = [asyncio.create_task(c.work(gone)) for c in conseillers]
        try:
            await self._kill_all()
            await asyncio.sleep(2)
        finally:
            no_more.set()
            await asyncio.gather(*speaking)
            gone.set()
            await asyncio.gather(*working)

    async def _kill_all(self) -> None:
        await asyncio.sleep(2)
        ends = time.monotonic() + self._plan.duration
        order: list[str] = []
        for number in range(self._plan.kills):
            if time.monotonic() > ends:
                self._result.violations["toutes les coupures faites"].append(
                    f"{number} sur {self._plan.kills} en {self._plan.duration:.0f} s"
                )
                break
            order = order or self._random.sample(VICTIMS, len(VICTIMS))
            await self._kill_one(order.pop(), number)
            if self._random.random() >= _OVERLAPS:
                await asyncio.gather(*self._watchers)
        await asyncio.gather(*self._watchers)

    async def _kill_one(self, victim: str, number: int) -> None:
        witness = Witness(number, self._caller, self._plan.seed) if victim == "rasa" else None
        if witness is not None:
            await witness.prepare()
            self._followers += witness.followers
        await asyncio.sleep(self._random.uniform(*self._plan.pause))
        await self._until_the_worst_moment(number)
        with_humans, pending = await asyncio.to_thread(records.under_way, self._service.database)
        in_flight, at, pid = self._journal.in_flight, time.monotonic(), 0
        while not pid:  # it may still be down from the time before
            at, pid = time.monotonic(), await self._service.kill(victim)
            await asyncio.sleep(0 if pid else 0.1)
        kill = Kill(victim, pid, at, in_flight, with_humans, pending)
        self._journal.kills.append(kill)
        self._watchers.append(asyncio.create_task(self._watch(kill)))
        if witness is not None:
            self._result.violations["formulaire et dernier sujet gardés par Rasa"] += await witness.resume()

    async def _until_the_worst_moment(self, number: int) -> None:
        """Half the kills fall in the middle of a turn of the assistant's, the others of a takeover."""
        ends = time.monotonic() + _WORST_MOMENT_WITHIN
        while time.monotonic() < ends:
            with_humans, pending = await asyncio.to_thread(records.under_way, self._service.database)
            if (with_humans if number % 2 else pending) and self._journal.in_flight:
                return
            await asyncio.sleep(0.01)

    async def _watch(self, kill: Kill) -> None:
        """Note when the supervisor has brought it back and all is well."""
        while time.monotonic() - kill.at < RECOVERED_WITHIN:
            if await self._service.is_back(kill.victim, kill.pid):
                kill.recovered = time.monotonic() - kill.at
                return
            await asyncio.sleep(0.2)
        self._result.violations["service rétabli de lui-même"].append(
            f"{kill.victim} : pas rétabli en {RECOVERED_WITHIN:.0f} s"
        )

    async def _check(self) -> None:
        await self._until_quiet()
        for seen in self._journal.conversations.values():
            answer = await self._caller.call("GET", f"/conversations/{seen.id}", seen.token)
            kept = await asyncio.to_thread(records.read, self._service.database, seen.id)
            self._result.messages += len(kept.messages)
            for promise, found in judge(seen, kept, answer.json()["messages"]).items():
                self._result.violations[promise] += [f"{seen.id[:8]} : {one}" for one in found]
        self._result.violations["aucune réponse 5xx ni inattendue"] += self._journal.unexpected
        if not self._journal.kills:
            self._result.violations["toutes les coupures faites"].append("aucune")

    async def _until_quiet(self) -> None:
        """Wait until nothing is owed any more and every stream has caught up."""
        started = time.monotonic()
        while time.monotonic() - started < QUIET_WITHIN:
            _, pending = await asyncio.to_thread(records.under_way, self._service.database)
            if not pending and await asyncio.to_thread(self._streams_are_up_to_date):
                self._result.quiet_after = time.monotonic() - started
                return
            await asyncio.sleep(0.5)
        self._result.violations["calme revenu à temps"].append(f"pas en {QUIET_WITHIN:.0f} s")

    def _streams_are_up_to_date(self) -> bool:
        last = records.last_numbers(self._service.database)
        return all(
            seen.streamed and seen.streamed[-1][0] >= last[seen.id]
            for seen in self._journal.conversations.values()
        )
