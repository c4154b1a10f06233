"""Prices of flats by XGBoost and LightGBM: their own interfaces and those made after scikit-learn's."""

import lightgbm
import numpy as np
import pandas as pd
import xgboost

draw = np.random.default_rng(5)
flats = pd.DataFrame(
    {"area": draw.uniform(20, 150, 300), "rooms": draw.integers(1, 6, 300), "floor": draw.integers(0, 9, 300)}
)
prices = flats["area"] * 4.2 + flats["rooms"] * 15 + draw.normal(0, 10, 300)
asked = flats.head(3)


def by_xgboost():
    booster = xgboost.train({"max_depth": 3, "nthread": 1}, xgboost.DMatrix(flats, prices), num_boost_round=8)
    print(booster.predict(xgboost.DMatrix(asked)))
    print(booster.inplace_predict(asked))
    model = xgboost.XGBRegressor(n_estimators=8, max_depth=3, n_jobs=1).fit(flats, prices)
    print(model.predict(asked))
    dear = xgboost.XGBClassifier(n_estimators=8, max_depth=3, n_jobs=1).fit(flats, (prices > 400).astype(int))
    print(dear.predict_proba(asked))


def by_lightgbm():
    few = {"num_leaves": 7, "num_threads": 1, "verbose": -1, "objective": "regression"}
    booster = lightgbm.train(few, lightgbm.Dataset(flats, prices), num_boost_round=8)
    print(booster.predict(asked))
    model = lightgbm.LGBMRegressor(n_estimators=8, num_leaves=7, n_jobs=1, verbose=-1).fit(flats, prices)
    print(model.predict(asked))


by_xgboost()
by_lightgbm()
