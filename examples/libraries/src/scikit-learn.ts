/** scikit-learn: fit, predict, score; an estimator and a transformer that are TypeScript classes. */
import assert from 'node:assert/strict';

import { kw, python, type PyClass } from 'nogil';

const np = python.import('numpy');
const { LinearRegression, LogisticRegression } = python.import('sklearn.linear_model');
const { BaseEstimator, ClassifierMixin, clone, TransformerMixin } = python.import('sklearn.base');
const { make_pipeline } = python.import('sklearn.pipeline');
const { cross_val_score, GridSearchCV, train_test_split } =
  python.import('sklearn.model_selection');
const { load_iris } = python.import('sklearn.datasets');
const { StandardScaler } = python.import('sklearn.preprocessing');

// Fit, predict, score.
const line = new LinearRegression().fit([[0], [1], [2]], [1, 3, 5]);
assert.ok(Math.abs(Number(line.predict([[10]])[0]) - 21) < 1e-9);
const [X, y] = load_iris(kw({ return_X_y: true }));
const [trainX, testX, trainY, testY] = train_test_split(X, y, kw({ random_state: 0 }));
const model = make_pipeline(StandardScaler(), LogisticRegression(kw({ max_iter: 200 })));
assert.ok(model.fit(trainX, trainY).score(testX, testY) > 0.9);

/** A classifier: to which class's mean is a sample nearest? Each feature is scaled by `weight`. */
class NearestMean extends python.extend(ClassifierMixin as PyClass, BaseEstimator as PyClass) {
  // get_params, set_params, clone and a grid search read the names of the parameters and pass them by name, so they are
  // parameters of their own: the names inside a pattern ({ weight = 1 } = {}) are none that Python sees.
  constructor(weight = 1, power = 2) {
    super();
    this.weight = weight;
    this.power = power;
  }

  fit(X: Matrix, y: unknown): this {
    this.classes_ = np.unique(y);
    this.means_ = np.stack(
      [...this.classes_].map((label) =>
        python.op.getitem(X, python.op.eq(y, label)).mean(kw({ axis: 0 })),
      ),
    );
    return this;
  }

  predict(X: Matrix): unknown {
    const distances = [...this.means_].map((mean) => {
      const apart = np.abs(python.op.mul(python.op.sub(X, mean), this.weight));
      return np.power(apart, this.power).sum(kw({ axis: 1 }));
    });
    return python.op.getitem(this.classes_, np.argmin(distances, kw({ axis: 0 })));
  }
}

type Matrix = unknown;

/** A transformer that keeps the features whose mean is above a limit. */
class AboveMean extends python.extend(TransformerMixin as PyClass, BaseEstimator as PyClass) {
  constructor(limit = 0) {
    super();
    this.limit = limit;
  }

  fit(X: Matrix): this {
    this.kept_ = python.op.gt(np.mean(X, kw({ axis: 0 })), this.limit);
    return this;
  }

  transform(X: Matrix): unknown {
    return np.compress(this.kept_, X, kw({ axis: 1 }));
  }
}

const nearest = new NearestMean(2);
assert.deepEqual(
  nearest.get_params().toJs(),
  new Map([
    ['power', 2],
    ['weight', 2],
  ]),
);
assert.ok(nearest.fit(trainX, trainY) === nearest);
assert.ok(nearest.score(testX, testY) > 0.8);
const copied = clone(nearest);
assert.ok(copied instanceof NearestMean && copied !== nearest);
assert.equal(copied.weight, 2);
assert.equal(nearest.set_params(kw({ weight: 3 })), nearest);
assert.equal(nearest.weight, 3);

// In a pipeline, cross validation and a grid search.
const pipeline = make_pipeline(new AboveMean(2), new NearestMean());
assert.ok(pipeline.fit(trainX, trainY).score(testX, testY) > 0.8);
assert.equal(cross_val_score(pipeline, X, y, kw({ cv: 3 })).length, 3);
const search = GridSearchCV(pipeline, { nearestmean__power: [1, 2] }, kw({ cv: 3, n_jobs: 1 }));
search.fit(X, y);
assert.ok(
  [1, 2].includes(
    search.best_params_.nearestmean__power ?? search.best_params_.get('nearestmean__power'),
  ),
);
assert.ok(search.best_estimator_[1] instanceof NearestMean);
assert.ok(search.best_score_ > 0.8);
