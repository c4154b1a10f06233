"""Starts the SDK of a folder that Spanline installed, in a program whose own packages have none, or one that nothing sets up."""

import os
import sys

# Programs that build environments: their packages are not the program's.
_TOOLS = {"pip", "venv", "ensurepip", "virtualenv", "uv", "poetry", "pipx", "build", "compileall"}


def start(folder):
    """The folder goes last on the path: what the project has itself is used as it is."""
    if not os.path.isdir(folder) or _is_tool():
        return
    if _has_sdk():
        home = os.environ.get("SPANLINE_PYTHON_UNSET_SDK")
        if home:
            from . import standby

            standby.start(home, folder)
        return
    sys.path.append(folder)
    from opentelemetry.instrumentation import auto_instrumentation

    auto_instrumentation.initialize()


def _is_tool():
    line = getattr(sys, "orig_argv", [])[1:]
    if "-m" in line:
        line = line[line.index("-m") + 1 :]
    name = os.path.splitext(os.path.basename(line[0]))[0] if line else ""
    return name in _TOOLS


def _has_sdk():
    """Whether the project's own packages have the SDK; nothing is imported to find out."""
    for entry in sys.path:
        place = os.path.join(entry or ".", "opentelemetry")
        if os.path.isdir(os.path.join(place, "sdk")):
            return True
    return False
