"""Individual rights: model, the client that reads them, the embedded server of fictional persons."""
