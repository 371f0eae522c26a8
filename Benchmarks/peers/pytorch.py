"""PyTorch: training and one-stream generation of the workloads, and the tutorial's 100 epochs."""
import statistics
import time

import torch
from torch import nn

from workloads import VOCABULARY, WORKLOADS, chosen, emit, median_step, tokens_per_second


class CharacterModel(nn.Module):
    def __init__(self, cell, layers, hidden):
        super().__init__()
        self.rnn = getattr(nn, cell)(VOCABULARY, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, VOCABULARY)

    def forward(self, tokens, state=None):
        one_hot = nn.functional.one_hot(tokens, VOCABULARY).float()
        output, state = self.rnn(one_hot, state)
        return self.fc(output), state


def detach(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def train(name):
    cell, layers, hidden, batch, length = WORKLOADS[name]
    torch.manual_seed(0)
    model = CharacterModel(cell, layers, hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    tokens = torch.randint(0, VOCABULARY, (batch, length + 1))
    carried = [None]

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits, state = model(tokens[:, :-1], carried[0])
        carried[0] = detach(state)
        loss = nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()

    emit(figure="train", peer="pytorch", work=name, tokensPerSecond=batch * length / median_step(step))


def generate(name):
    cell, layers, hidden, _, _ = WORKLOADS[name]
    model = CharacterModel(cell, layers, hidden).eval()
    carried = [torch.zeros(1, 1, dtype=torch.long), None]

    @torch.inference_mode()
    def next_token():
        logits, carried[1] = model(*carried)
        carried[0] = torch.multinomial(torch.softmax(logits[0, -1], 0), 1).view(1, 1)

    emit(figure="generate", peer="pytorch", work=name, streams=1, tokensPerSecond=tokens_per_second(next_token))


def tutorial():
    torch.manual_seed(0)
    rnn, fc = nn.RNN(17, 12, 1, batch_first=True), nn.Linear(12, 17)
    optimizer = torch.optim.Adam([*rnn.parameters(), *fc.parameters()], lr=0.01)
    tokens = torch.randint(0, 17, (3, 15))
    inputs, targets = nn.functional.one_hot(tokens[:, :-1], 17).float(), tokens[:, 1:].reshape(-1)
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(100):
            optimizer.zero_grad()
            output, _ = rnn(inputs, torch.zeros(1, 3, 12))
            nn.functional.cross_entropy(fc(output.reshape(-1, 12)), targets).backward()
            optimizer.step()
        durations.append(time.perf_counter() - start)
    emit(figure="tutorial", peer="pytorch", ms=1e3 * statistics.median(durations))


tutorial()
for name in chosen():
    train(name)
    generate(name)
