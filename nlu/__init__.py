"""Our Rasa components, gate channel, tracker store and server entry point.

Python 3.10-compatible; imports nothing of our other packages.
"""
