/** One formal parameter of a JavaScript function. */
export interface Parameter {
  /** `undefined` for a pattern: `{ a, b }`. */
  readonly name: string | undefined;
  /** The source of its default value. */
  readonly initial: string | undefined;
  readonly rest: boolean;
}

const OPENING = '([{';
const CLOSING = ')]}';
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const WORD = /[\p{ID_Continue}$]/u;
/** After these a `/` begins a regular expression. */
const BEFORE_REGULAR_EXPRESSION =
  /(?:^|[([{,;:=!&|?+\-*%~^<>}]|\b(?:return|typeof|case|in|of|void|delete|do|else|throw|new|yield|await))$/u;

/** Where the string, template, comment or regular expression that begins at `at` ends; `at` for anything else. */
function skipLiteral(source: string, at: number): number {
  const first = source[at];
  if (first === '"' || first === "'") return skipQuoted(source, at, first);
  if (first === '`') return skipTemplate(source, at);
  if (first !== '/') return at;
  if (source[at + 1] === '/') return endOf(source, '\n', at);
  if (source[at + 1] === '*') return endOf(source, '*/', at + 2);
  const before = source.slice(Math.max(0, at - 64), at).trimEnd();
  return BEFORE_REGULAR_EXPRESSION.test(before) ? skipRegularExpression(source, at) : at;
}

function endOf(source: string, end: string, at: number): number {
  const found = source.indexOf(end, at);
  return found < 0 ? source.length : found + end.length;
}

function skipQuoted(source: string, at: number, quote: string): number {
  let i = at + 1;
  while (i < source.length && source[i] !== quote) i += source[i] === '\\' ? 2 : 1;
  return i + 1;
}

function skipTemplate(source: string, at: number): number {
  let i = at + 1;
  while (i < source.length && source[i] !== '`') {
    if (source[i] === '\\') i += 2;
    else if (source[i] === '$' && source[i + 1] === '{') i = skipBrackets(source, i + 1);
    else i += 1;
  }
  return i + 1;
}

function skipRegularExpression(source: string, at: number): number {
  let inClass = false;
  let i = at + 1;
  for (; i < source.length && (inClass || source[i] !== '/'); i++) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '[') inClass = true;
    else if (source[i] === ']') inClass = false;
  }
  return i + 1;
}

/** Where the bracket that opens at `at` has been closed. */
function skipBrackets(source: string, at: number): number {
  let depth = 0;
  let i = at;
  while (i < source.length) {
    const after = skipLiteral(source, i);
    if (after !== i) {
      i = after;
      continue;
    }
    if (OPENING.includes(source[i] as string)) depth += 1;
    else if (CLOSING.includes(source[i] as string) && --depth === 0) return i + 1;
    i += 1;
  }
  return i;
}

/** Calls `visit` for each place outside of literals and brackets; it answers whether to go on. */
function scan(source: string, from: number, visit: (at: number) => boolean): void {
  let i = from;
  while (i < source.length) {
    const after = skipLiteral(source, i);
    if (after !== i) {
      i = after;
      continue;
    }
    if (!visit(i)) return;
    i = OPENING.includes(source[i] as string) ? skipBrackets(source, i) : i + 1;
  }
}

/** What stands between the parentheses that open at `at`, in pieces between commas. */
function pieces(source: string, at: number): string[] {
  const inner = source.slice(at + 1, skipBrackets(source, at) - 1);
  const found: string[] = [];
  let start = 0;
  scan(inner, 0, (i) => {
    if (inner[i] === ',') {
      found.push(inner.slice(start, i));
      start = i + 1;
    }
    return true;
  });
  found.push(inner.slice(start));
  return found.map((piece) => withoutComments(piece).trim()).filter((piece) => piece !== '');
}

function withoutComments(source: string): string {
  let text = '';
  let i = 0;
  while (i < source.length) {
    const after = skipLiteral(source, i);
    const isComment = source[i] === '/' && (source[i + 1] === '/' || source[i + 1] === '*');
    if (!isComment) text += source.slice(i, Math.max(after, i + 1));
    i = Math.max(after, i + 1);
  }
  return text;
}

function parameter(piece: string): Parameter {
  const rest = piece.startsWith('...');
  const text = rest ? piece.slice(3).trim() : piece;
  let equals = -1;
  scan(text, 0, (i) => {
    if (text[i] !== '=') return true;
    equals = i;
    return false;
  });
  const left = equals < 0 ? text : text.slice(0, equals).trim();
  return {
    name: IDENTIFIER.test(left) ? left : undefined,
    initial: equals < 0 ? undefined : text.slice(equals + 1).trim(),
    rest,
  };
}

/** Whether `class` syntax made it. */
export function isClassSyntax(value: object): boolean {
  return typeof value === 'function' && /^class\b/u.test(sourceOf(value));
}

function sourceOf(target: object): string {
  return Function.prototype.toString.call(target);
}

/** Where the parameters of a class's own constructor begin; `undefined` when it has none. */
function constructorOf(source: string): number | undefined {
  // The body is the last pair of braces: a heritage expression may have some of its own.
  let body = -1;
  scan(source, 'class'.length, (i) => {
    if (source[i] === '{') body = i;
    return true;
  });
  if (body < 0) return undefined;
  let found: number | undefined;
  scan(source, body + 1, (i) => {
    if (source[i] === '}') return false;
    if (!source.startsWith('constructor', i) || WORD.test(source[i - 1] ?? '')) return true;
    const open = i + 'constructor'.length + (/^\s*/u.exec(source.slice(i + 11))?.[0].length ?? 0);
    const before = withoutComments(source.slice(body + 1, i)).trimEnd();
    if (source[open] !== '(' || /(?:[.#=]|\bstatic)$/u.test(before)) return true;
    found = open;
    return false;
  });
  return found;
}

/**
 * The parameters of a method, or of a class's own constructor, as its source has them.
 *
 * @returns `undefined` where there is no source to read (native code, bound functions), and for a class without
 *   a constructor of its own
 */
export function parametersOf(target: object): readonly Parameter[] | undefined {
  const source = sourceOf(target);
  if (source.endsWith('{ [native code] }')) return undefined;
  if (isClassSyntax(target)) {
    const open = constructorOf(source);
    return open === undefined ? undefined : pieces(source, open).map(parameter);
  }
  const open = openingParenthesis(source);
  return open === undefined ? undefined : pieces(source, open).map(parameter);
}

function openingParenthesis(source: string): number | undefined {
  let open: number | undefined;
  scan(source, 0, (i) => {
    if (source[i] === '(') open = i;
    // `=>` before any parenthesis: x => x + 1
    return open === undefined && !source.startsWith('=>', i);
  });
  return open;
}

/** What minifiers, and programs, write for constants that Python has, too. */
const CONSTANTS = new Map<string, unknown>([
  ['undefined', null],
  ['void 0', null],
  ['null', null],
  ['true', true],
  ['!0', true],
  ['false', false],
  ['!1', false],
]);

/** The value of a literal that means the same in Python; `undefined` for any other expression. */
export function literalOf(source: string): { readonly value: unknown } | undefined {
  if (CONSTANTS.has(source)) return { value: CONSTANTS.get(source) };
  if (/^(?:'[^'\\]*'|"[^"\\]*")$/u.test(source)) return { value: source.slice(1, -1) };
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(source)) return undefined;
  return { value: Number(source) };
}
