"""A connection to Rasa cut at any instant is Rasa that does not answer, whatever the client makes of it."""

from pathlib import Path

import httpx
import pytest

from handoff.assistant import Assistant
from handoff.errors import AssistantUnavailable

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "reply.schema.json"


async def test_an_error_of_the_clients_own_layers_means_unavailable_and_tells_only_where() -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        raise AttributeError("de quoi parlait la personne")

    assistant = Assistant("http://127.0.0.1:9", "s" * 32, SCHEMA, transport=httpx.MockTransport(cut))
    with pytest.raises(AssistantUnavailable, match=r"^AttributeError at \S+:\d+$"):
        await assistant.reset("conversation")
    await assistant.close()
