"""Plays the conversations of `*.yml` through the public API: real Rasa, real actions, real rights.

A step says what the usager writes (`dit`) or presses (`presse`, part of a button's title), or that they
stop waiting for a human (`renonce`); then what must come back: `sujet`, `sujets` (of all the replies, in
order), `profil`, `contient` (words of a reply), `sans`, `boutons`, `etat`, `simulation`, `auteur`, `compris`.
"""

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.peers.stack import Stack

FILES = sorted(Path(__file__).parent.glob("*.yml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['nom']}")
    for path in FILES
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


class Talk:
    """One conversation, with the buttons seen so far."""

    def __init__(self, client: httpx.Client, case: dict[str, Any]) -> None:
        self.client = client
        opened = client.post("/api/v1/conversations", json=case.get("ouvre", {}))
        assert opened.status_code == 201, opened.text
        body = opened.json()
        self.url = f"/api/v1/conversations/{body['id']}"
        self.headers = {"Authorization": f"Bearer {body['token']}"}
        self.buttons: list[dict[str, Any]] = body["messages"][-1]["buttons"]

    def step(self, step: dict[str, Any]) -> None:
        if "personne" in step:
            self._post("/demo-identity", {"person": step["personne"]})
            return
        if step.get("renonce"):
            given_up = self.client.delete(self.url + "/handoff", headers=self.headers)
            assert given_up.json()["state"] == "BOT", given_up.text
            return
        answer = self._post("/messages", self._said(step))
        replies = answer["replies"]
        self.buttons = [b for r in replies for b in r["buttons"]] or self.buttons
        self._check(step, replies, answer["state"])

    def _said(self, step: dict[str, Any]) -> dict[str, str]:
        if "dit" in step:
            return {"text": step["dit"]}
        found = [b for b in self.buttons if step["presse"].lower() in b["title"].lower()]
        assert found, f"no button « {step['presse']} » among {[b['title'] for b in self.buttons]}"
        return {"payload": found[0]["payload"]}

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(self.url + path, json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _check(self, step: dict[str, Any], replies: list[dict[str, Any]], state: str) -> None:
        seen = [(r["author"], r.get("sujet"), r.get("profil"), r["text"][:90]) for r in replies]
        text = "\n".join(r["text"] for r in replies)
        titles = [b["title"] for r in replies for b in r["buttons"]]
        if "sujet" in step:
            assert step["sujet"] in [r.get("sujet") for r in replies], seen
        if "sujets" in step:
            assert step["sujets"] == [r.get("sujet") for r in replies], seen
        if "profil" in step:
            assert step["profil"] in [r.get("profil") for r in replies], seen
        if "auteur" in step:
            assert step["auteur"] in [r["author"] for r in replies], seen
        for words in _list(step.get("contient")):
            assert words.lower() in text.lower().replace("\u202f", " ").replace("\xa0", " "), text
        for words in _list(step.get("sans")):
            assert words.lower() not in text.lower(), text
        for words in _list(step.get("boutons")):
            assert any(words.lower() in title.lower() for title in titles), titles
        if step.get("compris"):  # read as a text: what is executed as a button has no confidence
            assert all(r["confidence"] is not None for r in replies), seen
        if "etat" in step:
            assert state == step["etat"], seen
        if "simulation" in step:
            results = [r["simulation"] for r in replies if r.get("simulation")]
            assert results, seen
            for name, value in step["simulation"].items():
                assert results[0]["results"][name] == value, results[0]["results"]


def _list(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [] if value is None else [str(words) for words in found]


@pytest.mark.parametrize("case", CASES)
def test_conversation(stack: Stack, case: dict[str, Any]) -> None:
    with httpx.Client(base_url=stack.url, timeout=30, trust_env=False) as client:
        talk = Talk(client, case)
        for step in case["etapes"]:
            talk.step(step)
