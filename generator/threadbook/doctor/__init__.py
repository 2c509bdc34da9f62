"""The doctor: what is installed, what a site needs, and what will not be kept up for much longer.

It says facts and what to do about them. Installing and reading configurations belong elsewhere.
"""

from threadbook.doctor.examination import Diagnosis, Part, State, Wishes, examine
from threadbook.doctor.machine import Machine, ThisMachine
from threadbook.doctor.words import diagnosis_as_json, diagnosis_as_text

__all__ = [
    "Diagnosis",
    "Machine",
    "Part",
    "State",
    "ThisMachine",
    "Wishes",
    "diagnosis_as_json",
    "diagnosis_as_text",
    "examine",
]
