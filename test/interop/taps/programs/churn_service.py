"""Will a customer leave? A scikit-learn pipeline behind FastAPI, on made data. It knows nothing of tracing."""

import os

import numpy as np
import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["tenure_months", "monthly_charge", "support_calls"]


def customers(count, seed):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "tenure_months": draw.integers(1, 72, count),
            "monthly_charge": draw.uniform(20, 120, count).round(2),
            "support_calls": draw.poisson(2, count),
            "contract": draw.choice(["monthly", "yearly"], count),
        }
    )
    risk = frame["support_calls"] * 0.6 - frame["tenure_months"] / 20 + (frame["contract"] == "monthly") * 1.5
    return frame, np.where(risk + draw.normal(0, 1, count) > 0.5, "leaves", "stays")


class Churn:
    version = "2026-11-03"

    def __init__(self):
        frame, labels = customers(600, seed=7)
        columns = ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("words", OneHotEncoder(), ["contract"])])
        self.pipeline = make_pipeline(columns, LogisticRegression()).fit(frame, labels)
        self.forest = RandomForestClassifier(20, random_state=7, n_jobs=2).fit(frame[NUMBERS].to_numpy(), labels)
        self.strange = IsolationForest(n_estimators=20, random_state=7).fit(frame[NUMBERS])

    def probabilities(self, rows):
        chances = self.pipeline.predict_proba(rows)
        return [dict(zip(self.pipeline.classes_, row.round(4).tolist())) for row in chances]

    def votes(self, rows):
        return self.forest.predict(rows[NUMBERS].to_numpy()).tolist()

    def oddness(self, rows):
        return self.strange.decision_function(rows[NUMBERS]).round(4).tolist()


class Customer(BaseModel):
    tenure_months: int
    monthly_charge: float
    support_calls: int
    contract: str = "monthly"


app = FastAPI()
churn = Churn()


@app.post("/churn")
def predict(customers: list[Customer]):
    return churn.probabilities(pd.DataFrame([one.model_dump() for one in customers]))


@app.post("/votes")
async def vote(customers: list[Customer]):
    return churn.votes(pd.DataFrame([one.model_dump() for one in customers]))


@app.post("/odd")
def odd(customers: list[Customer]):
    return churn.oddness(pd.DataFrame([one.model_dump() for one in customers]))


@app.post("/renamed")
def renamed(customers: list[Customer]):
    """A column has another name than at training: scikit-learn raises."""
    frame = pd.DataFrame([one.model_dump() for one in customers])
    return churn.probabilities(frame.rename(columns={"support_calls": "calls"}))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
