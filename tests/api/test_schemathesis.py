"""schemathesis on `/openapi.json`, by its own command, with real tokens (see `schemathesis_hooks.py`).

Event streams apart: `tests/handoff/test_event_stream.py` reads them.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.api.live import ROOT, LiveService

EXAMPLES = 6
CONFIG = ("--config-file", str(Path(__file__).with_name("schemathesis.toml")))
# What holds for any input. The others judge intentions (whose data, in which order): tests of their own.
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "response_headers_conformance", "allow_header_conformance"),
    *("negative_data_rejection", "unsupported_method"),
)


@pytest.mark.timeout(420)
def test_no_answer_is_undocumented_nor_a_failure(live: LiveService) -> None:
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--no-color",
            *CONFIG,
            "run",
            live.base + "/openapi.json",
        ),
        *("--exclude-path-regex", "/events$", "--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", "23", "--continue-on-failure", "--no-shrink"),
        *("--generation-database", "none", "--workers", "1", "--suppress-health-check", "all"),
    ]
    env = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks",
        "LIVE_PORT": str(live.port),
        "LIVE_VAR": str(live.var),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(command, cwd=live.var, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    _assert_every_call_succeeded_at_least_once(live)


def _assert_every_call_succeeded_at_least_once(live: LiveService) -> None:
    """A run that only ever met refusals would prove nothing."""
    statuses: dict[str, set[int]] = defaultdict(set)
    for line in (live.var / "schemathesis.txt").read_text(encoding="utf-8").splitlines():
        call, _, status = line.rpartition(" ")
        statuses[call].add(int(status))
    paths = live.http.get("/openapi.json").json()["paths"]
    offered = {
        f"{method.upper()} {path}" for path in paths for method in paths[path] if not path.endswith("/events")
    }
    assert {call for call in offered if not any(s < 300 for s in statuses[call])} == set()
