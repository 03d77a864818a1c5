"""The web channel: the pages and the widget; they speak to the gate through the public API."""
