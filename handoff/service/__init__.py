"""What the gate does, one module an actor: usager, assistant, conseiller, time."""
