"""The gate and the handoff core: who answers a person, the assistant or a human conseiller."""
