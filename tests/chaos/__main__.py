"""`make chaos` : tue les processus du service pendant qu'on s'en sert, puis vérifie ses promesses."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.report import table
from tests.chaos.supervised import StartFailed


def main() -> int:
    """Run one campaign; the code is 1 when a promise was broken."""
    default = Plan()
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=default.kills, help="nombre de kill -9 (%(default)s)")
    parser.add_argument(
        "--conversations",
        type=int,
        default=default.conversations,
        help="conversations à la fois (%(default)s)",
    )
    parser.add_argument("--seed", type=int, default=default.seed, help="graine du hasard (%(default)s)")
    parser.add_argument(
        "--duration", type=float, default=default.duration, help="plus aucun kill après (%(default).0f s)"
    )
    parser.add_argument("--keep", type=Path, help="dossier où garder base et journaux, à créer")
    options = parser.parse_args()
    plan = Plan(options.kills, options.conversations, options.seed, options.duration)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"{plan.kills} kill -9 sur {plan.conversations} conversations, graine {plan.seed}", flush=True)
    try:
        result = asyncio.run(Campaign(plan, folder).run())
    except StartFailed as error:
        print(f"Le service n'a pas démarré :\n{error}")
        return 1
    except KeyboardInterrupt:
        print("Interrompu : tout est arrêté.")
        return 130
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(table(result))
    print("\nToutes les promesses sont tenues." if result.ok else "\nDes promesses ne sont pas tenues.")
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
