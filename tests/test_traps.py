"""JAX's traps do not become verdicts: no right claim fails, and no wrong one holds.

Settings of the caller's process first, then what JAX makes of special points.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from stated import record

import verifier
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk
from verifier.running.worker import environment

FILE = """\
- {id: inverse, where: {X: invertible(n)}, function: inv(X), wrt: X,
   differential: -inv(X) @ dX @ inv(X)}
- {id: product, where: {A: "matrix(m, n)", x: vector(n)}, function: tanh(A @ x), wrt: x,
   numerator: diag(1 - tanh(A @ x)**2) @ A}
- {id: nearly, where: {x: vector(n)}, function: x.T @ x, wrt: x,
   denominator: 2.0000001 * x}
- {id: root, where: {x: vector(n)}, function: norm(x)**2, wrt: x, denominator: 2 * x}
"""
LINES = ["d(x.T @ x)/dx = 2*x", "d(x.T @ x)/dx = 2.0000001*x"]
TRAPS = {
    "JAX_ENABLE_X64": "0",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16",
    "JAX_DEBUG_NANS": "1",
    "JAX_DEBUG_INFS": "1",
    "JAX_DISABLE_JIT": "1",
    "JAX_NUMPY_DTYPE_PROMOTION": "strict",
    "JAX_NUMPY_RANK_PROMOTION": "raise",
    "JAX_PLATFORMS": "absent",
    "JAX_DEFAULT_DTYPE_BITS": "32",
    "XLA_FLAGS": "--xla_no_such_flag=1 --xla_cpu_enable_fast_math=true",
    "NVIDIA_TF32_OVERRIDE": "1",
    "NPROC": "2",
    "OPENBLAS_NUM_THREADS": "2",
}

# --- settings of others -----------------------------------------------------------


@pytest.mark.parametrize("name", TRAPS)
def test_what_a_user_has_set_for_other_programs_does_not_reach_a_worker(name):
    clean, trapped = environment("cpu", {}), environment("cpu", TRAPS)
    assert trapped.get(name) == clean.get(name)


def test_a_graphics_card_keeps_the_flags_by_which_it_is_found():
    assert environment("gpu", {"XLA_FLAGS": "--a"})["XLA_FLAGS"] == "--a"
    assert "NVIDIA_TF32_OVERRIDE" not in environment("gpu", TRAPS)


PROGRAM = """
import json, sys, threading, warnings
import jax, jax.numpy as jnp
jax.config.update("jax_debug_nans", True)
jax.config.update("jax_default_matmul_precision", "bfloat16")
import verifier

stop = threading.Event()

def busy(flipped):
    while not stop.is_set():
        A = jax.random.normal(jax.random.key(0), (64, 64))
        jax.jit(jax.grad(lambda A: jnp.sum(jnp.tanh(A @ A))))(A).block_until_ready()
        if flipped:
            jax.config.update("jax_enable_x64", not jax.config.jax_enable_x64)

threads = [threading.Thread(target=busy, args=(k == 1,), daemon=True) for k in (0, 1)]
for thread in threads:
    thread.start()
report = verifier.verify(sys.argv[1], draws=16, device="cpu", jobs=1, fresh=True)
lines = [one.verdict for one in verifier.stream(json.loads(sys.argv[2]), jobs=1)]
stop.set()
for thread in threads:
    thread.join()
kept = [jax.config.jax_debug_nans, jax.config.jax_default_matmul_precision]
said = [[r.id, r.verdict, r.evidence] for r in report.results]
print(json.dumps({"said": said, "lines": lines, "kept": kept}))
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("traps") / "a.yaml"
    file.write_text(FILE)
    return file


@pytest.fixture(scope="module")
def clean(records) -> list[list[object]]:
    report = verifier.verify(records, draws=16, device="cpu", jobs=1, fresh=True)
    return [[r.id, r.verdict, r.evidence] for r in report.results]


