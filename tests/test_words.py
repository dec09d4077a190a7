"""What people read stays modest: no claim about health, nothing that sounds like a diagnosis."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

CLAIMS = [
    # naming what somebody has, or has not
    r"diagnos\w*",
    r"(?:ab)?normal (?:range|limit|value|level|activity|activation|amplitude|pattern|order|muscle|EMG)s?",
    r"healthy (?:range|limit|value|level|pattern)s?",
    r"patholog\w*",
    r"(?:muscular |neuromuscular |gluteal |motor )?dysfunction\w*",
    r"gluteal amnesia",
    r"(?:is|are|you have an?|indicates?|shows?|means?) (?:an? )?(?:injur|impair|diseas|disorder|weak muscle)\w*",
    # promising what becomes of it
    r"cur(?:e|es|ed|ing|ative)",
    r"heal(?:s|ed|ing)?",
    r"treats? (?!(?:\S+ ){1,3}(?:as|like)\b)\w+|treated (?:with|by) (?:this|nmr-emg)|treatments? (?:of|for)",
    r"therapeutic(?:ally)?",
    r"(?:lasting|pain|instant) relief|relie(?:f|ve|ves|ved|ving) (?:of |your |the )?(?:pain|spasm|tension)",
    r"(?:correct|fix|restor|repair|eliminat|remov)(?:e|es|ed|s|ing)? (?:an? |the |your |any |muscle )*(?:im)?balances?",
    r"restor(?:e|es|ed|ing) (?:normal|healthy|proper|function)\w*",
    r"(?:prevents?|reduces?|heals?) (?:the |your )?(?:pain|injur\w*|trigger points?|saturation)",
    r"re-?activat(?:e|es|ed|ing) (?:your|sleeping|lazy|weak) \w+",
    r"(?:clinically|scientifically) (?:proven|validated|tested)|proven to|guarantee[sd]?",
    r"no (?:major |known )?(?:side effects?|risks?)|(?:is|are) (?:completely |perfectly )?safe for (?:patients|everyone)",
    # causes that nobody has shown
    r"imbalances? (?:causes?|leads? to|explains?)|causes? (?:of )?(?:your|the) pain",
]
CLAIM = re.compile(rf"(?<![\w-])(?:{'|'.join(CLAIMS)})(?![\w-])", re.IGNORECASE)

DISCLAIMERS = re.compile(
    r"not (?:for|meant for|intended for) (?:diagnosis|treatment)"
    r"|(?:does|do|can) ?not (?:diagnose|treat)"
    r"|\bno diagnosis|nothing that sounds like a diagnosis",
    re.IGNORECASE,
)
"""Sentences that hold one of these may name what the software is not."""


def claims(text: str) -> list[str]:
    """Claims in a text, outside of disclaimers."""
    sentences = re.split(r"(?<=[.!?;:|])\s+|\n\s*\n|\n(?=\s*[-*#|])", text)
    told = [" ".join(one.split()) for one in sentences]
    return [hit[0] for one in told if not DISCLAIMERS.search(one) for hit in CLAIM.finditer(one)]


@pytest.mark.parametrize(
    "text",
    [
        "This exercise corrects the muscle imbalance.",
        "Rest: 3 µV (normal range 0–5 µV)",
        "it corrects the\n    imbalance",
        "Cures back pain",
        "nmr-emg treats low back pain",
        "a treatment for sciatica",
        "Lasting relief in six weeks",
        "Diagnosis: inhibited gluteus",
        "There is no doubt about this diagnosis",
        "No major side effects.",
        "Restores healthy movement",
        "The imbalance causes the pain",
        "abnormal activation",
        "clinically proven",
        "reduces saturation of trigger points",
        "gluteal dysfunction",
        "your weak muscle is healed",
    ],
)
def test_a_claim_is_caught(text):
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "Not a medical device; it is not for diagnosis, treatment or monitoring of a disease.",
        "normalise: in % of a reference",
        "an abnormal exit of the program",
        "the balance of a pair",
        "a secure connection; obscure errors; procure",
        "The order is common in healthy people too.",
        "A gap is treated like any other.",
        "It treats a gap like an end, and those as one.",
        "before and after manual treatment",
        "the normal distribution",
        "correct the file or move it away",
        "a fix for each problem",
        "health checks",
    ],
)
def test_honest_words_pass(text):
    assert not claims(text)


def ignored() -> list[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return [".git", *(line.strip("/") for line in lines)]


def repository() -> list[Path]:
    """Every file that belongs to the project."""
    patterns = ignored()
    found = []
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if any(fnmatch(path.name, pattern) for pattern in patterns):
                continue
            if path.is_dir():
                folders.append(path)
            else:
                found.append(path)
    return found


FILES = repository()
TEXTS = {".md", ".toml", ".css", ".html", ".svg", ".cff", ".txt", ".json"}
SHOWN = [path for path in FILES if path.suffix in TEXTS and "tests" not in path.relative_to(ROOT).parts]
CODE = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "nmr_emg")]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text constant of a module, docstrings included, with its line; an f-string as its parts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_nothing_that_people_read_claims_anything_about_health():
    found = [
        f"{path.relative_to(ROOT)}: {claim!r}"
        for path in SHOWN
        for claim in claims(path.read_text(encoding="utf-8"))
    ]
    found += [
        f"{path.relative_to(ROOT)}:{line}: {claim!r}"
        for path in CODE
        for line, text in texts(path)
        for claim in claims(text)
    ]
    assert len(SHOWN) > 20
    assert len(CODE) > 50
    assert not found


@pytest.mark.parametrize("page", ["README.md", "docs/index.md", "gui/screen.toml", "nmr_emg/cli/app.py"])
def test_it_says_that_it_is_no_medical_device(page):
    assert "not a medical device" in (ROOT / page).read_text(encoding="utf-8").lower()
