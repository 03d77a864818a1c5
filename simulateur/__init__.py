"""Pure rules of rights: dated parameters and one module a rule; no clock, no network."""
