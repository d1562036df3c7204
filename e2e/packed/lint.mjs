// @ts-check
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** @typedef {import('./cases.mjs').Case} Case */

/**
 * What can be told without installing anything: the files that a manifest names are there, and types mean what
 * Node's two module systems find.
 *
 * @param {import('./cases.mjs').Context} context
 * @returns {Case[]}
 */
export function lintCases({ packed }) {
  return [...packed.packages, ...packed.binaries].map(([name, tarball]) => ({
    name: `${name} as packed`,
    async run(note) {
      const bytes = readFileSync(tarball);
      const { messages, pkg } = await publint({
        pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
        strict: true,
      });
      note(
        'publint',
        lines(messages.map((message) => formatMessage(message, pkg) ?? message.code)),
      );
      if (packed.binaries.has(name)) return; // nobody imports it
      const { problems = [] } = /** @type {{ problems?: object[] }} */ (
        await checkPackage(createPackageFromTarballData(bytes))
      );
      const wrong = problems.map((problem) => JSON.stringify(problem));
      // The resolution of Node 10 knows no `exports`; the oldest Node that is supported is 20.
      note('are the types wrong?', lines(wrong.filter((text) => !text.includes('"node10"'))));
    },
  }));
}

/** @param {string[]} problems */
function lines(problems) {
  return problems.length === 0 ? undefined : problems.map((problem) => `  ${problem}`).join('\n');
}
