"""A stand-in for a supervised process: serves 200 on its port, or misbehaves as its argument says."""

import http.server
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class _Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"status": "ok"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True


def main() -> None:
    port, behaviour = int(sys.argv[1]), sys.argv[2]
    known = " ".join(sorted(name for name in os.environ if name.endswith("_SECRET")))
    print(f"pid {os.getpid()} secrets [{known}]", flush=True)
    with Path(os.environ["VAR_DIR"], f"births-{port}").open("a") as births:
        births.write(f"{time.monotonic()}\n")
    if behaviour == "crash":
        sys.exit("je ne peux pas démarrer : le modèle manque")
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if behaviour == "forks":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    _Server(("127.0.0.1", port), _Ready).serve_forever()


main()
