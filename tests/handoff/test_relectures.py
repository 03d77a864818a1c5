"""The learning loop: what is kept, what never is, who may refuse, who reads it, and when it goes."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from connaissances import load_catalogue
from handoff import repository as repo
from handoff import tables as t
from handoff.health import HealthFilter
from handoff.service.relectures import Retention
from settings import ROOT, Settings, SettingsError
from simulateur.parametres import Parametres, format_value
from tests.conftest import StartService
from tests.handoff.test_traces import everything_kept, everything_on_disk
from tests.peers.rasa import Json, did_you_mean, fallback, reply
from tests.peers.service import Service, Usager

MARK = "zyzomys-relecture"
UNSURE = reply("Peut-être ceci.", "cpf_solde", confidence=0.5)
OTHERS = [{"sujet": "cpf_definition", "confidence": 0.2}]


async def misunderstood(service: Service, text: str = "une question floue", **who: object) -> Usager:
    """Have a sentence of somebody be badly understood."""
    service.rasa.answer = lambda body: [fallback()]
    usager = await service.open(**who)
    await usager.say(text)
    return usager


@pytest.mark.parametrize(
    ("said", "reason", "sujet", "confidence"),
    [
        (fallback(), "incompris", "hors_sujet", None),
        (did_you_mean("cpf_solde", "cpf_definition"), "hesitation", None, None),
        (reply("Je ne sais pas.", "hors_sujet", confidence=0.8), "hors_sujet", "hors_sujet", 0.8),
        (UNSURE | {"alternatives": OTHERS}, "peu_sur", "cpf_solde", 0.5),
    ],
    ids=["fallback", "did you mean", "out of scope", "unsure"],
)
async def test_a_doubtful_turn_is_kept_masked_and_without_its_hour(
    service: Service, said: Json, reason: str, sujet: str | None, confidence: float | None
) -> None:
    service.rasa.answer = lambda body: [said]
    usager = await service.open()
    await usager.say("je m'appelle Ziegler, au 06 12 34 56 78, mon truc marche pas")
    [kept] = await service.rows(t.relectures)
    assert kept.text == "je m'appelle [nom masqué], au [téléphone masqué], mon truc marche pas"
    assert (kept.reason, kept.sujet, kept.confidence) == (reason, sujet, confidence)
    assert kept.alternatives == said["alternatives"]
    assert (kept.canal, kept.conversation_id, kept.kept_on) == ("web", usager.id, "2026-11-23")
    assert (kept.label, kept.reviewed_on, kept.exported_on) == (None, None, None)


async def test_what_was_understood_is_not_kept(service: Service) -> None:
    usager = await service.open()
    for said in (reply(confidence=0.6), reply(confidence=None), reply(question={"kind": "profil"})):
        service.rasa.answer = lambda body, said=said: [said]
        await usager.say("C'est quoi le CPF ?")
    assert await service.rows(t.relectures) == []


async def test_a_message_of_two_questions_is_kept_once_and_a_button_never(service: Service) -> None:
    question = did_you_mean("cpf_solde", "cpf_definition")
    service.rasa.answer = lambda body: [reply(), question, fallback()]
    usager = await service.open()
    answer = await usager.say("deux questions")
    assert len(await service.rows(t.relectures)) == 1
    await usager.press(answer["replies"][1]["buttons"][0]["payload"])
    assert len(await service.rows(t.relectures)) == 1


@pytest.mark.parametrize(
    "said",
    [
        reply("…", "arret_maladie", confidence=0.4),
        reply("…", "cpf_solde", confidence=0.4, alternatives=[{"sujet": "rqth", "confidence": 0.1}]),
        did_you_mean("cpf_solde", "inaptitude"),
        fallback() | {"alternatives": [{"sujet": "detresse", "confidence": 0.1}]},
        fallback() | {"handoff": {"reason": "detresse", "skill": "general", "priority": "urgence"}},
    ],
)
async def test_health_and_distress_are_left_out_by_the_topics_considered(
    light_service: Service, said: Json
) -> None:
    light_service.rasa.answer = lambda body: [said]
    await (await light_service.open()).say("et moi alors")
    assert await light_service.rows(t.relectures) == []


@pytest.mark.parametrize(
    "text",
    ["j'ai un Cancer", "ma dépression", "je suis ENCEINTE", "après mon arrêt de travail", "dossier MDPH ?"],
)
async def test_health_is_left_out_by_its_words(light_service: Service, text: str) -> None:
    await misunderstood(light_service, text)
    assert await light_service.rows(t.relectures) == []


async def test_what_follows_a_health_topic_or_distress_is_left_out(light_service: Service) -> None:
    sick, desperate = await light_service.open(), await light_service.open()
    light_service.rasa.answer = lambda body: [reply("…", "arret_maladie")]
    await sick.say("une question")
    light_service.rasa.answer = lambda body: [fallback()]
    await sick.say("et combien de temps ?")
    await desperate.say("je veux mourir")
    await desperate.call("DELETE", "/handoff")
    await desperate.say("bon et mon truc")
    assert await light_service.rows(t.relectures) == []
    assert "bon et mon truc" in light_service.rasa.texts()


async def test_only_a_channel_that_offers_the_choice_is_read_again(light_service: Service) -> None:
    by_sms = await misunderstood(light_service, canal="sms")
    assert await light_service.rows(t.relectures) == []
    assert "relu" not in by_sms.greeting[0]["text"]


async def test_the_greeting_tells_it_and_how_to_refuse(light_service: Service) -> None:
    for langage in ("standard", "simple"):
        [greeting] = (await light_service.open(langage=langage)).greeting
        assert "relus" in greeting["text"]
        assert "« Mes données »" in greeting["text"]


def test_every_topic_left_out_exists() -> None:
    catalogue = load_catalogue(ROOT / "connaissances", Parametres.load().value, format_value)
    assert HealthFilter.load().sujets <= set(catalogue.sujets)


async def test_a_refusal_deletes_what_was_kept_and_nothing_more_is(service: Service, tmp_path: Path) -> None:
    usager, other = await misunderstood(service, MARK), await misunderstood(service, "autre chose")
    assert (await usager.view())["reutilisation"] is True
    answer = await usager.call("PUT", "/reutilisation", {"reutilisation": False})
    assert answer.json() == {"reutilisation": False}
    await usager.say(f"encore {MARK}")
    assert [k.conversation_id for k in await service.rows(t.relectures)] == [other.id]
    assert (await usager.view())["reutilisation"] is False
    assert MARK in (await usager.transcript())[1][1]
    await usager.call("PUT", "/reutilisation", {"reutilisation": True})
    await usager.say("je veux bien")
    assert {k.text for k in await service.rows(t.relectures)} == {"autre chose", "je veux bien"}


async def test_one_may_refuse_from_the_first_word(service: Service) -> None:
    usager = await misunderstood(service, reutilisation=False)
    assert await service.rows(t.relectures) == []
    assert (await usager.view())["reutilisation"] is False


async def test_a_refusal_is_for_the_holder_of_the_conversation_only(light_service: Service) -> None:
    mine, other = await light_service.open(), await light_service.open()
    stranger = Usager(light_service, mine.id, other.token)
    assert (await stranger.call("PUT", "/reutilisation", {"reutilisation": False})).status_code == 404
    assert (await mine.call("PUT", "/reutilisation", {"reutilisation": "non"})).status_code == 422
    assert (await mine.call("PUT", "/reutilisation", {})).status_code == 422
    assert (await mine.view())["reutilisation"] is True


async def test_an_export_holds_what_is_kept(service: Service) -> None:
    usager = await misunderstood(service, MARK)
    export = (await usager.call("GET", "/export")).json()
    assert [k["text"] for k in export["relectures"]] == [MARK]
    assert export["reutilisation"] is True


async def test_an_erased_conversation_takes_what_was_kept_with_it(service: Service, tmp_path: Path) -> None:
    usager, other = await misunderstood(service, MARK), await misunderstood(service, "autre chose")
    relecteur = await service.conseiller("charlie", role="relecteur")
    [mine] = [k for k in await service.rows(t.relectures) if k.conversation_id == usager.id]
    assert (await relecteur.call("POST", f"/relectures/{mine.id}", {"sujet": "cpf_solde"})).is_success
    assert (await usager.call("DELETE")).status_code == 204
    assert MARK not in await everything_kept(service)
    assert MARK.encode() not in everything_on_disk(tmp_path / "var")
    assert [k.conversation_id for k in await service.rows(t.relectures)] == [other.id]


async def test_nothing_is_kept_of_no_conversation(service: Service) -> None:
    values = {"id": repo.new_id(), "conversation_id": repo.new_id(), "text": "…", "canal": "web"}
    values |= {"reason": "incompris", "kept_on": "2026-11-23"}
    with pytest.raises(IntegrityError):
        async with service.built.core.transaction() as tx:
            await repo.keep_for_review(tx.connection, {**values, "alternatives": []})


async def test_the_sweeper_forgets_after_the_days_of_the_setting(service: Service, tmp_path: Path) -> None:
    await misunderstood(service, MARK)
    await service.sweep(days=90)
    assert len(await service.rows(t.relectures)) == 1
    await service.sweep(days=1)
    assert await service.rows(t.relectures) == []


async def test_what_is_kept_follows_the_settings(start_service: StartService, sqlite_url: str) -> None:
    service = await start_service(sqlite_url, retention=Retention(below=0.3, days=10))
    usager = await service.open()
    for confidence in (0.4, 0.2):
        service.rasa.answer = lambda body, sure=confidence: [reply(confidence=sure)]
        await usager.say(f"à {confidence}")
    assert [k.text for k in await service.rows(t.relectures)] == ["à 0.2"]
    await service.sweep(days=11)
    assert await service.rows(t.relectures) == []


async def test_zero_day_keeps_nothing(start_service: StartService, sqlite_url: str) -> None:
    service = await start_service(sqlite_url, retention=Retention(days=0))
    usager = await misunderstood(service)
    assert await service.rows(t.relectures) == []
    assert "comprends mal" not in usager.greeting[0]["text"]


@pytest.mark.parametrize(
    "wrong", [{"RELECTURE_JOURS": "-1"}, {"RELECTURE_JOURS": "91"}, {"RELECTURE_CONFIANCE": "60 %"}]
)
def test_a_wrong_setting_says_what_to_write(wrong: dict[str, str]) -> None:
    secret = {"RASA_CHANNEL_SECRET": "x" * 32, "DROITS_TOKEN_SECRET": "x" * 32}
    assert Settings.read(secret).retention == Retention(0.6, 90)
    assert Settings.read(secret | {"RELECTURE_JOURS": "30"}).retention.days == 30
    with pytest.raises(SettingsError, match="écrivez un nombre"):
        Settings.read(secret | wrong)


async def test_a_reviewer_sees_words_and_topics_and_nothing_of_whose_they_are(service: Service) -> None:
    usager = await misunderstood(service, "au 06 12 34 56 78")
    relecteur = await service.conseiller("charlie", role="relecteur")
    page = (await relecteur.call("GET", "/relectures")).json()
    assert (page["next_cursor"], page["remaining"]) == (None, 1)
    [shown] = page["items"]
    assert shown["text"] == "au [téléphone masqué]"
    fields = {"id", "text", "canal", "reason", "sujet", "confidence", "alternatives", "kept_on"}
    assert set(shown) == fields
    assert usager.id not in str(page)


async def test_sentences_come_page_by_page_and_leave_once_reviewed(service: Service) -> None:
    for number in range(3):
        await misunderstood(service, f"question floue {number}")
    relecteur = await service.conseiller("charlie", role="relecteur")
    first = (await relecteur.call("GET", "/relectures?limit=2")).json()
    assert (len(first["items"]), first["next_cursor"], first["remaining"]) == (2, "2", 3)
    last = (await relecteur.call("GET", "/relectures?limit=2&cursor=2")).json()
    assert (len(last["items"]), last["next_cursor"]) == (1, None)
    ids = [item["id"] for item in first["items"] + last["items"]]
    labelled = await relecteur.call("POST", f"/relectures/{ids[0]}", {"sujet": "cpf_solde"})
    assert labelled.json() == {"id": ids[0], "sujet": "cpf_solde", "ecarte": False}
    discarded = await relecteur.call("POST", f"/relectures/{ids[1]}", {"ecarte": True})
    assert discarded.json() == {"id": ids[1], "sujet": None, "ecarte": True}
    left = (await relecteur.call("GET", "/relectures")).json()
    assert [item["id"] for item in left["items"]] == [ids[2]]
    kept = {k.id: k.label for k in await service.rows(t.relectures)}
    assert kept == {ids[0]: "cpf_solde", ids[2]: None}
    for body in ({"sujet": "cpf_definition"}, {"ecarte": True}):
        assert (await relecteur.call("POST", f"/relectures/{ids[0]}", body)).status_code == 409
        assert (await relecteur.call("POST", f"/relectures/{ids[1]}", body)).status_code == 404


async def test_a_topic_of_health_discards_the_sentence(service: Service) -> None:
    await misunderstood(service)
    relecteur = await service.conseiller("charlie", role="relecteur")
    [kept] = await service.rows(t.relectures)
    answer = await relecteur.call("POST", f"/relectures/{kept.id}", {"sujet": "inaptitude"})
    assert answer.json()["ecarte"] is True
    assert await service.rows(t.relectures) == []


@pytest.mark.parametrize(
    "body", [{}, {"sujet": "inconnu"}, {"sujet": "cpf_solde", "ecarte": True}, {"ecarte": False}]
)
async def test_a_wrong_review_changes_nothing(light_service: Service, body: Json) -> None:
    await misunderstood(light_service)
    relecteur = await light_service.conseiller("charlie", role="relecteur")
    before = await light_service.rows(t.relectures)
    answer = await relecteur.call("POST", f"/relectures/{before[0].id}", body)
    assert answer.status_code == 422
    assert await light_service.rows(t.relectures) == before


@pytest.mark.parametrize(("role", "status"), [("conseiller", 403), ("superviseur", 403), ("admin", 200)])
async def test_only_a_reviewer_or_an_admin_reviews(light_service: Service, role: str, status: int) -> None:
    await misunderstood(light_service)
    [kept] = await light_service.rows(t.relectures)
    assert (await light_service.http.get("/api/v1/relectures")).status_code == 401
    who = await light_service.conseiller("quelqu_un", role=role)
    assert (await who.call("GET", "/relectures")).status_code == status
    answer = await who.call("POST", f"/relectures/{kept.id}", {"sujet": "cpf_solde"})
    assert answer.status_code == status


async def test_a_reviewer_opens_no_conversation(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    handoff = await camille.take_over(usager)
    relecteur = await light_service.conseiller("charlie", role="relecteur")
    for method, path, body in [
        ("GET", "/handoffs", None),
        ("GET", f"/handoffs/{handoff['id']}", None),
        ("POST", "/handoffs/claim", {}),
        ("POST", f"/conversations/{usager.id}/takeover", None),
        ("POST", f"/handoffs/{handoff['id']}/messages", {"text": "Bonjour"}),
        ("GET", "/conseillers/events", None),
        ("PUT", "/conseillers/me/presence", {"status": "online"}),
    ]:
        assert (await relecteur.call(method, path, body)).status_code == 403, path
    assert (await relecteur.call("DELETE", "/sessions/current")).status_code == 204
