/** pandas: a DataFrame of JavaScript rows; filter, group, merge; JavaScript rows again. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

const pd = python.import('pandas');

interface Sale {
  city: string;
  product: string;
  amount: number;
  when: Date;
}

const day = (date: string) => new Date(`${date}T00:00:00Z`);
const sales: Sale[] = [
  { city: 'Oslo', product: 'tea', amount: 3, when: day('2026-01-30') },
  { city: 'Rome', product: 'tea', amount: 5, when: day('2026-01-31') },
  { city: 'Oslo', product: 'nut', amount: 7, when: day('2026-02-01') },
  { city: 'Rome', product: 'nut', amount: 1, when: day('2026-02-02') },
];

const frame = pd.DataFrame(sales);
assert.deepEqual(frame.shape.toJs(), [4, 4]);
assert.deepEqual(frame.columns.tolist().toJs(), ['city', 'product', 'amount', 'when']);
assert.match(String(frame.dtypes.get('when')), /^datetime64\[.*UTC\]$/);
assert.equal(Number(frame.amount.sum()), 16);

// Columns and filters: frame["amount"], frame[frame["amount"] > 2], frame.loc[0, "city"].
const { op } = python;
const amount = op.getitem(frame, 'amount');
const many = op.getitem(frame, op.and(op.gt(amount, 2), op.eq(frame.city, 'Oslo')));
assert.deepEqual(many.amount.tolist().toJs(), [3, 7]);
assert.equal(op.getitem(frame.loc, 0).get('city'), 'Oslo');
assert.equal(op.getitem(frame.iloc, [0, 1]).shape[0], 2);
op.setitem(frame, 'double', op.mul(amount, 2));
assert.equal(Number(frame.double.max()), 14);

// Group by: a Series as a Map, several aggregates by name, a JavaScript function as the aggregate.
const totals = frame.groupby('city').amount.sum().to_dict().toJs();
assert.deepEqual(
  totals,
  new Map([
    ['Oslo', 10],
    ['Rome', 6],
  ]),
);
const summary = frame
  .groupby('product')
  .agg(kw({ total: python.eval("('amount', 'sum')"), best: python.eval("('amount', 'max')") }));
assert.deepEqual(op.getitem(summary.loc, 'tea').tolist().toJs(), [8, 5]);
const spread = frame
  .groupby('city')
  .amount.agg((group: { max(): number; min(): number }) => group.max() - group.min());
assert.deepEqual(spread.tolist().toJs(), [4, 4]);
const labels = frame.amount.map((value: number) => (value > 4 ? 'many' : 'few'));
assert.deepEqual(labels.tolist().toJs(), ['few', 'many', 'many', 'few']);
for (const [city, group] of frame.groupby('city')) {
  assert.equal(python.len(group), 2, city);
}

// Merge, pivot, and time series.
const prices = pd.DataFrame({ product: ['tea', 'nut'], price: [2.5, 4] });
const priced = frame.merge(prices, kw({ on: 'product' }));
assert.equal(Number(op.mul(priced.amount, priced.price).sum()), 52);
const pivot = frame.pivot_table(kw({ index: 'city', columns: 'product', values: 'amount' }));
assert.equal(Number(op.getitem(pivot.loc, python.eval("('Oslo', 'nut')"))), 7);
const monthly = frame.set_index('when').amount.resample('MS').sum();
assert.deepEqual(monthly.tolist().toJs(), [8, 8]);

// To JavaScript rows.
const back = frame
  .drop(kw({ columns: 'double' }))
  .to_dict('records')
  .toJs({ dictConverter: Object.fromEntries, datetime: 'date' }) as Sale[];
assert.deepEqual(
  back.map(({ city, product, amount }) => ({ city, product, amount })),
  [...sales.map(({ city, product, amount }) => ({ city, product, amount }))],
);
assert.deepEqual(JSON.parse(frame.amount.to_json()), { 0: 3, 1: 5, 2: 7, 3: 1 });
// A column of numbers, without a copy.
{
  using column = frame.amount.to_numpy().getBuffer({ copy: true });
  assert.deepEqual([...column.data].map(Number), [3, 5, 7, 1]);
}
assert.throws(() => op.getitem(frame, 'nothing'), python.errors.KeyError);
