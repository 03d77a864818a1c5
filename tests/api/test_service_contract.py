"""The service's own calls: description, health, figures, pages, headers of every answer."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.api import shapes as s
from tests.api.live import LiveService, Usager

# What this version offers, as the contract writes it.
OFFERED = {
    *("POST /api/v1/conversations", "POST /api/v1/conversations/{id}/messages"),
    *("GET /api/v1/conversations/{id}", "GET /api/v1/conversations/{id}/events"),
    *("PUT /api/v1/conversations/{id}/profil", "POST /api/v1/conversations/{id}/handoff"),
    *("DELETE /api/v1/conversations/{id}/handoff", "POST /api/v1/conversations/{id}/callback"),
    *("GET /api/v1/callback-slots", "POST /api/v1/conversations/{id}/feedback"),
    *("GET /api/v1/conversations/{id}/export", "DELETE /api/v1/conversations/{id}", "GET /api/v1/sujets"),
    *("POST /api/v1/sessions", "PUT /api/v1/conseillers/me/presence", "GET /api/v1/handoffs"),
    *("POST /api/v1/handoffs/claim", "POST /api/v1/handoffs/{id}/accept"),
    *("POST /api/v1/handoffs/{id}/release", "POST /api/v1/handoffs/{id}/close"),
    *("POST /api/v1/handoffs/{id}/handback", "POST /api/v1/conversations/{id}/takeover"),
    *("POST /api/v1/handoffs/{id}/messages", "POST /api/v1/handoffs/{id}/notes"),
    *("POST /api/v1/handoffs/{id}/typing", "GET /api/v1/conseillers/events"),
    *("GET /api/v1/demo/persons", "POST /api/v1/conversations/{id}/demo-identity"),
    *("GET /api/v1/droits/me", "GET /api/v1/simulations", "POST /api/v1/simulations/cpf"),
    *("POST /api/v1/simulations/retraite_age", "GET /health", "GET /metrics"),
}
# What a later version will offer: absent and 404 until then.
LATER = [
    *(("POST", f"/api/v1/handoffs/x/{step}") for step in ("decline", "transfer", "wait")),
    *(
        ("POST", f"/api/v1/simulations/{kind}")
        for kind in ("c2p", "mobilisation", "are", "arce", "prime_activite")
    ),
    *(("POST", f"/api/v1/simulations/{kind}") for kind in ("rsa", "cout_embauche", "nimporte")),
    *(("GET", "/api/v1/stats"), ("GET", "/pilotage"), ("GET", "/api/v1/rien"), ("GET", "/api/v2/sujets")),
]
PAGES = ("/", "/console", "/docs", "/accessibilite")
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture(scope="module")
def described(live: LiveService) -> Any:
    return live.http.get("/openapi.json").json()


def _operations(described: Any) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_the_description_is_of_openapi_3_1_and_its_schemas_are_valid(described: Any) -> None:
    assert described["openapi"].startswith("3.1.")
    assert {"info", "paths", "components"} <= set(described)
    assert {"title", "version"} <= set(described["info"])
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = set(described["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/(\w+)", str(described))) <= names
    assert "#/$defs/" not in str(described)


def test_each_operation_says_its_parameters_answers_and_bearer(described: Any) -> None:
    schemes = set(described["components"]["securitySchemes"])
    for call, operation in _operations(described).items():
        assert operation["summary"] and operation["responses"], call
        wanted = set(re.findall(r"{(\w+)}", call))
        assert {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"} == wanted
        assert {name for option in operation.get("security", []) for name in option} <= schemes
        for status, answer in operation["responses"].items():
            assert answer["description"]
            if int(status) >= 400 and not (call == "GET /health" and status == "503"):
                assert list(answer["content"]) == ["application/problem+json"], call
        if operation.get("security"):
            assert "401" in operation["responses"], call


def test_the_description_agrees_with_the_contract(described: Any) -> None:
    calls = set(_operations(described))
    assert OFFERED - calls == set()
    later = {f"{method} {path.replace('/x/', '/{id}/')}" for method, path in LATER}
    assert calls & later == set()


@pytest.mark.parametrize(("method", "path"), LATER)
def test_what_is_not_built_answers_404(live: LiveService, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {live.team().token}"}
    s.check_problem(live.http.request(method, path, json={}, headers=headers), 404)


def test_health_says_each_part(live: LiveService) -> None:
    answer = live.http.get("/health")
    assert answer.status_code == 200
    health = s.check(answer.json(), s.HEALTH)
    assert health == {"status": "ok", "components": {"database": "ok", "assistant": "ok"}}
    assert live.http.head("/health").status_code == 200


def test_the_figures_say_nothing_of_anybody(live: LiveService, usager: Usager) -> None:
    said = "Je m'appelle Zebulon Trucmuche"
    usager.say(said)
    usager.call(
        "POST", "/callback", json={"email": "zebulon@exemple.fr", "slot": "2026-01-01T10:00:00+01:00"}
    )
    answer = live.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "cpa_messages_total" in answer.text
    for word in (usager.id, usager.token, "Zebulon", "zebulon", "camille", "Camille", "127."):
        assert word not in answer.text


def test_the_log_says_nothing_of_anybody(live: LiveService, usager: Usager) -> None:
    usager.say("Je m'appelle Zebulon Trucmuche")
    usager.call("POST", "/messages", content=b'{"text": "Zebulon casse')
    live.http.get("/api/v1/sujets?cursor=Zebulon")
    for word in ("Zebulon", usager.token, usager.id, live.team().token):
        assert word not in live.log()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_served_with_its_policy_and_its_banner(live: LiveService, path: str) -> None:
    answer = live.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="fr" data-demo="oui"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text), "no inline script under this policy"
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)
    assert live.http.head(path).status_code == 200


def test_every_file_that_a_page_names_is_served(live: LiveService) -> None:
    for path in PAGES:
        for wanted in re.findall(r'(?:src|href)="(/[^"#]+)"', live.http.get(path).text):
            assert live.http.get(wanted).status_code == 200, f"{path} names {wanted}"


def test_the_widget_is_one_script_for_any_page(live: LiveService) -> None:
    answer = live.http.get("/widget.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"


ANSWERS = [
    *(("GET", path) for path in (*PAGES, "/widget.js", "/health", "/metrics", "/openapi.json")),
    *(("GET", "/api/v1/sujets"), ("GET", "/api/v1/rien"), ("GET", "/api/v1/handoffs"), ("PUT", "/")),
    *(
        ("POST", "/api/v1/sessions"),
        ("GET", "/static/"),
        ("GET", "/static/absent.js"),
        ("OPTIONS", "/health"),
    ),
]


@pytest.mark.parametrize(("method", "path"), ANSWERS)
def test_every_answer_carries_the_security_headers(live: LiveService, method: str, path: str) -> None:
    answer = live.http.request(method, path)
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    policy = answer.headers["content-security-policy"]
    for directive in (
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert directive in policy
    if path.startswith("/api/"):
        assert answer.headers["cache-control"] == "no-store"


def test_an_event_stream_carries_them_too(live: LiveService, usager: Usager) -> None:
    with live.client().stream("GET", usager.path + "/events", headers=usager.bearer) as stream:
        assert {name: stream.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
        assert stream.headers["cache-control"] == "no-store"


def test_a_page_of_an_allowed_origin_may_call(live: LiveService) -> None:
    origin = {"Origin": "https://mairie.example"}
    asked = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = live.http.options("/api/v1/conversations", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://mairie.example"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    for path in ("/api/v1/sujets", "/api/v1/rien"):
        answer = live.http.get(path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://mairie.example"
        assert "Origin" in answer.headers["vary"]
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://mechant.example", "null", "https://mairie.example.mechant.example"]
)
def test_a_page_of_another_origin_may_not(live: LiveService, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = live.http.request(method, "/api/v1/sujets", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
