"""The reviewer's calls, field by field, and the usager's refusal, as the description says them."""

from tests.api import shapes as s
from tests.api.live import UNCLEAR, LiveService, Usager


def test_the_demonstration_has_a_reviewer(live: LiveService) -> None:
    assert [a["login"] for a in live.accounts() if a["role"] == "relecteur"] == ["relecteur"]


def test_sentences_are_read_page_by_page_then_labelled(live: LiveService) -> None:
    kept, _ = live.to_review(), live.to_review()
    relecteur = live.sign_in("relecteur")
    answer = relecteur.call("GET", "/relectures", params={"limit": 1})
    assert len(answer.json()["items"]) == 1
    assert answer.json()["next_cursor"] == "1"
    assert answer.json()["remaining"] >= 2
    # Other tests said some too.
    items = relecteur.call("GET", "/relectures").json()["items"]
    [mine] = [s.check(one, s.RELECTURE) for one in items if one["id"] == kept["id"]]
    assert mine["text"] == UNCLEAR
    path = f"/relectures/{kept['id']}"
    assert relecteur.call("POST", path, json={"sujet": "cpf_solde"}).json()["ecarte"] is False
    problem = s.check_problem(relecteur.call("POST", path, json={"ecarte": True}), 409)
    assert "déjà relu" in problem["detail"]
    s.check_problem(relecteur.call("POST", path, json={}), 422)
    s.check_problem(relecteur.call("POST", "/relectures/rien", json={"ecarte": True}), 404)
    s.check_problem(relecteur.call("GET", "/relectures", params={"limit": 0}), 422)


def test_a_cookie_alone_labels_nothing(live: LiveService) -> None:
    kept, relecteur = live.to_review(), live.sign_in("relecteur")
    with live.client() as page:
        cookie = {"Cookie": relecteur.cookie.partition(";")[0]}
        url = f"/api/v1/relectures/{kept['id']}"
        s.check_problem(page.post(url, json={"ecarte": True}, headers=cookie), 403)
        csrf = cookie | {"X-CSRF-Token": relecteur.csrf}
        assert page.post(url, json={"ecarte": True}, headers=csrf).status_code == 200


def test_who_may_not_review_is_told_why(live: LiveService) -> None:
    problem = s.check_problem(live.team().call("GET", "/relectures"), 403)
    assert "relecteur" in problem["detail"]
    problem = s.check_problem(live.sign_in("relecteur").call("GET", "/handoffs"), 403)
    assert "aucune conversation" in problem["detail"]


def test_a_usager_refuses_and_reads_it_back(live: LiveService, usager: Usager) -> None:
    assert usager.call("GET").json()["reutilisation"] is True
    answer = usager.call("PUT", "/reutilisation", json={"reutilisation": False})
    assert (answer.status_code, answer.json()) == (200, {"reutilisation": False})
    assert usager.call("GET").json()["reutilisation"] is False
    assert live.open(reutilisation=False).call("GET").json()["reutilisation"] is False


def test_the_page_is_served(live: LiveService) -> None:
    answer = live.http.get("/relecture")
    assert answer.status_code == 200
    assert "Relecture" in answer.text
