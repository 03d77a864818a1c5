"""Rasa's message processor, made honest and light: an action that fails stops the turn instead of
being forgotten.

A turn that stops is not saved: the gate sends the same message again and nothing has happened twice.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import rasa.core.actions.action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.action_endpoint import turn_metadata
from nlu.errors import ActionServerFailed, NluError
from nlu.reading import Before, Reading, read_in_a_form, read_message


def what_comes_before(tracker: DialogueStateTracker, metadata: dict[str, Any]) -> Before:
    """Gather what a few words may lean on: the gate's last topic, and the last message kept."""
    last = tracker.latest_message
    intent = (last.intent or {}).get("name") if last else None
    if last is None or intent is None:
        return Before(sujet=metadata.get("last_sujet"))
    return Before(
        sujet=metadata.get("last_sujet"),
        text=None if (last.text or "/").startswith("/") else last.text,
        intent=intent,
        confidence=float(last.intent.get("confidence") or 0.0),
        ranking=(last.parse_data or {}).get("intent_ranking") or [],
    )


def as_read(message: UserMessage, reading: Reading) -> UserMessage:
    """Return the part of a message that a reading is about, under the message's own identifiers."""
    return UserMessage(
        text=reading["text"],
        output_channel=message.output_channel,
        sender_id=message.sender_id,
        parse_data=reading if "intent" in reading else None,
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=message.metadata,
    )


def after_a_reply(metadata: dict[str, Any], replies: list[dict[str, Any]]) -> dict[str, Any]:
    """The metadata for the next question of a message, as the gate would give it after these replies."""
    said = [reply.get("custom") or {} for reply in replies]
    asked = any((reply.get("question") or {}).get("kind") == "profil" for reply in said)
    sujets = [reply["sujet"] for reply in said if reply.get("sujet")]
    changed = {"last_sujet": sujets[-1]} if sujets else {}
    return {**metadata, **changed, "profil_asked": bool(metadata.get("profil_asked")) or asked}


class GateProcessor(MessageProcessor):
    """Overrides the places where Rasa hides an error, stores too much, blocks its event loop, or takes a
    message for one question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One thread: the vectors' networks are not re-entrant. They release the interpreter, so the
        # event loop goes on.
        self._understanding = ThreadPoolExecutor(1, thread_name_prefix="understanding")

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Answer each question of a message in its order, then save once: all of them, or nothing."""
        tracker = await self.fetch_tracker_and_update_session(message.sender_id, message.output_channel)
        readings = [message.parse_data] if message.parse_data else await self._read(message, tracker)
        for number, reading in enumerate(readings):
            if number:
                turn_metadata.set(after_a_reply(turn_metadata.get({}), message.output_channel.messages))
            await self._handle_message_with_tracker(as_read(message, reading), tracker)
            await self.run_action_extract_slots(message.output_channel, tracker)
            await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return list(message.output_channel.messages)

    async def _read(self, message: UserMessage, tracker: DialogueStateTracker) -> list[Reading]:
        """Understand a text in the thread kept for it. A form reads the whole message by itself."""
        metadata = turn_metadata.get({})
        before = what_comes_before(tracker, metadata)
        # Only this goes through the pipeline: the tracker never gets the rest.
        heard_on = {"canal": metadata.get("canal")}
        in_a_form = tracker.active_loop_name is not None

        def parse(text: str) -> Reading:
            part = as_read(message, {"text": text})
            part.metadata = heard_on
            return self._parse_message_with_graph(part, tracker)

        def read() -> list[Reading]:
            if in_a_form:
                return read_in_a_form(message.text, parse)
            return read_message(message.text, parse, before)

        return await asyncio.get_running_loop().run_in_executor(self._understanding, read)

    async def fetch_tracker_and_update_session(
        self,
        sender_id: str,
        output_channel: OutputChannel | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> DialogueStateTracker:
        """As Rasa's, without copying the metadata into `session_started_metadata`."""
        return await super().fetch_tracker_and_update_session(sender_id, output_channel, None)

    async def run_anonymization_pipeline(self, tracker: DialogueStateTracker) -> None:
        """Nothing: the gate masks before Rasa sees a message."""

    async def _run_action(
        self,
        action: Any,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: Any,
        prediction: PolicyPrediction,
    ) -> bool:
        """As Rasa's, except that an error ends the turn. Raises: NluError."""
        try:
            temporary = tracker.copy()
            temporary.update_with_events(prediction.events, self.domain)
            events = await action.run(output_channel, nlg, temporary, self.domain)
        except rasa.core.actions.action.ActionExecutionRejection:
            tracker.update(
                ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence)
            )
            return self.should_predict_another_action(action.name())
        except NluError:
            raise
        except Exception as error:
            raise ActionServerFailed(
                f"L'action « {action.name()} » a échoué ({type(error).__name__})."
            ) from error
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())
