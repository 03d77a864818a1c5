# Les commandes du projet : « make help » les liste. Tout s'installe dans ce dossier, rien dans le système.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run stop test check check-static train fmt chaos evaluer encodeur exporter-nlu bench bench-nlu importer-fiches reponses fraicheur lisibilite
PYTHON ?= python3
LAUNCHER := $(PYTHON) -B -m supervision
PY := .venv/bin/python
RASA_PY := .venv-rasa/bin/python
PACKAGES := $(wildcard app.py settings.py actions channels connaissances droits edge handoff simulateur supervision scripts)

help: ## Liste les commandes
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | grep -v '^check-static' | \
	  awk -F '\t' '{ printf "  make %-15s %s\n", $$1, $$2 }'

run: ## Installe ce qui manque, entraîne si besoin, lance tout et donne l'adresse (Ctrl-C arrête)
	@$(LAUNCHER) run --tied

stop: ## Arrête ce que « make run » a lancé depuis ce dossier
	@$(LAUNCHER) stop

train: ## Entraîne le modèle si ses données ont changé (FORCE=1 : de toute façon)
	@$(LAUNCHER) train $(if $(FORCE),--force)

test: ## Lance tous les tests
	@$(LAUNCHER) prepare
	@echo "• Tests de la compréhension (environnement de Rasa)"
	@$(RASA_PY) -m pytest tests/nlu
	@echo "• Tests de tout le reste"
	@$(PY) -m pytest --ignore=tests/nlu

check: check-static test ## Vérifie tout : forme, types, règles d'import, migrations, réponses, données, puis tests

check-static:
	@$(LAUNCHER) prepare --no-train
	@scripts/check.sh

chaos: ## Tue les processus 20 fois pendant qu'on s'en sert, vérifie que rien ne se perd (ARGS="--help")
	@$(LAUNCHER) prepare --no-train
	@$(PY) -m tests.chaos $(ARGS)

evaluer: ## Pose les questions tenues à part au vrai service et écrit docs/comprehension.md
	@$(LAUNCHER) prepare
	@$(PY) scripts/evaluate.py --rapport docs/comprehension.md

encodeur: ## Adapte l'encodeur de phrases aux exemples (un quart d'heure, rarement ; écrit nlu/e5_adapter.npz)
	@$(LAUNCHER) prepare --no-train
	@$(RASA_PY) scripts/adapt_encoder.py $(ARGS)

exporter-nlu: ## Ajoute aux exemples d'apprentissage les messages relus (data/nlu/_relu.yml)
	@$(LAUNCHER) prepare --no-train
	@$(PY) -m scripts.export_nlu

bench: ## Compare un tour de parole à un Rasa de départ (ARGS="--train" réentraîne les deux, une heure)
	@$(LAUNCHER) prepare
	@$(PY) bench/turn.py --check $(ARGS)

bench-nlu: ## Compare la compréhension à cinq autres systèmes (ARGS="--help" ; des heures la première fois)
	@$(LAUNCHER) prepare --no-train
	@$(PY) bench/nlu.py --check $(ARGS)

importer-fiches: ## Importe des fiches officielles à citer (EXTRAIT=chemin, ou ARGS=--npm ; sans rien, l'aide)
	@$(LAUNCHER) prepare --no-train
	@$(PY) scripts/import_fiches.py $(if $(EXTRAIT),"$(EXTRAIT)") $(if $(EXTRAIT)$(ARGS),$(ARGS),--help)

reponses: ## Contrôle les réponses et les paramètres (ARGS=cpf_alimentation : une seule réponse)
	@$(LAUNCHER) prepare --no-train
	@$(PY) scripts/check_content.py $(ARGS)

fraicheur: ## Liste ce qui vieillit : réponses, paramètres, sources (ARGS="--date 2027-02-01 --jours 30 --format md")
	@$(LAUNCHER) prepare --no-train
	@$(PY) scripts/freshness.py $(ARGS)

lisibilite: ## Mesure la lisibilité de chaque réponse, les plus difficiles d'abord (ARGS="--help")
	@$(LAUNCHER) prepare --no-train
	@$(PY) scripts/readability.py $(ARGS)

fmt: ## Met le code en forme
	@$(LAUNCHER) prepare --no-train
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .
