"""Coverage-guided fuzzing by Atheris: YAML, expressions, LaTeX, JSON lines, records.

No input may raise, take long, or be answered by something that is no answer. Findings
are kept in a folder, one input for each place where something went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from measuring import judged, table

NAMES = ("yaml", "expression", "statement", "latex", "lines", "records")
ALONE = {
    "NPROC": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
}
ROOM = 4096  # MiB


def main() -> int:
    """Fuzz the targets one after the other; say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(NAMES)} (all)")
    parser.add_argument("--seconds", type=int, default=3600, help="in all (3600)")
    parser.add_argument("--seed", type=int, default=1, help="(default: 1)")
    parser.add_argument("--folder", type=Path, default=Path("fuzzed"), help="(fuzzed)")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(NAMES):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    if asked.one:
        fuzz(asked.targets[0], asked.folder, asked.seconds, asked.seed)
    names = asked.targets or list(NAMES)
    rows, found, began = [], 0, time.monotonic()
    for name in names:
        folder = asked.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        share = max(1, asked.seconds // len(names))
        words = [name, "--one", "--seconds", str(share), "--seed", str(asked.seed)]
        command = [sys.executable, __file__, *words, "--folder", str(folder)]
        with (folder / "log.txt").open("w") as log:
            try:
                run = subprocess.run(
                    command,
                    env=os.environ | ALONE,
                    stdout=log,
                    stderr=log,
                    check=False,
                    timeout=2 * share + 300,
                )
                status = f"status {run.returncode}" if run.returncode else ""
            except subprocess.TimeoutExpired:
                status = "no end"
        told = folder / "told.json"
        said = json.loads(told.read_text()) if told.exists() else {}
        findings = [*said.get("findings", ())]
        if status:
            findings.append(f"{status}, see {folder / 'log.txt'}")
        found += len(findings)
        inputs, slowest = str(said.get("inputs", 0)), str(said.get("slowest"))
        rows.append((name, inputs, slowest, str(len(findings))))
        print(f"{name}: {'; '.join(findings) or 'nothing found'}", flush=True)
    print(f"\n{table(('target', 'inputs', 'slowest s', 'findings'), rows)}\n")
    print(f"{time.monotonic() - began:.0f} s")
    print(judged(f"{found} findings", found == 0))
    return 0 if found == 0 else 1


def fuzz(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz one target; this process does not come back."""
    import atheris

    with atheris.instrument_imports(include=["verifier"]):
        from fuzzing.targets import MOST, TARGETS
    from fuzzing.findings import Tried
    from fuzzing.seeds import seeds, words

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(data)
    dictionary = folder / "words.txt"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in words(name)))
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={MOST}",
        f"-dict={dictionary}",
        f"-rss_limit_mb={ROOM}",
        "-timeout=120",
        f"-artifact_prefix={folder}/",
        "-verbosity=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], Tried(TARGETS[name], folder))
    atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    sys.exit(main())
