/** matplotlib: a chart as PNG bytes, without a display. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

python.import('matplotlib').use('Agg'); // draws into memory; before pyplot is imported
const plt = python.import('matplotlib.pyplot');
const np = python.import('numpy');
const { BytesIO } = python.import('io');

const x = np.linspace(0, 2 * Math.PI, 200);
const [figure, axes] = plt.subplots(kw({ figsize: [4, 3], dpi: 100, layout: 'constrained' }));
const [curve] = axes.plot(x, np.sin(x), kw({ label: 'sin', color: 'tab:blue' }));
axes.plot(
  [0, 1, 2],
  [0, 0.5, 1].map((value) => -value),
  'o--',
  kw({ label: 'from arrays' }),
);
axes.set(kw({ title: 'From TypeScript', xlabel: 'x', ylabel: 'y', xlim: [0, 6.5] }));
axes.legend();
assert.equal(curve.get_label(), 'sin');
assert.equal(axes.get_title(), 'From TypeScript');

// A JavaScript function formats the ticks. The value is a NumPy scalar, which JavaScript gets by reference.
axes.yaxis.set_major_formatter((value: unknown) => `${Number(value).toFixed(1)} m`);

const file = BytesIO();
figure.savefig(file, kw({ format: 'png' }));
const png = Buffer.from(file.getvalue().toJs() as Uint8Array);
assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [400, 300]);
assert.ok(png.length > 5000);
assert.equal(axes.yaxis.get_ticklabels()[0].get_text().endsWith(' m'), true);

// The pixels themselves, from the canvas's memory.
figure.canvas.draw();
{
  using pixels = figure.canvas.buffer_rgba().getBuffer();
  assert.deepEqual([...pixels.shape], [300, 400, 4]);
  assert.equal(Number(pixels.data[3]), 255);
}
plt.close(figure);
