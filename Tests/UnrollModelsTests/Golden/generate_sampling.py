"""Makes sampling.json: what Hugging Face's logits processors make of fixed logits, in the order of its `generate`.

pip install torch==2.13.0 transformers==5.24.0
Presence and frequency penalties are not in transformers: they are OpenAI's published formula, behind the repetition penalty.
"""

import itertools
import json
import pathlib

import torch
from transformers import (
    LogitsProcessorList, MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, SequenceBiasLogitsProcessor,
    TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper, TypicalLogitsWarper,
)


class OpenAIPenalties:
    def __init__(self, presence, frequency):
        self.presence, self.frequency = presence, frequency

    def __call__(self, input_ids, scores):
        counts = torch.zeros_like(scores).scatter_add_(1, input_ids, torch.ones(input_ids.shape))
        return scores - self.frequency * counts - self.presence * (counts > 0).float()


def processors(settings):
    chain = LogitsProcessorList()
    if "bias" in settings:
        chain.append(SequenceBiasLogitsProcessor([[[int(t)], b] for t, b in settings["bias"].items()]))
    if "repetitionPenalty" in settings:
        chain.append(RepetitionPenaltyLogitsProcessor(settings["repetitionPenalty"]))
    if "presencePenalty" in settings or "frequencyPenalty" in settings:
        chain.append(OpenAIPenalties(settings.get("presencePenalty", 0), settings.get("frequencyPenalty", 0)))
    if "temperature" in settings:
        chain.append(TemperatureLogitsWarper(settings["temperature"]))
    if "topK" in settings:
        chain.append(TopKLogitsWarper(settings["topK"]))
    if "topP" in settings:
        chain.append(TopPLogitsWarper(settings["topP"]))
    if "minP" in settings:
        chain.append(MinPLogitsWarper(settings["minP"]))
    if "typicalP" in settings:
        chain.append(TypicalLogitsWarper(settings["typicalP"]))
    return chain


values = {
    "bias": [{"3": 2.5, "5": -4.0}],
    "repetitionPenalty": [1.3, 0.7],
    "presencePenalty": [0.8],
    "frequencyPenalty": [0.6, -0.3],
    "temperature": [0.5, 1.7],
    "topK": [1, 3, 7, 20],
    "topP": [0.3, 0.8, 0.99],
    "minP": [0.05, 0.3],
    "typicalP": [0.2, 0.6, 0.95],
}
alone = [{name: value} for name, choices in values.items() for value in choices]
pairs = [
    {a: values[a][-1], b: values[b][0]} for a, b in itertools.combinations(values, 2)
]
everything = [{name: choices[-1] for name, choices in values.items() if name != "topK"} | {"topK": 9}]

torch.manual_seed(5)
cases = []
for settings in [{}] + alone + pairs + everything:
    logits = torch.randn(1, 17) * 2.5
    recent = torch.randint(0, 17, (1, 9))
    scores = processors(settings)(recent, logits.clone())
    cases.append({
        "settings": settings, "logits": logits[0].tolist(), "recent": recent[0].tolist(),
        "probabilities": torch.softmax(scores, dim=-1)[0].tolist(),
    })

lines = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_name("sampling.json").write_text(f"[\n{lines}\n]\n")
