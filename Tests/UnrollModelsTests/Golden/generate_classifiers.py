"""Regenerates classifier/ with PyTorch; running the tests never needs it.

    python -m pip install torch==2.13.0 numpy safetensors && python generate_classifiers.py

Each file has the weights of a classifier, a ragged batch, its logits, and the gradients of the summed cross entropy.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = pathlib.Path(__file__).resolve().parent / "classifier"
VOCABULARY, CLASSES, HIDDEN, STEPS = 7, 3, 6, 9


class Model(nn.Module):
    def __init__(self, kind, layers, embedding, bidirectional, pooling):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, embedding) if embedding else None
        self.rnn = kind(embedding or VOCABULARY, HIDDEN, layers, bidirectional=bidirectional)
        width = HIDDEN * (2 if bidirectional else 1)
        self.pooling = pooling
        if pooling == "attention":
            self.attention = nn.ModuleDict({"projection": nn.Linear(width, width), "context": nn.Linear(width, 1, bias=False)})
        self.fc = nn.Linear(width, CLASSES)

    def forward(self, tokens, lengths):
        x = self.embedding(tokens) if self.embedding else nn.functional.one_hot(tokens, VOCABULARY).float()
        output, state = self.rnn(pack_padded_sequence(x, lengths, enforce_sorted=False))
        output, _ = pad_packed_sequence(output)
        mask = (torch.arange(len(output))[:, None] < lengths)[:, :, None]
        if self.pooling == "last":
            hidden = state[0] if isinstance(state, tuple) else state
            directions = 2 if self.rnn.bidirectional else 1
            pooled = torch.cat(list(hidden[-directions:]), dim=1)
        elif self.pooling == "mean":
            pooled = (output * mask).sum(0) / lengths[:, None]
        elif self.pooling == "max":
            pooled = output.masked_fill(~mask, -torch.inf).max(0).values
        else:
            scores = self.attention["context"](torch.tanh(self.attention["projection"](output)))
            weights = scores.masked_fill(~mask, -torch.inf).softmax(0)
            pooled = (weights * output).sum(0)
        return self.fc(pooled)


FOLDER.mkdir(exist_ok=True)
for name, kind, layers, embedding, bidirectional, pooling in [
    ("gru-last", nn.GRU, 1, 5, True, "last"),
    ("lstm-mean", nn.LSTM, 2, 5, True, "mean"),
    ("rnn-max", nn.RNN, 1, 0, True, "max"),
    ("gru-attention", nn.GRU, 2, 0, True, "attention"),
    ("lstm-forwards", nn.LSTM, 2, 4, False, "last"),
]:
    torch.manual_seed(3)
    model = Model(kind, layers, embedding, bidirectional, pooling)
    initial = {name: value.clone() for name, value in model.state_dict().items()}
    tokens = torch.randint(VOCABULARY, (STEPS, 4))
    lengths = torch.tensor([9, 2, 5, 1])
    classes = torch.tensor([0, 2, 1, 2])
    logits = model(tokens, lengths)
    nn.functional.cross_entropy(logits, classes, reduction="sum").backward()
    tensors = {f"weight/{name}": value for name, value in initial.items()}
    tensors |= {f"gradient/{name}": value.grad for name, value in model.named_parameters()}
    tensors |= {"tokens": tokens.float(), "lengths": lengths.float(), "classes": classes.float(), "logits": logits.detach()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, FOLDER / f"{name}.safetensors")
