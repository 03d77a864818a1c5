"""Figures for `/metrics`: counts and durations, never a word of what was said nor who said it."""

from prometheus_client import Counter, Gauge, Histogram

messages = Counter("cpa_messages_total", "Messages enregistrés", ["author"])
turns = Counter("cpa_turns_total", "Tours de l'assistant, par issue", ["outcome"])
turn_seconds = Histogram(
    "cpa_assistant_seconds",
    "Durée d'un tour de Rasa",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
assistant_failures = Counter("cpa_assistant_failures_total", "Appels à Rasa sans réponse utilisable")
dropped_replies = Counter("cpa_dropped_replies_total", "Réponses écartées : un humain avait pris la main")
distress = Counter("cpa_distress_total", "Messages de détresse repérés")
transitions = Counter("cpa_transitions_total", "Transitions du cycle de vie", ["trigger"])
queued = Gauge("cpa_queue_length", "Conversations dans la file")
relectures = Counter("cpa_relectures_total", "Messages gardés pour relecture, par sort", ["fate"])
