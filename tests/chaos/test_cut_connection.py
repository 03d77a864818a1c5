"""A connection to Rasa cut at any instant is Rasa that does not answer, whatever the client makes of it."""

from pathlib import Path

import aiohttp
import pytest

from handoff.assistant import Assistant
from handoff.errors import AssistantUnavailable

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "reply.schema.json"


async def test_an_error_of_the_clients_own_layers_means_unavailable_and_tells_only_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def cut(*_: object, **__: object) -> None:
        raise AttributeError("de quoi parlait la personne")

    monkeypatch.setattr(aiohttp.ClientSession, "_request", cut)
    assistant = Assistant("http://127.0.0.1:9", "s" * 32, SCHEMA)
    with pytest.raises(AssistantUnavailable, match=r"^AttributeError at \S+:\d+$"):
        await assistant.reset("conversation")
    await assistant.close()
