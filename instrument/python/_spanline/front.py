"""
`opentelemetry-instrument` puts a folder with a sitecustomize of its own in front of ours, and that one runs no other. We
stay in front of it, and run it as the next one.
"""

import os

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def keep(module):
    """Before the program is started, and before the program starts others once its instrumentation is set up."""
    launch, initialize = module.execl, module.initialize

    def execl(*args):
        _to_front()
        launch(*args)

    def initialize_and_keep(*args, **kwargs):
        try:
            return initialize(*args, **kwargs)
        finally:
            _to_front()

    module.execl = execl
    module.initialize = initialize_and_keep


def _to_front():
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if _HERE in folders:
        os.environ["PYTHONPATH"] = os.pathsep.join([_HERE] + [folder for folder in folders if folder != _HERE])
