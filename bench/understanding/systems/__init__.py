"""The systems compared, each in the words of its own library. Runs in Rasa's environment (Python 3.10).

A system module has `train(folder, recipe, sentences)`, which leaves a model in `folder`, and `load(folder)`,
which answers a function from a text to `{"intent": …, "ranking": [[name, confidence], …]}`.
"""
