// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { importsOf } from './imports.mjs';
import { projects, readManifest } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Project} Project */
/** @typedef {import('./workspace.mjs').Manifest} Manifest */

/**
 * Checks what the TypeScript and JavaScript files of every project import.
 *
 * @param {string} workspace - the checkout
 * @returns {{ files: number, problems: string[] }}
 */
export function checkPackageLayers(workspace) {
  const all = projects(workspace);
  const context = {
    workspace,
    byName: new Map(all.map((project) => [project.name, project])),
    ranks: readRanks(workspace),
    tools: readManifest(workspace).devDependencies ?? {},
  };
  const problems = [];
  let files = 0;
  for (const project of all) {
    problems.push(...manifestProblems(project, context));
    for (const file of modulesIn(project.directory)) {
      files += 1;
      for (const { specifier, line } of importsOf(file)) {
        const why = problemWith(specifier, file, project, context);
        if (why) problems.push(`${path.relative(workspace, file)}:${line}: '${specifier}': ${why}`);
      }
    }
  }
  return { files, problems };
}

/**
 * @typedef {object} Context
 * @property {string} workspace
 * @property {Map<string, Project>} byName
 * @property {Map<string, number>} ranks
 * @property {Record<string, string>} tools - devDependencies of the workspace root
 */

/** @param {string} workspace */
function readRanks(workspace) {
  /** @type {{ layers: string[][] }} */
  const { layers } = JSON.parse(readFileSync(path.join(workspace, 'tools', 'layers.json'), 'utf8'));
  return new Map(
    layers.flatMap((names, rank) => names.map((name) => /** @type {const} */ ([name, rank]))),
  );
}

/** @param {string} folder */
function modulesIn(folder) {
  const skipped = new Set([
    'node_modules',
    'dist',
    'build',
    'reports',
    'fixtures',
    'coverage',
    'out',
  ]);
  /** @type {string[]} */
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name) || entry.name.startsWith('.')) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...modulesIn(full));
    else if (/\.[cm]?[jt]sx?$/.test(entry.name)) found.push(full);
  }
  return found;
}

/**
 * The direction holds for declared dependencies too: a declaration nobody imports yet is where the
 * first wrong import comes from.
 *
 * @param {Project} project
 * @param {Context} context
 */
function manifestProblems({ name, manifest, directory }, { byName, ranks, workspace }) {
  const declared = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
  };
  const where = path.relative(workspace, path.join(directory, 'package.json'));
  const problems = [];
  if (path.basename(path.dirname(directory)) === 'packages' && !ranks.has(name)) {
    problems.push(`${where}: ${name} has no place in tools/layers.json; add it`);
  }
  for (const dependency of Object.keys(declared)) {
    const why = byName.has(dependency) && againstDirection(name, dependency, ranks);
    if (why) problems.push(`${where}: dependency ${dependency}: ${why}`);
  }
  return problems;
}

/**
 * @param {string} importer
 * @param {string} imported
 * @param {Map<string, number>} ranks
 * @returns {string | null} what is wrong
 */
function againstDirection(importer, imported, ranks) {
  const from = ranks.get(importer) ?? Infinity;
  const to = ranks.get(imported);
  if (to === undefined) return `${imported} stands above the packages; nothing may depend on it`;
  return to < from ? null : `${importer} may import lower layers only (tools/layers.json)`;
}

/**
 * @param {string} specifier
 * @param {string} file
 * @param {Project} project
 * @param {Context} context
 * @returns {string | null} what is wrong
 */
function problemWith(specifier, file, project, context) {
  if (specifier.startsWith('.') || path.isAbsolute(specifier)) {
    return problemWithPath(specifier, file, project, context.workspace);
  }
  if (
    /^(node|bun|data|file|https?):/.test(specifier) ||
    isBuiltin(specifier) ||
    specifier.startsWith('#')
  ) {
    return null;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const target = context.byName.get(name);
  if (target && name !== project.name) {
    const why =
      againstDirection(project.name, name, context.ranks) ??
      problemWithSubpath(`.${specifier.slice(name.length)}`, target.manifest);
    if (why) return why;
  }
  if (name === project.name || isDeclared(name, file, project, context)) return null;
  return `${name} is not declared in ${path.relative(context.workspace, project.directory)}/package.json`;
}

/**
 * @param {string} specifier
 * @param {string} file
 * @param {Project} project
 * @param {string} workspace
 */
function problemWithPath(specifier, file, project, workspace) {
  const resolved = path.resolve(path.dirname(file), specifier);
  if (resolved.startsWith(project.directory + path.sep)) return null;
  // The shared build and test settings lie in the root itself; only settings and tests use them.
  if (path.dirname(resolved) === workspace && isDevelopment(file, project)) return null;
  return 'leaves its package; import the other one by name';
}

/**
 * @param {string} subpath - `.` or `./x`
 * @param {Manifest} manifest
 */
function problemWithSubpath(subpath, { name, exports }) {
  const paths = typeof exports === 'object' && exports !== null ? Object.keys(exports) : ['.'];
  const exported = paths.some((key) =>
    key.endsWith('/*')
      ? subpath.startsWith(key.slice(0, -1))
      : key === subpath || (subpath === '.' && !key.startsWith('.')),
  );
  return exported ? null : `reaches inside ${name}, which exports only ${paths.join(', ')}`;
}

/**
 * What a user's installation runs must be a dependency; tests and settings may use devDependencies,
 * their own and the workspace's.
 *
 * @param {string} name
 * @param {string} file
 * @param {Project} project
 * @param {Context} context
 */
function isDeclared(name, file, project, { tools }) {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } =
    project.manifest;
  const own = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  const development = isDevelopment(file, project);
  return name in (development ? { ...own, ...devDependencies, ...tools } : own);
}

/**
 * Nothing of a private project is ever installed by a user.
 *
 * @param {string} file
 * @param {Project} project
 */
function isDevelopment(file, { directory, manifest }) {
  const [first = ''] = path.relative(directory, file).split(path.sep);
  const name = path.basename(file);
  return (
    manifest.private === true || ['test', 'bench'].includes(first) || /\.(test|config)\./.test(name)
  );
}
