"""Regenerates translator-*.safetensors with PyTorch; running the tests never needs it.

    python -m pip install torch==2.13.0 numpy safetensors && python generate_translator.py

For three translators: the weights, the logits of two pairs of different lengths, and the gradients of the summed cross entropy.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SOURCES, TARGETS, UNITS, WIDTH = 6, 7, 5, 4
PAIRS = [([1, 4, 2, 5], [3, 6]), ([2, 2], [4, 5, 3])]
BEGINNING, END = 0, 1


def reader(cell, vocabulary, layers, directions):
    return nn.ModuleDict({
        "embedding": nn.Embedding(vocabulary, WIDTH),
        "rnn": cell(WIDTH, UNITS, layers, bidirectional=directions == 2),
    })


def padded(rows):
    table = torch.zeros(max(map(len, rows)), len(rows), dtype=torch.long)
    for column, row in enumerate(rows):
        table[:len(row), column] = torch.tensor(row)
    return table, torch.tensor([len(row) for row in rows])


class Model(nn.Module):
    def __init__(self, cell, layers, directions, attention):
        super().__init__()
        memory = UNITS * directions
        self.layers, self.directions, self.score = layers, directions, attention
        self.encoder = reader(cell, SOURCES, layers, directions)
        self.decoder = reader(cell, TARGETS, layers, 1)
        self.bridge = nn.ModuleList(nn.Linear(memory, UNITS) for _ in range(layers))
        if cell is nn.LSTM:
            self.cellBridge = nn.ModuleList(nn.Linear(memory, UNITS) for _ in range(layers))
        if attention:
            self.attention = nn.ModuleDict({"key": nn.Linear(memory, UNITS, bias=False)})
            if attention == "additive":
                self.attention["query"] = nn.Linear(UNITS, UNITS, bias=False)
                self.attention["energy"] = nn.Linear(UNITS, 1, bias=False)
            self.combination = nn.Linear(memory + UNITS, UNITS)
        self.fc = nn.Linear(UNITS, TARGETS)

    def bridged(self, states, bridge):
        return [layer(torch.cat(list(states[index * self.directions:(index + 1) * self.directions]), dim=1))
                for index, layer in enumerate(bridge)]

    def forward(self, sources, lengths, inputs, input_lengths):
        output, state = self.encoder["rnn"](
            pack_padded_sequence(self.encoder["embedding"](sources), lengths, enforce_sorted=False))
        read = pad_packed_sequence(output)[0].transpose(0, 1)
        hidden = state[0] if isinstance(state, tuple) else state
        start = torch.tanh(torch.stack(self.bridged(hidden, self.bridge)))
        if isinstance(state, tuple):
            start = (start, torch.stack(self.bridged(state[1], self.cellBridge)))
        output, _ = self.decoder["rnn"](
            pack_padded_sequence(self.decoder["embedding"](inputs), input_lengths, enforce_sorted=False), start)
        written = pad_packed_sequence(output)[0].transpose(0, 1)
        if not self.score:
            return self.fc(written)
        keys = self.attention["key"](read)
        if self.score == "additive":
            both = torch.tanh(self.attention["query"](written).unsqueeze(2) + keys.unsqueeze(1))
            scores = self.attention["energy"](both).squeeze(3)
        else:
            scores = written @ keys.transpose(1, 2)
        past = torch.arange(read.shape[1]) >= lengths.unsqueeze(1)
        weights = torch.softmax(scores.masked_fill(past.unsqueeze(1), float("-inf")), dim=2)
        return self.fc(torch.tanh(self.combination(torch.cat([weights @ read, written], dim=2))))


for name, arguments in {
    "multiplicative": (nn.GRU, 1, 2, "multiplicative"),
    "additive": (nn.LSTM, 2, 2, "additive"),
    "none": (nn.RNN, 1, 1, None),
}.items():
    torch.manual_seed(3)
    model = Model(*arguments)
    tensors = {f"weight/{key}": value.clone() for key, value in model.state_dict().items()}
    sources, lengths = padded([source for source, _ in PAIRS])
    inputs, input_lengths = padded([[BEGINNING] + target for _, target in PAIRS])
    logits = model(sources, lengths, inputs, input_lengths)
    loss = sum(nn.functional.cross_entropy(logits[row, :len(target) + 1], torch.tensor(target + [END]), reduction="sum")
               for row, (_, target) in enumerate(PAIRS))
    loss.backward()
    tensors |= {f"gradient/{key}": value.grad for key, value in model.named_parameters()}
    tensors |= {f"logits/{row}": logits[row, :len(target) + 1].detach() for row, (_, target) in enumerate(PAIRS)}
    save_file({key: value.contiguous() for key, value in tensors.items()},
              pathlib.Path(__file__).resolve().parent / f"translator-{name}.safetensors")
