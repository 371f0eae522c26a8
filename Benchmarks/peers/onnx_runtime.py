"""ONNX Runtime: one-stream generation with the workloads' models, exported from PyTorch, on two threads."""
import io
import os

import numpy as np
import onnxruntime
import torch
from torch import nn

from workloads import VOCABULARY, WORKLOADS, chosen, emit, tokens_per_second


class CharacterModel(nn.Module):
    def __init__(self, cell, layers, hidden):
        super().__init__()
        self.rnn = getattr(nn, cell)(VOCABULARY, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, VOCABULARY)

    def forward(self, tokens, state):
        output, state = self.rnn(nn.functional.one_hot(tokens, VOCABULARY).float(), state)
        return self.fc(output), state


def generate(name):
    cell, layers, hidden, _, _ = WORKLOADS[name]
    model = CharacterModel(cell, layers, hidden).eval()
    zeros = torch.zeros(layers, 1, hidden)
    state = (zeros, zeros.clone()) if cell == "LSTM" else zeros
    names = ["h", "c"] if cell == "LSTM" else ["h"]
    file = io.BytesIO()
    torch.onnx.export(
        model, (torch.zeros(1, 1, dtype=torch.long), state), file, dynamo=False,
        input_names=["tokens", *names], output_names=["logits", *[n + "_next" for n in names]])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
    feed = {n: np.zeros((layers, 1, hidden), np.float32) for n in names}
    feed["tokens"] = np.zeros((1, 1), np.int64)
    random = np.random.default_rng(0)

    def next_token():
        logits, *states = session.run(None, feed)
        feed.update(zip(names, states))
        weights = np.exp(logits[0, -1] - logits.max())
        feed["tokens"][0, 0] = random.choice(VOCABULARY, p=weights / weights.sum())

    emit(figure="generate", peer="onnxruntime", work=name, streams=1, tokensPerSecond=tokens_per_second(next_token))


for name in chosen():
    generate(name)
