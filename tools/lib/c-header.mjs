// @ts-check
import { Failure } from './failure.mjs';

/**
 * @typedef {object} Constant
 * @property {string} name - as in C
 * @property {number} value
 * @property {string} comment - the C comment that belongs to it, on one line; may be empty
 */

/**
 * @typedef {object} Enumeration
 * @property {string} name - the C name of the type
 * @property {string} comment
 * @property {Constant[]} constants
 */

/**
 * Reads the integers of a C header: enumerations with explicit values and integer `#define`s whose
 * names begin with `NG_`. A value it does not understand is a failure, never left out in silence.
 *
 * @param {string} text
 * @returns {{ enumerations: Enumeration[], defines: Constant[] }}
 */
export function readHeader(text) {
  /** @type {Enumeration[]} */
  const enumerations = [];
  const pattern = /^typedef enum (\w+) \{\n([\s\S]*?)^\} (\w+);$/gm;
  for (const match of text.matchAll(pattern)) {
    const [, tag = '', body = '', name = ''] = match;
    if (tag !== name) throw new Failure(`enum ${tag} is called ${name}: give both one name.`);
    const comment = commentBefore(text, match.index);
    enumerations.push({ name, comment, constants: readEnumerators(name, body) });
  }
  const opened = [...withoutComments(text).matchAll(/\benum\b[^;{]*\{/g)].length;
  if (opened !== enumerations.length) {
    throw new Failure(
      `The header opens ${opened} enumerations, of which ${enumerations.length} could be read.`,
      { next: ['write them as `typedef enum ng_x {` … `} ng_x;`, each line from its margin'] },
    );
  }
  return { enumerations, defines: readDefines(text) };
}

/**
 * @param {string} name
 * @param {string} body
 * @returns {Constant[]}
 */
function readEnumerators(name, body) {
  /** @type {Constant[]} */
  const constants = [];
  const entry = /(\/\*[\s\S]*?\*\/)|(\w+)\s*(?:=\s*([^,/\n]+?))?\s*(?:,|(?=\n|\/\*|$))/g;
  let above = '';
  let line = -1;
  for (const match of body.matchAll(entry)) {
    const [, comment, constant = '', expression] = match;
    const here = body.slice(0, match.index).split('\n').length;
    if (comment) {
      const last = constants.at(-1);
      // A comment on the line of an enumerator is about that one, else about the next.
      if (last && here === line && !last.comment) last.comment = flatten(comment);
      else above = flatten(comment);
      continue;
    }
    if (expression === undefined) {
      throw new Failure(`${constant} in enum ${name} has no explicit value.`, {
        next: ['write it out: TypeScript and C must not count separately'],
      });
    }
    constants.push({ name: constant, value: integer(constant, expression), comment: above });
    above = '';
    line = here;
  }
  return constants;
}

/**
 * @param {string} text
 * @returns {Constant[]}
 */
function readDefines(text) {
  const defines = [];
  for (const match of text.matchAll(/^#define (NG_\w+)[ \t]+(\S.*)$/gm)) {
    const [, name = '', rest = ''] = match;
    const value = withoutComments(rest).trim();
    if (!/^[(\d-]/.test(value)) continue; // text, attributes, other macros
    defines.push({ name, value: integer(name, value), comment: commentBefore(text, match.index) });
  }
  return defines;
}

/**
 * @param {string} name
 * @param {string} expression - an integer literal, or one shifted left
 */
function integer(name, expression) {
  const bare = expression.replace(/^\((.*)\)$/, '$1').trim();
  const [, base, shift] =
    /^(-?(?:0[xX][0-9a-fA-F]+|[1-9]\d*|0))[uUlL]*(?:\s*<<\s*(\d+))?$/.exec(bare) ?? [];
  if (base === undefined) {
    throw new Failure(`${name} = ${expression}: not an integer that the generator understands.`, {
      next: ['write a decimal or hexadecimal literal, or `1 << n`'],
    });
  }
  const value =
    Number(base.replace('-', '')) * (base.startsWith('-') ? -1 : 1) * 2 ** Number(shift ?? 0);
  if (!Number.isSafeInteger(value))
    throw new Failure(`${name} = ${expression}: too large for a JavaScript number.`);
  return value === 0 ? 0 : value;
}

/**
 * The comment that ends on the line above `index`.
 * @param {string} text
 * @param {number} index
 */
function commentBefore(text, index) {
  const before = text.slice(0, index);
  const start = before.lastIndexOf('/*');
  const comment = before.slice(start);
  return start >= 0 && /^\/\*(?:(?!\*\/)[\s\S])*\*\/\n$/.test(comment) ? flatten(comment) : '';
}

/** @param {string} comment */
function flatten(comment) {
  const inner = comment.trim().slice(2, -2);
  return inner
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .trim();
}

/** @param {string} text */
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ' ');
}
