"""The simulator and the rights, from outside."""

from datetime import UTC, datetime

import pytest

from droits.tokens import mint
from tests.api import shapes as s
from tests.api.live import LiveService, Usager

CPF = {"profil": "salarie", "solde": 1200.5, "annees": 3}
AGE = {"date_naissance": "1964-05-10"}
FIELDS = [
    ("cpf", CPF | {"profil": "roi"}, "profil"),
    ("cpf", {"profil": "salarie", "annees": 3}, "solde"),
    ("cpf", CPF | {"solde": -1}, "solde"),
    ("cpf", CPF | {"solde": "1200"}, "solde"),
    ("cpf", CPF | {"solde": True}, "solde"),
    ("cpf", CPF | {"solde": 10.001}, "solde"),
    ("cpf", CPF | {"annees": 0}, "annees"),
    ("cpf", CPF | {"annees": 2.5}, "annees"),
    ("cpf", CPF | {"attributs": ["grand"]}, "attributs"),
    ("cpf", CPF | {"attributs": "senior"}, "attributs"),
    ("cpf", CPF | {"quotite": 1.5}, "quotite"),
    ("cpf", CPF | {"date": "23/11/2026"}, "date"),
    ("cpf", CPF | {"date": "2026-02-30"}, "date"),
    ("cpf", CPF | {"couleur": "bleu"}, "couleur"),
    ("retraite_age", {}, "date_naissance"),
    ("retraite_age", {"date_naissance": "2100-01-01"}, "date_naissance"),
    ("retraite_age", {"date_naissance": -56}, "date_naissance"),
    ("retraite_age", AGE | {"trimestres_valides": -1}, "trimestres_valides"),
    ("retraite_age", AGE | {"trimestres_debut": {"avant_16": "x"}}, "trimestres_debut"),
]


@pytest.mark.parametrize(("kind", "inputs"), [("cpf", CPF), ("retraite_age", AGE)])
def test_a_simulation_answers_the_whole_object(
    live: LiveService, kind: str, inputs: dict[str, object]
) -> None:
    answer = live.http.post(f"/api/v1/simulations/{kind}", json=inputs | {"date": "2026-11-23"})
    found = s.check(answer.json(), s.SIMULATION)
    assert (answer.status_code, found["type"], found["rules_date"]) == (200, kind, "2026-11-23")
    assert found["sources"]


@pytest.mark.parametrize(("kind", "inputs", "field"), FIELDS)
def test_a_bad_input_is_refused_with_its_field(
    live: LiveService, kind: str, inputs: dict[str, object], field: str
) -> None:
    problem = s.check_problem(live.http.post(f"/api/v1/simulations/{kind}", json=inputs), 422)
    assert problem["errors"][0]["field"].split(".")[0] == field
    assert problem["errors"][0]["expected"]
    assert field in problem["detail"]


def test_only_the_built_types_are_listed(live: LiveService) -> None:
    kinds = [k["type"] for k in live.http.get("/api/v1/simulations").json()["items"]]
    assert kinds == ["cpf", "retraite_age"]


def test_an_identified_usager_reads_their_rights_with_their_own_bearer(
    live: LiveService, usager: Usager
) -> None:
    s.check_problem(live.http.get("/api/v1/droits/me", headers=usager.bearer), 401)
    usager.call("POST", "/demo-identity", json={"person": "thomas-leroy"})
    answer = live.http.get("/api/v1/droits/me", headers=usager.bearer)
    account = s.record({"maj": s.INSTANT})
    rights = s.check(
        answer.json(),
        s.record(
            {
                "personne": {},
                "profil": s.TEXT,
                "attributs": s.STRINGS,
                "comptes": {"type": "object"},
                "maj": s.INSTANT,
            }
        ),
    )
    assert rights["personne"]["fictive"] is True
    assert s.check(rights["comptes"]["cpf"], account)["unite"] in ("euros", "heures")
    assert {"solde", "plafond", "credit_annuel", "mouvements"} <= set(rights["comptes"]["cpf"])


@pytest.mark.parametrize("person", ["thomas-leroy", "claire-vasseur"])
def test_the_token_given_to_the_assistant_reads_the_rights(
    live: LiveService, usager: Usager, person: str
) -> None:
    usager.call("POST", "/demo-identity", json={"person": person})
    usager.say("Quel est mon solde ?")
    token = live.peer.turns_of(usager.id)[-1]["metadata"]["droits_token"]
    answer = live.http.get("/api/v1/droits/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["personne"]["id"] == person


@pytest.mark.parametrize("token", ["", "faux", "a.b", "é", "x" * 5000])
def test_a_bad_token_reads_no_rights(live: LiveService, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
    answer = live.http.get("/api/v1/droits/me", headers=headers)
    s.check_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_signed_by_another_secret_reads_no_rights(live: LiveService) -> None:
    token = mint("thomas-leroy", "c", datetime.now(UTC), "un autre secret, assez long aussi")
    answer = live.http.get("/api/v1/droits/me", headers={"Authorization": f"Bearer {token}"})
    s.check_problem(answer, 401)


def test_an_expired_conversation_reads_nothing(live: LiveService, usager: Usager) -> None:
    usager.call("POST", "/demo-identity", json={"person": "thomas-leroy"})
    past = "2020-01-01T00:00:00.000000+00:00"
    live.write("UPDATE conversations SET token_expires_at = ? WHERE id = ?", past, usager.id)
    s.check_problem(live.http.get("/api/v1/droits/me", headers=usager.bearer), 401)
    s.check_problem(usager.call("GET"), 401)


def test_an_unknown_person_is_not_found(live: LiveService, usager: Usager) -> None:
    s.check_problem(usager.call("POST", "/demo-identity", json={"person": "personne"}), 404)
    assert usager.call("GET").json()["profil"] is None
