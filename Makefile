# make run   — 建好虚拟环境和演示工作区，打开网页
# make test  — 安装测试需要的一切并运行全部测试
# make explore — 性质测试换新的例子再跑几轮（ROUNDS=10）；make torture — 很长的随机同步；make bench — 测速
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: run test check format torture explore bench lock clean

$(BIN)/.installed: requirements.lock pyproject.toml
	@echo "准备虚拟环境（第一次约需一两分钟）…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.installed-test: $(BIN)/.installed requirements-test.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: $(BIN)/.installed
	@$(BIN)/tianbao serve --demo $(DEMO) $(if $(PORT),--port $(PORT))

test: $(BIN)/.installed-test
	@sh tools/install-system.sh
	@$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

check: $(BIN)/.installed-test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(BIN)/.installed-test
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

torture: $(BIN)/.installed-test
	@$(BIN)/python -m pytest -m torture -o addopts="" -q -n 2 tests/laws $(PYTEST_ARGS)

explore: $(BIN)/.installed-test
	@for n in $$(seq $(or $(ROUNDS),10)); do echo "第$$n轮"; TIANBAO_EXPLORE=1 $(BIN)/python -m pytest \
		-m "hypothesis and not torture" -n 2 $(PYTEST_ARGS) || exit 1; done

bench: $(BIN)/.installed-test
	@$(BIN)/python -m bench $(BENCH_ARGS)

lock:
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --extra word pyproject.toml tools/build.in -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --extra word --extra test --extra dev -c requirements.lock pyproject.toml tools/build.in -o requirements-test.lock

clean:
	rm -rf $(VENV) build *.egg-info
