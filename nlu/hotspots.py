"""Rasa's hot spots, cached or cut. Each patch keeps the behaviour; `apply` is called once, by nlu.serve,
`train_without_cache` by what trains.

Measured with bench and profile; see docs/decisions/0002-suivi-rasa.md.
"""

from __future__ import annotations

import copy
import logging
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import structlog


def apply() -> None:
    """Apply every patch."""
    _cache_event_types()
    _cache_domain_dictionary()
    _compile_action_schema()
    _silence_debug_copies()
    _index_rules()
    _run_graph_directly()


def train_without_cache() -> None:
    """Keep nothing of a training for the next one, which starts anew each time (`force_training`).

    Otherwise Rasa takes the fingerprint of every message after each of its steps: a fifth of the training.
    """
    from rasa.engine.training.hooks import TrainingHook

    TrainingHook.on_before_node = lambda *_, **__: {}  # type: ignore[method-assign]
    TrainingHook.on_after_node = lambda *_, **__: None  # type: ignore[method-assign]


def _cache_event_types() -> None:
    """`Event.resolve_by_type` walks every subclass for each event read: 55 % of a long turn."""
    from rasa.shared.core.events import Event

    original = Event.resolve_by_type
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(original))  # type: ignore[method-assign]


def _cache_domain_dictionary() -> None:
    """`Domain.as_dict` is rebuilt for each action call and each form step; a served domain never changes."""
    from rasa.shared.core.domain import Domain

    original = Domain.as_dict
    known: dict[int, tuple[Any, dict[str, Any]]] = {}

    def as_dict(self: Any) -> dict[str, Any]:
        entry = known.get(id(self))
        if entry is None or entry[0] is not self:
            entry = known[id(self)] = (self, original(self))
        return entry[1]

    Domain.as_dict = as_dict  # type: ignore[method-assign]


def _compile_action_schema() -> None:
    """`jsonschema.validate` checks the schema of action answers itself at each answer; once is enough."""
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(self: Any, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


def _silence_debug_copies() -> None:
    """Debug lines deep-copy states and events to show them (and show message text): cut the copies and
    the lines."""
    import rasa.core.actions.forms
    import rasa.core.policies.rule_policy
    import rasa.core.processor

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    # In these modules `copy` serves debug lines only, except `copy.copy` and rule_policy's training,
    # not run here.
    light = SimpleNamespace(copy=copy.copy, deepcopy=lambda value: value)
    for module in (rasa.core.processor, rasa.core.actions.forms, rasa.core.policies.rule_policy):
        module.copy = light  # type: ignore[attr-defined]


def _index_rules() -> None:
    """RulePolicy tries every rule against the current state, three times a turn: 60 % of a short turn here.

    A rule can only match when its last state names the current intent and previous action, or names
    none: the others
    are put aside before Rasa's own (unchanged) test.
    """
    from rasa.core.policies.rule_policy import RulePolicy

    original = RulePolicy._get_possible_keys
    indexes: dict[int, tuple[Any, dict[tuple[Any, Any], list[str]]]] = {}

    def possible_keys(self: Any, lookup: dict[str, str], states: list[Any]) -> set[str]:
        if not states:
            return original(self, lookup, states)
        entry = indexes.get(id(lookup))
        if entry is None or entry[0] is not lookup:
            entry = indexes[id(lookup)] = (lookup, _rules_by_last_state(self, lookup))
        intent, action = _marks(states[-1])
        groups = [entry[1].get((i, a), ()) for i in {intent, None} for a in {action, None}]
        return original(self, {key: lookup[key] for group in groups for key in group}, states)

    RulePolicy._get_possible_keys = possible_keys  # type: ignore[method-assign]


def _rules_by_last_state(policy: Any, lookup: dict[str, str]) -> dict[tuple[Any, Any], list[str]]:
    index: dict[tuple[Any, Any], list[str]] = {}
    for key in lookup:
        index.setdefault(_marks(policy._rule_key_to_state(key)[-1]), []).append(key)
    return index


def _marks(state: dict[str, Any]) -> tuple[Any, Any]:
    intent = state.get("user", {}).get("intent")
    action = state.get("prev_action", {}).get("action_name")
    unset = "should_not_be_set"
    return (None if intent == unset else intent, None if action == unset else action)


def _run_graph_directly() -> None:
    """dask schedules four tiny nodes as if they were many: call them in their order instead."""
    from rasa.engine.runner.dask import DaskGraphRunner

    orders: dict[tuple[int, tuple[str, ...]], tuple[Any, list[tuple[str, list[str]]]]] = {}

    def run(
        self: Any, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        key = (id(self), wanted)
        entry = orders.get(key)
        if entry is None or entry[0] is not self:
            entry = orders[key] = (self, _execution_order(self, wanted))
        results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in entry[1]:
            results[name] = self._instantiated_nodes[name](*[results[need] for need in needs])
        return dict(results[name] for name in wanted)

    DaskGraphRunner.run = run  # type: ignore[method-assign]


def _execution_order(runner: Any, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """List the nodes that the targets need, each after those it needs."""
    nodes = runner._graph_schema.minimal_graph_schema(list(targets)).nodes
    order: list[tuple[str, list[str]]] = []
    done: set[str] = set()

    def visit(name: str) -> None:
        if name in done or name not in nodes:  # an absent name is an input
            return
        done.add(name)
        needs = list(nodes[name].needs.values())
        for need in needs:
            visit(need)
        order.append((name, needs))

    for target in targets:
        visit(target)
    return order
