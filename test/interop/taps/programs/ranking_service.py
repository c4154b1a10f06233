"""Ranks articles for a reader by a small torch model behind FastAPI; all weights come from a seed."""

import os

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from torch import nn


class Tower(nn.Module):
    def __init__(self, rows, width=8):
        super().__init__()
        self.table = nn.Embedding(rows, width)
        self.layers = nn.Sequential(nn.Linear(width, 16), nn.ReLU(), nn.Linear(16, width))

    def forward(self, ids):
        return self.layers(self.table(ids))


class Ranker(nn.Module):
    version = "0.4.1"

    def __init__(self, readers=50, articles=200):
        super().__init__()
        self.reader, self.article = Tower(readers), Tower(articles)

    def forward(self, reader, articles):
        return torch.sigmoid((self.reader(reader) * self.article(articles)).sum(-1))


torch.manual_seed(11)
torch.set_num_threads(1)
ranker = Ranker().eval()
app = FastAPI()


class Request(BaseModel):
    reader: int
    articles: list[int]


def rank(request):
    with torch.inference_mode():
        scores = ranker(torch.tensor([request.reader]), torch.tensor(request.articles))
    order = torch.argsort(scores, descending=True)
    return [{"article": request.articles[at], "score": round(scores[at].item(), 4)} for at in order]


@app.post("/rank")
async def rank_articles(request: Request):
    return rank(request)


@app.post("/train")
def train(steps: int = 60):
    """A loop in training mode; it must not make a span a step."""
    student = Ranker().train()
    optimizer = torch.optim.SGD(student.parameters(), lr=0.1)
    for step in range(steps):
        optimizer.zero_grad()
        loss = student(torch.tensor([step % 50]), torch.arange(16)).mean()
        loss.backward()
        optimizer.step()
    return {"loss": round(loss.item(), 4)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
