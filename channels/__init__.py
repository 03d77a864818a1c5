"""The ways in: one package a channel; each only translates."""
