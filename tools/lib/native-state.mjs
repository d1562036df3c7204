// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The page that lists all state and every underscored symbol. */
const PAGE = 'docs/native-state.md';

/**
 * Compares docs/native-state.md with the core: every mutable variable of static storage, and every
 * underscored symbol of CPython, stands in one of its tables, and nothing else does.
 *
 * @param {string} workspace - the checkout
 * @returns {string[]} what does not agree
 */
export function checkNativeState(workspace) {
  const source = path.join(workspace, 'native', 'src');
  const files = readdirSync(source).filter((file) => file.endsWith('.c'));
  const variables = files.flatMap((file) =>
    staticVariables(readFileSync(path.join(source, file), 'utf8')).map((name) => `${file} ${name}`),
  );
  const symbols = underscored(readFileSync(path.join(source, 'capi.def'), 'utf8'));
  const page = readFileSync(path.join(workspace, PAGE), 'utf8');
  return [
    ...difference(variables, listedVariables(page), 'native/src: variable'),
    ...difference(symbols, listedSymbols(page), 'native/src/capi.def: symbol'),
  ];
}

/**
 * @param {string[]} found
 * @param {string[]} listed
 * @param {string} what
 */
function difference(found, listed, what) {
  const missing = found.filter((name) => !listed.includes(name));
  const gone = listed.filter((name) => !found.includes(name));
  return [
    ...missing.map(
      (name) => `${what} ${name} is not in ${PAGE}: say who owns it and under which lock`,
    ),
    ...gone.map((name) => `${PAGE} lists ${name}, which is not there any more`),
  ];
}

/**
 * The names of a C file's mutable variables with static storage, at file level and inside functions.
 * For code that clang-format has laid out: a definition starts a line.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function staticVariables(text) {
  const names = [];
  let depth = 0;
  for (const line of withoutComments(text).split('\n')) {
    const name = depth === 0 ? variableIn(line) : variableIn(line.trim(), true);
    if (name !== undefined) names.push(name);
    for (const character of line) {
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
    }
  }
  return names;
}

/**
 * @param {string} line
 * @param {boolean} [inFunction] - where only `static` ones last
 * @returns {string | undefined}
 */
function variableIn(line, inFunction = false) {
  if (inFunction && !/^(static|_Thread_local)\b/.test(line)) return undefined;
  if (/^(typedef|extern|struct \w+ \{|enum|union|return|#|_Static_assert|\}|\s)/.test(line)) {
    return undefined;
  }
  const [declaration = ''] = line.split(/=|;/);
  if (declaration === line && !line.endsWith('{')) return undefined; // no definition on this line
  // `_Atomic(type *) name` is a variable; any other parenthesis belongs to a function.
  const bare = declaration.replace(/_(Atomic|Alignas)\([^()]*\)/g, '_Atomic ').trim();
  if (bare.includes('(') || bare === '') return undefined;
  // const that applies to the variable itself: nothing after it but the name, or no pointer at all.
  if (/\bconst\b/.test(bare) && (!bare.includes('*') || /\*\s*const\s+\w+/.test(bare))) {
    return undefined;
  }
  const [, name] = /^(?:[\w\s*]+[\s*])(\w+)(?:\[[^\]]*\])*$/.exec(bare) ?? [];
  return name;
}

/** @param {string} text */
function withoutComments(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/\/\/.*$/gm, '')
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/'(?:[^'\\\n]|\\.)'/g, "' '");
}

/** @param {string} definitions - capi.def */
function underscored(definitions) {
  const names = withoutComments(definitions).matchAll(
    /\bNG_(?:OPTIONAL_)?DATA\((_\w+)|\bNG_(?:FUNCTION|OPTIONAL)\([^,]*,\s*(_\w+)/g,
  );
  return [...names].map(([, data, function_]) => /** @type {string} */ (data ?? function_));
}

/** @param {string} page */
function listedVariables(page) {
  // | `file.c` | `name`, `name` | owner | lock |
  return [...page.matchAll(/^\|\s*`(\w+\.c)`\s*\|([^|]*)\|/gm)].flatMap(([, file, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => `${file} ${name}`),
  );
}

/** @param {string} page */
function listedSymbols(page) {
  return [...page.matchAll(/^\|\s*((?:`_\w+`,?\s*)+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(_\w+)`/g)].map(([, name = '']) => name),
  );
}
