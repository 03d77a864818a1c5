"""Installs, starts, watches and stops the processes of the adviser; it knows nothing of what they do.

It runs before any environment exists: the standard library only, Python 3.9 or newer.
"""
