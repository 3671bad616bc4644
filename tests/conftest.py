"""Settings of every test; the numeric ones must be in force before jaxlib loads."""

import os

from verifier.running.worker import environment

for _name, _value in environment("cpu").items():
    if _name.startswith("JAX_") or _name.endswith(("NPROC", "_NUM_THREADS")):
        os.environ[_name] = _value

from hypothesis import settings  # noqa: E402

settings.register_profile("nabla", deadline=None, derandomize=True)
settings.load_profile("nabla")
