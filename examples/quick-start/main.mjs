import { kw, python, PythonError } from 'nogil';

const { Fraction } = python.import('fractions');
const add = python.eval('lambda a, b: a + b');
console.log(`1/3 + 1/6 = ${add(new Fraction(1, 3), new Fraction(1, 6))}`);
console.log(python.import('json').dumps({ name: 'Ada', born: 1815 }, kw({ indent: 2 })));
console.log(python.run('import hashlib\nhashlib.sha256(b"nogil").hexdigest()[:16]'));
console.log(python.eval('2 ** 64') === 2n ** 64n);
try {
  python.import('json').loads('[1, 2');
} catch (error) {
  if (error instanceof PythonError) console.log(`${error.type}: ${error.message}`);
}
