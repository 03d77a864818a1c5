"""Which turns count as failed, and the conseiller who is offered at the second in a row."""

from typing import Any

import pytest

from handoff import tables as t
from tests.peers.rasa import Json, did_you_mean, fallback, reply
from tests.peers.service import Service, Usager

OUT_OF_SCOPE = reply("Ce n'est pas de mon ressort.", "hors_sujet")
PROFILE = reply("Quel est votre profil ?", "cpf_solde", question={"kind": "profil", "sujet": "cpf_solde"})
FACT = reply("Quel est votre âge ?", "retraite_age", question={"kind": "fait", "sujet": "retraite_age"})


async def turn(service: Service, usager: Usager, answer: Json) -> list[Json]:
    service.rasa.answer = lambda _: [answer]
    return list((await usager.say("une question"))["replies"])


async def count(service: Service, usager: Usager) -> int:
    [row] = await service.rows(t.conversations, id=usager.id)
    return int(row.failed_turns)


def offers(replies: list[Json]) -> bool:
    buttons = [b for m in replies if m["author"] == "system" for b in m["buttons"]]
    return "gate:handoff" in [b["payload"] for b in buttons]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([fallback()], 1),
        ([did_you_mean("cpf_solde", "c2p_solde")], 1),
        ([reply()], 0),
        ([fallback(), reply()], 0),
        ([fallback(), OUT_OF_SCOPE], 1),
        ([fallback(), FACT], 1),
        ([fallback(), fallback(), reply()], 0),
        ([did_you_mean("cpf_solde"), fallback()], 2),
    ],
)
async def test_what_counts_as_failed(light_service: Service, answers: list[Json], expected: int) -> None:
    usager = await light_service.open()
    for answer in answers:
        await turn(light_service, usager, answer)
    assert await count(light_service, usager) == expected


async def test_a_conseiller_is_offered_at_the_second_failure_and_queues_nobody_unasked(
    service: Service,
) -> None:
    usager = await service.open()
    await service.conseiller()
    assert not offers(await turn(service, usager, fallback()))
    replies = await turn(service, usager, fallback())
    assert [m["author"] for m in replies] == ["assistant", "system"]
    assert offers(replies)
    assert await usager.state() == "BOT"
    answer = await usager.press("gate:handoff")
    assert answer["state"] == "QUEUED"
    [handoff] = await service.rows(t.handoffs)
    assert handoff.briefing["failure"]
    assert handoff.reason == "offre_acceptee"


async def test_a_failure_an_answer_and_a_failure_offer_nobody(light_service: Service) -> None:
    usager = await light_service.open()
    for answer in (fallback(), reply(), fallback()):
        assert not offers(await turn(light_service, usager, answer))


@pytest.mark.parametrize("leads_to", [reply(sujet="cpf_solde"), FACT, OUT_OF_SCOPE, PROFILE])
async def test_did_you_mean_is_no_failure_once_a_button_of_it_is_taken(
    light_service: Service, leads_to: Json
) -> None:
    usager = await light_service.open()
    [question] = await turn(light_service, usager, did_you_mean("cpf_solde", "c2p_solde"))
    assert question["sujet"] is None
    light_service.rasa.answer = lambda _: [leads_to]
    await usager.press(question["buttons"][0]["payload"])
    assert await count(light_service, usager) == 0
    assert not offers(await turn(light_service, usager, fallback()))


async def test_did_you_mean_left_aside_is_a_failure(light_service: Service) -> None:
    usager = await light_service.open()
    await turn(light_service, usager, did_you_mean("cpf_solde", "c2p_solde"))
    assert offers(await turn(light_service, usager, fallback()))


async def test_a_handback_starts_the_count_again(light_service: Service) -> None:
    usager, camille = await light_service.open(), await light_service.conseiller()
    await turn(light_service, usager, fallback())
    await camille.does("handback", await camille.take_over(usager))
    assert not offers(await turn(light_service, usager, fallback()))


async def test_the_profile_is_asked_once_and_rasa_is_told(light_service: Service) -> None:
    usager = await light_service.open()
    await turn(light_service, usager, PROFILE)
    await usager.say("je ne veux pas le dire")
    told = [call.body["metadata"]["profil_asked"] for call in light_service.rasa.received()]
    assert told == [False, True]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"profil": "salarie"}, {"profil": "salarie", "attributs": ["parent"]}),
        ({"profil": None}, {"profil": None, "attributs": ["parent"]}),
        ({"attributs": []}, {"profil": "jeune", "attributs": []}),
        ({"langage": "simple"}, {"langage": "simple"}),
    ],
)
async def test_what_the_usager_says_of_themselves_is_kept(
    light_service: Service, change: dict[str, Any], kept: dict[str, Any]
) -> None:
    usager = await light_service.open(profil="jeune", attributs=["parent"])
    await turn(light_service, usager, reply(profil_change=change))
    assert kept.items() <= (await usager.view()).items()


async def test_rasa_is_told_the_last_topic_and_who_asks(light_service: Service) -> None:
    usager = await light_service.open(profil="salarie", attributs=["senior"], langage="simple")
    await turn(light_service, usager, reply(sujet="cpf_solde"))
    await turn(light_service, usager, OUT_OF_SCOPE)
    await usager.say("et ensuite ?")
    first, *_, last = (call.body["metadata"] for call in light_service.rasa.received())
    assert first == {
        "profil": "salarie",
        "attributs": ["senior"],
        "langage": "simple",
        "canal": "web",
        "state_of_identity": "none",
        "last_sujet": None,
        "profil_asked": False,
    }
    assert last["last_sujet"] == "cpf_solde"


async def test_buttons_reach_the_usager_opaque_and_rasa_as_it_wrote_them(light_service: Service) -> None:
    usager = await light_service.open()
    button = {"title": "Mon solde", "payload": "/cpf_solde", "sujet": "cpf_solde"}
    [answer] = await turn(light_service, usager, reply(buttons=[button]))
    [shown] = answer["buttons"]
    assert "cpf" not in shown["payload"]
    said = await usager.press(shown["payload"])
    assert said["message"]["text"] == "Mon solde"
    sent = light_service.rasa.received()[-1].body
    assert (sent["payload"], "text" in sent) == ("/cpf_solde", False)
