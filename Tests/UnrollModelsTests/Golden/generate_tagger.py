"""Regenerates tagger.safetensors with PyTorch; running the tests never needs it.

    python -m pip install torch==2.13.0 numpy safetensors && python generate_tagger.py

The weights of a tagger, two sentences of words by number, their logits, and the gradients of the summed cross entropy.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CHARACTERS, WORDS, TAGS, HIDDEN = 5, 4, 3, 6
# The characters of four words that are known and of one that is not; sentences of them.
SPELLINGS = [[1, 2], [3], [4, 1, 2], [2, 2, 2, 2], [4, 4]]
SENTENCES = [[0, 1, 4, 2], [3, 0]]
TRUTH = [[0, 2, 1, 1], [2, 0]]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.characters = nn.ModuleDict({"embedding": nn.Embedding(CHARACTERS, 3), "rnn": nn.LSTM(3, 2, bidirectional=True)})
        self.embedding = nn.Embedding(WORDS + 1, 5)
        self.rnn = nn.LSTM(9, HIDDEN, 2, bidirectional=True)
        self.fc = nn.Linear(2 * HIDDEN, TAGS)

    def forward(self):
        counts = torch.tensor([len(word) for word in SPELLINGS])
        table = torch.zeros(int(counts.max()), len(SPELLINGS), dtype=torch.long)
        for column, word in enumerate(SPELLINGS):
            table[:len(word), column] = torch.tensor(word)
        packed = pack_padded_sequence(self.characters["embedding"](table), counts, enforce_sorted=False)
        _, (state, _) = self.characters["rnn"](packed)
        numbers = torch.tensor([1, 2, 3, 4, 0])
        vectors = torch.cat([state[0], state[1], self.embedding(numbers)], dim=1)
        lengths = torch.tensor([len(sentence) for sentence in SENTENCES])
        places = torch.zeros(int(lengths.max()), len(SENTENCES), dtype=torch.long)
        for column, sentence in enumerate(SENTENCES):
            places[:len(sentence), column] = torch.tensor(sentence)
        output, _ = self.rnn(pack_padded_sequence(vectors[places], lengths, enforce_sorted=False))
        return self.fc(pad_packed_sequence(output)[0])


torch.manual_seed(3)
model = Model()
initial = {name: value.clone() for name, value in model.state_dict().items()}
logits = model()
loss = sum(nn.functional.cross_entropy(logits[:len(tags), row], torch.tensor(tags), reduction="sum") for row, tags in enumerate(TRUTH))
loss.backward()
tensors = {f"weight/{name}": value for name, value in initial.items()}
tensors |= {f"gradient/{name}": value.grad for name, value in model.named_parameters()}
tensors |= {f"logits/{row}": logits[:len(tags), row].detach() for row, tags in enumerate(TRUTH)}
save_file({key: value.contiguous() for key, value in tensors.items()}, pathlib.Path(__file__).resolve().parent / "tagger.safetensors")
