"""A small action server in a thread: speaks rasa-sdk's protocol, keeps what it received, fails when
told to."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOPIC_OR_EXIT = {"refuser", "demander_autre", "simuler", "choisir_profil", "informer_profil"}
TECHNICAL = {"nlu_fallback", "informer_fait", "affirmer"}


def reply(text: str, sujet: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "text": text,
        "sujet": sujet,
        "profil": None,
        "attributs": [],
        "sources": [],
        "buttons": [],
        "failed": False,
        **more,
    }


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


class ActionsPeer:
    """`mode`: ok, error (500), slow, text (answers a plain text, which is forbidden), or second (500 at the
    second call)."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.calls: list[dict[str, Any]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                peer.calls.append(call)
                status, body = peer.answer(call)
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.mode == "error" or (self.mode == "second" and len(self.calls) == 2):
            return 500, {}
        if self.mode == "slow":
            time.sleep(4)
        if self.mode == "text":
            return 200, {"events": [], "responses": [{"text": "un texte\n\nen deux"}]}
        events, said = self._act(call["next_action"], call["tracker"])
        return 200, {"events": events, "responses": [{"custom": r} for r in said]}

    def _act(self, action: str, tracker: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        message = tracker["latest_message"]
        intent = message["intent"]["name"]
        if action == "action_simuler":
            return [
                slot("date_naissance", None),
                {"event": "followup", "name": "formulaire_retraite_age"},
            ], []
        if action.startswith("action_ask_"):
            return [], [
                reply("Quelle date ?", "retraite_age", question={"kind": "fait", "sujet": "retraite_age"})
            ]
        if action.startswith("validate_"):
            return self._validate(message, intent)
        if action == "action_calculer_retraite_age":
            return [], [reply(f"Né le {tracker['slots']['date_naissance']}", "retraite_age")]
        if action == "action_vouliez_vous_dire":
            return [], [
                reply("Vouliez-vous dire…", None, question={"kind": "vouliez_vous_dire"}, failed=True)
            ]
        if intent in TECHNICAL | TOPIC_OR_EXIT:
            return [], [reply(f"réponse {intent}")]
        # Any topic closes the form that it interrupts.
        closed = [{"event": "active_loop", "name": None}] if tracker["active_loop"] else []
        return closed, [reply(f"réponse {intent}", intent)]

    @staticmethod
    def _validate(message: dict[str, Any], intent: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        found = re.search(r"\d{2}/\d{2}/\d{4}", message["text"] or "")
        if intent in ("detresse", "parler_conseiller"):
            return [], []
        if found:
            return [slot("date_naissance", found.group(0))], []
        if intent in TECHNICAL:
            return [slot("date_naissance", None)], []
        return [], []
