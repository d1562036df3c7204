// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { printedByPython } from './own-process.mjs';

const FACTS = '[sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.version]';

export default function executable() {
  const expected = JSON.parse(printedByPython(`import json, sys; print(json.dumps(${FACTS}))`));
  assert.deepEqual([...python.run(`import sys\n${FACTS}`)], expected);
  assert.equal(python.info().executable, process.env.NOGIL_PYTHON);
  const child = 'subprocess.check_output([sys.executable, "-c", "import sys; print(sys.prefix)"])';
  assert.equal(
    Buffer.from(python.run(`import subprocess, sys\n${child}`))
      .toString()
      .trim(),
    expected[1],
  );
}