def trapped(*words: str, **other: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    found = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    return subprocess.run(
        [sys.executable, *words],
        env=found | TRAPS | {"PYTHONPATH": path} | other,
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_verdicts_and_digits_are_those_of_a_clean_process(records, clean):
    words = ["-m", "verifier", "verify", str(records), "--fresh", "--draws", "16"]
    done = trapped(*words, "--device", "cpu", "--jobs", "1", "--format", "json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)["results"]
    assert [[r["id"], r["verdict"], r["evidence"]] for r in found] == clean
    verdicts = {id: verdict for id, verdict, _ in clean}
    assert verdicts.pop("nearly") == FAILS
    assert set(verdicts.values()) == {HOLDS}


def test_a_caller_may_use_jax_in_threads_with_settings_of_its_own(records, clean):
    own = {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": "", "JAX_DISABLE_JIT": "0"}
    own |= {"JAX_NUMPY_DTYPE_PROMOTION": "standard", "JAX_DEFAULT_DTYPE_BITS": "64"}
    done = trapped("-c", PROGRAM, str(records), json.dumps(LINES), **own)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["said"] == clean
    assert said["lines"] == [HOLDS, FAILS]
    assert said["kept"] == [True, "bfloat16"]


# --- special points ---------------------------------------------------------------

WHERE = {
    "x": "vector(n)",
    "y": "vector(n)",
    "s": "scalar",
    "p": "probability_vector(n)",
    "X": "matrix(n, n)",
    "A": "invertible(n)",
    "S": "symmetric(n)",
    "D": "diagonal(n)",
    "K": "skew(n)",
}

POINTS = [
    # 1.1 Values, kinks, powers. The first claim is right, the second is wrong.
    ("1 a norm at 0", "norm(0*x)", "x", "0*x", "x"),
    ("1 its square", "norm(x)**2", "x", "2*x", "2*x + 1e-9"),
    ("2 a norm that is squared away", "norm(1e200*x)", "x", "1e200*x/norm(x)", "0*x"),
    ("3 a norm of nearly nothing", "norm(1e-170*x)", "x", "1e-170*x/norm(x)", "0*x"),
    ("4 a root of a square", "sum(sqrt(x*x))", "x", "sign(x)", "abs(x)"),
    ("5 a root beside a step", "sum(step(x)*sqrt(abs(x)))", "x",
     "step(x)/(2*sqrt(abs(x)))", "1/(2*sqrt(abs(x)))"),
    ("6 an entropy at 0", "-sum(0*p*log(0*p))", "p", "0*p", "p"),
    ("6 an entropy", "-sum(x**2*log(x**2))", "x", "-2*x*(log(x**2) + 1)", "-2*x"),
    ("7 a log of a sum of exp", "logsumexp(1000*x)", "x",
     "1000*softmax(1000*x)", "1000*softmax(999*x)"),
    ("8 one that overflows", "log(sum(exp(800*x)))", "x",
     "800*softmax(800*x)", "801*softmax(800*x)"),
    ("9 a power 0", "sum(x**0)", "x", "0*x", "ones(n, 1)"),
    ("9 a power 0 of 0", "sum((x - x)**0)", "x", "0*x", "x"),
    ("10 a power of 0", "sum((0*x)**2)", "x", "0*x", "x"),
    ("11 a root of a negative", "sum((0*x - 8)**(1/3))", "x", "0*x", "x"),
    ("12 a root of a power", "sum((x**2)**0.5)", "x", "sign(x)", "x"),
    ("13 zeros on a kink", "norm1(D)", "D", "sign(D)", "abs(D)"),
    ("14 halves of a kink", "sum(relu(D))", "D", "step(D)*eye(n)", "D"),
    ("14 a tie", "max(hstack(s, s))", "s", "1", "2"),
    ("16 one that saturates", "sum(tanh(20*x))", "x",
     "20*(1 - tanh(20*x)**2)", "20*(1 - tanh(20*x)**2)*(1 + 1e-6)"),
    ("16 a sigmoid", "sum(sigmoid(40*x))", "x",
     "40*sigmoid(40*x)*sigmoid(-40*x)", "40*sigmoid(40*x)**2"),
    ("17 what is flushed to zero", "1e-160*(1e-160*sum(x))", "x",
     "1e-160*1e-160*ones(n, 1)", "0*x"),
    ("17 and is large again", "1e200*(1e-200*(1e-200*sum(x)))", "x",
     "1e-200*ones(n, 1)", "0*x"),
    # 1.2 Linear algebra.
    ("18 a determinant of rank 0", "det(0*X)", "X", "0*X", "X"),
    ("18 of rank 1", "det(x @ x.T)", "x", None, "x"),
    ("20 a negative determinant", "logdet(-(X @ X.T) - eye(n))", "X",
     "2*inv(X @ X.T + eye(n)) @ X", "inv(X)"),
    ("21 an inverse of none", "tr(inv(ones(n, n) + 0*X))", "X", None, "X"),
    ("22 a determinant of nearly nothing", "det(1e-100*A)", "A",
     "det(1e-100*A)*inv(A).T", "0*A"),
    ("23 equal eigenvalues", "sum(eigenvalues(eye(n) + 0*S))", "S", "0*S", "S"),
    ("24 nearly equal ones", "sum(eigenvalues(eye(n) + 1e-13*S))", "S",
     "1e-13*eye(n)", "0*S"),
    ("26 the largest of equals", "max(eigenvalues(eye(n) + 0*S))", "S", "0*S", "S"),
    ("30 a symmetric system", "x.T @ inv(S) @ y", "S",
     "-inv(S) @ x @ y.T @ inv(S)",
     "-inv(S) @ (x @ y.T + y @ x.T) @ inv(S)/2"),
    ("32 no full rank", "sum(pinv(x @ x.T + 0*X))", "X", "0*X", "X"),
    ("35 an exponential that is squared often", "sum(expm(-3e5*eye(n) + 0*X))", "X",
     "0*X", "X"),
    ("35 one of large entries", "tr(expm(-1e5*X @ X.T))", "X",
     "-2e5*expm(-1e5*X @ X.T) @ X", "0*X"),
    ("36 and of a rotation", "tr(expm(1e4*K))", "K",
     "1e4*expm(1e4*K).T", "K"),
    ("38 a power of a matrix", "tr(matpow(X, 3))", "X",
     "3*matpow(X, 2).T", "3*matpow(X, 2)"),
    ("40 one infinite entry among others", "sum(exp(1000*x))", "x",
     "1000*exp(1000*x)", "999*exp(1000*x)"),
    # Second derivatives.
    ("15 of a sum of sizes", "sum(abs(x))", "x", "zeros(n, n)", "eye(n)"),
    ("19 of a singular determinant", "det(0*X)", "X",
     "zeros(n*n, n*n)", "eye(n*n)"),
    ("25 of equal eigenvalues", "sum(eigenvalues(eye(n) + 0*S))", "S",
     "zeros(n*n, n*n)", "eye(n*n)"),
]  # fmt: skip


FIRST_HESSIAN = len(POINTS) - 3


def claims() -> list[dict[str, object]]:
    """Return a record for each claim of the points."""
    made: list[dict[str, object]] = []
    for number, (_, function, wrt, *two) in enumerate(POINTS):
        for kind, claim in zip(("right", "wrong"), two, strict=True):
            if claim is not None:
                used = {n for n in WHERE if n in f"{function} {claim} {wrt}"}
                where = {name: WHERE[name] for name in WHERE if name in used}
                names = {"id": f"{kind}-{number}", "where": where}
                field = "hessian" if number >= FIRST_HESSIAN else "denominator"
                fields = {"function": function, "wrt": wrt, field: claim}
                made.append(names | fields)
    return made


@cache
def judged() -> dict[str, tuple[str, object]]:
    """Judge all claims, in one chunk as a worker does."""
    made = [record(**one) for one in claims()]
    found = verify_chunk(made, Settings(draws=24, diagnose=False))
    return {
        one.id: (outcome.verdict, outcome.evidence.get("note"))
        for one, (outcome,) in zip(made, found, strict=True)
    }


@pytest.mark.parametrize("number", range(len(POINTS)), ids=[p[0] for p in POINTS])
def test_special_point_makes_no_false_verdict(number):
    found = judged()
    if f"right-{number}" in found:
        assert found[f"right-{number}"][0] != FAILS, found[f"right-{number}"]
    assert found[f"wrong-{number}"][0] != HOLDS, found[f"wrong-{number}"]


def test_most_special_points_are_decided():
    """That nothing false is said is no merit where nothing is said at all."""
    found = judged()
    right = [verdict for name, (verdict, _) in found.items() if "right" in name]
    assert right.count(HOLDS) >= 0.7 * len(right)
