"""The comparison of understanding: `bench/nlu.py`. Six systems, the same sentences, the same questions."""
