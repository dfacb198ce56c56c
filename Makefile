# The public commands. The work is done in tools/, which needs only Python 3.11 with venv to begin.
PYTHON ?= python3
VENV_PYTHON = .venv/bin/python

export PYTHONUTF8 = 1

.DEFAULT_GOAL := help
.PHONY: help python env run test check bench drill lock screenshots

help: ## Liệt kê các lệnh
	@grep -E '^[a-z]+:.*## ' Makefile | while IFS= read -r line; do \
		printf '  make %-12s %s\n' "$${line%%:*}" "$${line##*## }"; done

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "Không tìm thấy lệnh $(PYTHON). Cần Python 3.11 trở lên; trên Debian: apt install python3 python3-venv" >&2; \
		exit 1; }
	@$(PYTHON) tools/require_python.py

env: python ## Chuẩn bị môi trường .venv và tệp .env (các lệnh khác tự gọi)
	@$(PYTHON) -m tools.prepare

run: python ## Chạy thử với dữ liệu minh họa tại http://127.0.0.1:8000 (PORT=…, DEMO_PASSWORD=…)
	@exec $(PYTHON) -m tools.run_app

test: env ## Toàn bộ kiểm thử trên PostgreSQL (có trình duyệt) và trên SQLite (ARGS="-k …")
	@$(VENV_PYTHON) -m tools.run_tests $(ARGS)

check: env ## Kiểm mã nguồn: ruff, mypy, djlint, migrations, check --deploy
	@$(VENV_PYTHON) -m tools.run_checks

bench: env ## Đo tốc độ: các trang so với trang trống, nhập và xuất tệp
	@$(VENV_PYTHON) -m tools.bench $(ARGS)

drill: env ## Diễn tập dài: mất điện, tranh chấp, tải cao
	@$(VENV_PYTHON) -m tools.drill $(ARGS)

lock: env ## Khóa lại phiên bản các gói trong requirements/
	@$(VENV_PYTHON) -m tools.lock $(ARGS)

screenshots: env ## Chụp lại ảnh màn hình trong tài liệu
	@$(VENV_PYTHON) -m tools.screenshots $(ARGS)
