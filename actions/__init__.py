"""The assistant's actions: what it answers once Rasa has understood. Reads the answers, the rights and the
simulator; never the gate, the channels nor the transcript."""
