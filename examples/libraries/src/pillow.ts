/** Pillow: draw, resize, PNG bytes to a Buffer and back, pixels through NumPy. */
import assert from 'node:assert/strict';

import { kw, python } from 'nogil';

const Image = python.import('PIL.Image');
const ImageDraw = python.import('PIL.ImageDraw');
const ImageOps = python.import('PIL.ImageOps');
const np = python.import('numpy');
const { BytesIO } = python.import('io');

const image = Image.new('RGB', [64, 48], 'white');
const draw = ImageDraw.Draw(image);
draw.rectangle([8, 8, 23, 23], kw({ fill: '#ff0000' }));
// A color is a tuple: an array is a list in Python, and Pillow refuses that.
draw.line([0, 47, 63, 47], kw({ fill: python.builtins.tuple([0, 0, 255]), width: 1 }));
assert.deepEqual(image.getpixel([0, 47]).toJs(), [0, 0, 255]);
draw.text([30, 10], 'nogil', kw({ fill: 'black' }));
assert.deepEqual(image.size.toJs(), [64, 48]);
assert.deepEqual(image.getpixel([10, 10]).toJs(), [255, 0, 0]);

// To a Buffer as PNG, and back from it.
const file = BytesIO();
image.resize([32, 24], Image.Resampling.NEAREST).save(file, 'PNG');
const png = Buffer.from(file.getvalue().toJs() as Uint8Array);
assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [32, 24]);
python.with(Image.open(BytesIO(python.bytes(png))), (opened) => {
  assert.equal(opened.format, 'PNG');
  assert.deepEqual(opened.size.toJs(), [32, 24]);
  assert.deepEqual(opened.getpixel([5, 5]).toJs(), [255, 0, 0]);
});
// A file object may also be handed a Buffer itself: anything with the buffer protocol does.
assert.equal(Image.open(BytesIO(png)).mode, 'RGB');

// Pixels through NumPy: change them from JavaScript, in the array's own memory.
const pixels = np.array(image);
{
  using view = pixels.getBuffer('u8');
  assert.deepEqual([...view.shape], [48, 64, 3]);
  view.data.fill(0, 0, 3);
}
const changed = Image.fromarray(pixels);
assert.deepEqual(changed.getpixel([0, 0]).toJs(), [0, 0, 0]);
assert.deepEqual(changed.getpixel([1, 0]).toJs(), [255, 255, 255]);

// A gradient computed in JavaScript becomes an image.
const gradient = Uint8ClampedArray.from({ length: 16 * 16 }, (_, index) => index);
const gray = Image.frombytes('L', [16, 16], python.bytes(gradient));
assert.equal(gray.getpixel([15, 15]), 255);

// A JavaScript function for each level.
const inverted = gray.point((level: number) => 255 - level);
assert.equal(inverted.getpixel([0, 0]), 255);
assert.ok(python.op.eq(np.array(inverted), np.array(ImageOps.invert(gray))).all());
assert.throws(
  () => Image.open(BytesIO(python.bytes(Buffer.from('no image')))),
  python.errors.of(python.import('PIL').UnidentifiedImageError),
);
