"""Regenerates spans.json with seqeval; running the tests never needs it.

    python -m pip install seqeval==1.2.2 && python generate_spans.py

Random tags, most of them in no good order, with what seqeval makes of them.
"""

import json
import pathlib
import random

from seqeval.metrics import f1_score, precision_score, recall_score

TYPES = ["PER", "LOC"]
random.seed(4)


def tags(count, prefixes):
    return [random.choice(["O"] + [f"{prefix}-{kind}" for prefix in prefixes for kind in TYPES]) for _ in range(count)]


cases = []
for prefixes in ["BI", "BIES"]:
    for _ in range(12):
        truth = [tags(random.randint(1, 12), prefixes) for _ in range(3)]
        said = [[tag if random.random() < 0.6 else random.choice(tags(3, prefixes)) for tag in tags_] for tags_ in truth]
        figures = {name: float(function(truth, said, zero_division=0))
                   for name, function in [("precision", precision_score), ("recall", recall_score), ("f1", f1_score)]}
        cases.append({"truth": truth, "said": said} | figures)
(pathlib.Path(__file__).resolve().parent / "spans.json").write_text(json.dumps({"cases": cases}, indent=0))
