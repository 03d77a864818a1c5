"""What must not be found anywhere: a social security number once said, anything once erased."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handoff import tables as t
from handoff.cleaning import NIR_MASK
from tests.conftest import StartService
from tests.handoff.test_masking import CORSICAN, VALID, grouped
from tests.peers.service import Service, Usager

MARK = "zyzomys-marqueur"
WRITINGS = [VALID, grouped(VALID, " "), grouped(VALID, "-"), f"NIR{VALID}", grouped(CORSICAN[0], ".")]
TRACES = ["8006084", "78 006 084", "78-006-084", "2A.006.084"]


async def everything_kept(service: Service) -> str:
    kept: list[Any] = []
    async with service.built.core.database.read() as connection:
        for table in t.metadata.sorted_tables:
            kept += [list(row) for row in await connection.execute(select(table))]
    return json.dumps(kept, default=str, ensure_ascii=False)


def everything_on_disk(directory: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file())


async def speak_everywhere(service: Service, usager: Usager, words: str) -> None:
    """Say these words wherever words can be said."""
    await service.conseiller("sacha")
    camille = await service.conseiller("camille")
    await usager.say(f"bot {words}", key=words)
    await usager.call("POST", "/handoff", {"reason": f"raison {words}"})
    await usager.say(f"en file {words}")
    handoff = await camille.claim()
    await usager.say(f"à l'humain {words}")
    await camille.says(handoff, f"conseiller {words}")
    await camille.call("POST", f"/handoffs/{handoff['id']}/messages", {"text": f"avec clé {words}"}, words)
    await camille.does("notes", handoff, {"text": f"note {words}"})
    handoff = await camille.does("release", handoff, {"note": f"note de départ {words}"})
    await camille.does("close", await camille.claim())
    await usager.call("POST", "/feedback", {"rating": 1, "comment": f"avis {words}"})
    await usager.say(f"de retour {words}")


@pytest.mark.parametrize("written", WRITINGS)
async def test_a_social_security_number_is_found_nowhere(
    light_service: Service, written: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    usager = await light_service.open()
    await speak_everywhere(light_service, usager, written)
    slot = (await light_service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
    digits = "".join(c for c in written if c.isdigit() or c in " -.")
    for contact in ({"phone": digits}, {"email": f"{digits.replace(' ', '')}@exemple.fr"}):
        answer = await usager.call("POST", "/callback", {"slot": slot, **contact})
        assert answer.status_code == 422
        assert digits not in answer.text
    sent = json.dumps([c.body for c in light_service.rasa.calls], ensure_ascii=False)
    out, err = capfd.readouterr()
    kept = await everything_kept(light_service)
    on_disk = everything_on_disk(tmp_path / "var").decode("utf-8", "replace")
    for where, found in {"tables": kept, "files": on_disk, "Rasa": sent, "logs": out + err}.items():
        assert not [trace for trace in (*TRACES, written) if trace in found], where
    assert kept.count(NIR_MASK) >= 8
    assert NIR_MASK in sent


async def test_an_erased_conversation_is_found_nowhere(
    light_service: Service, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    usager, other = await light_service.open(), await light_service.open()
    await other.say("Je reste")
    await speak_everywhere(light_service, usager, MARK)
    slot = (await light_service.http.get("/api/v1/callback-slots")).json()["items"][0]["slot"]
    await usager.call("POST", "/callback", {"slot": slot, "email": f"{MARK}@exemple.fr"})
    await usager.say(f"en attente du rappel {MARK}")
    assert MARK in await everything_kept(light_service)
    assert MARK.encode() in everything_on_disk(tmp_path / "var")
    assert (await usager.call("DELETE")).status_code == 204
    kept = await everything_kept(light_service)
    assert MARK not in kept
    assert usager.id not in kept
    assert MARK.encode() not in everything_on_disk(tmp_path / "var")
    out, err = capfd.readouterr()
    assert MARK not in out + err
    assert usager.id not in light_service.rasa.tracker
    assert other.id in light_service.rasa.tracker
    assert (await other.transcript())[1] == ("usager", "Je reste")


async def test_what_is_erased_leaves_no_row_in_any_table(service: Service) -> None:
    usager = await service.open()
    await speak_everywhere(service, usager, "quelque chose")
    await usager.call("DELETE")
    for table in t.metadata.sorted_tables:
        if table.name not in ("conseillers", "sessions"):
            assert await service.rows(table) == [], table.name


async def test_an_error_logs_no_word_of_what_was_said(
    start_service: StartService,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    service = await start_service(sqlite_url)
    usager = await service.open()

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"une erreur qui cite {MARK}")

    monkeypatch.setattr(service.built.services.gate, "receive", broken)
    answer = await usager.call("POST", "/messages", {"text": MARK})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    out, err = capfd.readouterr()
    assert MARK not in answer.text + out + err
    assert usager.token not in out + err
