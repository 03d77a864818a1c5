#!/usr/bin/env bash
# Every check that is not a test, cheapest first; all are run, so that one pass shows everything to mend.
set -uo pipefail
cd "$(dirname "$0")/.."
py=.venv/bin/python
failed=()

step() {
  local title=$1
  shift
  local start=$SECONDS
  if "$@"; then
    echo "✓ $title ($((SECONDS - start)) s)"
  else
    echo "✗ $title"
    failed+=("$title")
  fi
}

sources=(app.py settings.py)
for folder in actions bench channels connaissances droits edge handoff simulateur supervision scripts; do
  [[ -d $folder ]] && sources+=("$folder")
done

# On an empty database: every migration applies, and none is missing for the tables in the code.
migrations() (
  VAR_DIR=$(mktemp -d)
  trap 'rm -rf "$VAR_DIR"' EXIT
  nobody=0000000000000000000000000000000000000000
  export VAR_DIR MODE=demo RASA_CHANNEL_SECRET=$nobody DROITS_TOKEN_SECRET=$nobody
  export DATABASE_URL="sqlite+aiosqlite:///$VAR_DIR/gate.db"
  $py -m handoff.migrate && $py -m handoff.migrate check
)

step "mise en forme" $py -m ruff format --check --output-format concise .
step "règles d'écriture du code" $py -m ruff check --output-format concise .
step "types" $py -m mypy --no-error-summary --exclude "^(scripts/(train|adapt_encoder)\.py|bench/understanding/systems/)" "${sources[@]}"
step "réponses" $py scripts/check_content.py
step "données d'apprentissage" $py scripts/check_data.py
step "migrations" migrations

if ((${#failed[@]})); then
  echo
  echo "À corriger : ${failed[*]}. « make fmt » met le code en forme."
  exit 1
fi
