"""Benchmarks: our assistant and a stock Rasa one, side by side on the same machine, on the loopback only."""
