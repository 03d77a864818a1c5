"""The load process: speaks to the assistants as usagers do, apart from them and from who measures them.

Reads one JSON command a line, answers one JSON result a line; see `_COMMANDS`.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from bench import long_talks
from bench.clients import talk
from bench.processes import BenchError
from bench.questions import every_question, variants

Json = dict[str, Any]
_TURNS_A_CONVERSATION = 5
Targets = list[tuple[str, str]]


class Questions:
    """Hands out the questions, in the same order to each assistant, and never the same one twice."""

    def __init__(self) -> None:
        self._texts = every_question()
        self._iterators: dict[str, Iterator[str]] = {}
        self._lock = threading.Lock()

    def next(self, target: str) -> str:
        """The next text for this assistant."""
        with self._lock:
            if target not in self._iterators:
                self._iterators[target] = variants(self._texts)
            text = next(self._iterators[target], None)
        if text is None:
            raise BenchError("Il n'y a plus de question nouvelle : raccourcissez la mesure.")
        return text


def first_turns(questions: Questions, targets: Targets, count: int) -> Json:
    """One usager; each question opens a conversation, on one assistant then on the other."""
    talks = {name: talk(name, url) for name, url in targets}
    result: Json = {name: {"turns": [], "openings": [], "set_aside": 0} for name in talks}
    for number in range(count):
        order = list(talks) if number % 2 == 0 else list(reversed(talks))
        for name in order:
            text = questions.next(name)
            result[name]["openings"].append(talks[name].open())
            answer = talks[name].say(text)
            if answer.answered:
                result[name]["turns"].append(answer.milliseconds)
            else:
                result[name]["set_aside"] += 1
    for one in talks.values():
        one.close()
    return result


def crowd(questions: Questions, target: tuple[str, str], users: int, seconds: float) -> Json:
    """Usagers who never pause, each with conversations of a few turns; openings count in the time."""
    name, url = target
    turns: list[float] = []
    set_aside = itertools.count()
    failures: list[str] = []
    until = time.perf_counter() + seconds

    def one_usager() -> None:
        mine = talk(name, url)
        try:
            while time.perf_counter() < until:
                mine.open()
                for _ in range(_TURNS_A_CONVERSATION):
                    if time.perf_counter() >= until:
                        break
                    answer = mine.say(questions.next(name))
                    if answer.answered:
                        turns.append(answer.milliseconds)
                    else:
                        next(set_aside)
                    if not answer.open:
                        break
        except (BenchError, OSError) as error:
            failures.append(str(error))
        finally:
            mine.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=one_usager) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    if failures:
        raise BenchError(f"{len(failures)} usager(s) sur {users} arrêtés : {failures[0]}")
    return {"turns": turns, "seconds": elapsed, "set_aside": next(set_aside)}


def run(questions: Questions, command: Json) -> Json:
    """Execute one command."""
    kind = command.pop("kind")
    if kind == "first_turns":
        return first_turns(questions, [(n, u) for n, u in command["targets"]], command["count"])
    if kind == "crowd":
        name, url = command["target"]
        return crowd(questions, (name, url), command["users"], command["seconds"])
    if kind == "long":
        return long_talks.run(command["url_ours"], command["url_starter"], command["rank"], command["marks"])
    raise BenchError(f"commande inconnue : {kind}")


def main() -> None:
    """Answer commands until the input ends."""
    questions = Questions()
    for line in sys.stdin:
        try:
            result = run(questions, json.loads(line))
        except (BenchError, OSError) as error:
            result = {"error": str(error) or type(error).__name__}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
