"""Equations that fail, as the diagnosis sees them: nothing is compiled for them."""

from __future__ import annotations

from typing import Any

from stated import record

from verifier.diagnosis.patient import Patient
from verifier.diagnosis.search import diagnosis_of
from verifier.engine.experiment import Experiment
from verifier.engine.settings import Settings
from verifier.language.checker import check

FEW = Settings(draws=24)


def value(body: str, claim: str, **where: str) -> dict[str, Any]:
    """Return the fields of an equation."""
    return {"where": where, "value": body, "numerator": claim}


def patient(**fields: Any) -> Patient:
    """Return a claim about an equation."""
    stated, problems = check(record(**fields))
    assert stated is not None, problems
    return Patient(Experiment(stated, FEW), stated.claims[0])


def said(body: str, claim: str, **where: str) -> dict[str, str]:
    """Return what is said of an equation that fails."""
    return diagnosis_of(patient(**value(body, claim, **where)))
