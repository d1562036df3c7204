// @ts-check
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line - from 1
 */

/**
 * Every module that a TypeScript or JavaScript file names in a literal: import, export from, import(),
 * require(), require.resolve(), import.meta.resolve(), import types and `import x = require()`.
 *
 * @param {string} file
 * @returns {Import[]}
 */
export function importsOf(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  /** @type {Import[]} */
  const imports = [];
  /** @param {ts.Node} node */
  function visit(node) {
    const literal = moduleNamedBy(node);
    if (literal && ts.isStringLiteralLike(literal)) {
      const { line } = source.getLineAndCharacterOfPosition(literal.getStart(source));
      imports.push({ specifier: literal.text, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return imports;
}

/**
 * @param {ts.Node} node
 * @returns {ts.Node | undefined}
 */
function moduleNamedBy(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isModuleDeclaration(node)) return ts.isStringLiteral(node.name) ? node.name : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const text = callee.getText();
  const names =
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    ['require', 'require.resolve', 'import.meta.resolve'].includes(text);
  return names ? node.arguments[0] : undefined;
}
