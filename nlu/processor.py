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

from nlu.errors import ActionServerFailed, NluError


class GateProcessor(MessageProcessor):
    """Overrides the four places where Rasa hides an error, stores too much, or blocks its event loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One thread: the vectors' networks are not re-entrant. They release the interpreter, so the
        # event loop goes on.
        self._understanding = ThreadPoolExecutor(1, thread_name_prefix="understanding")

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """Understand a text in the thread kept for it."""
        if tracker is None:
            tracker = DialogueStateTracker.from_events(message.sender_id, [])
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._understanding, self._parse_message_with_graph, message, tracker, only_output_properties
        )

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
