import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { version } from '../package.json';
import { openBunDoor } from './bun-door.js';
import type { Core } from './core.js';
import { NogilError } from './error.js';
import { NG_ABI_VERSION } from './generated/constants.js';
import { isLibraryCutShort } from './library-file.js';
import { platformTarget } from './target.js';

/** Where the core was looked for, and what was there. */
interface Attempt {
  readonly place: string;
  readonly path: string | undefined;
}

const requireHere = createRequire(import.meta.url);

function resolveOptional(specifier: string): string | undefined {
  try {
    return requireHere.resolve(specifier);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function attempts(): Attempt[] {
  const target = platformTarget();
  const override = process.env.NOGIL_CORE;
  if (override !== undefined && override !== '') {
    // Only that: a core asked for by name and silently replaced would be worse than none.
    return [{ place: `NOGIL_CORE=${override}`, path: existing(resolve(override)) }];
  }
  const packageName = `@nogil/native-${target}`;
  const checkout = join(
    dirname(fileURLToPath(import.meta.url)),
    `../../../native/dist/${target}/nogil.node`,
  );
  return [
    { place: `the package ${packageName}`, path: resolveOptional(`${packageName}/nogil.node`) },
    { place: `a checkout's build, ${checkout}`, path: existing(checkout) },
  ];
}

/** What is published; other machines have to build the core themselves. */
const PUBLISHED = /^(linux-(x64|arm64)-(gnu|musl)|darwin-(x64|arm64)|win32-x64)$/;

function notFound(tried: readonly Attempt[]): NogilError {
  const target = platformTarget();
  const places = tried.map(({ place }) => `  - ${place}: not there`).join('\n');
  const remedy = PUBLISHED.test(target)
    ? 'Install it with your package manager without omitting optional dependencies ' +
      `(npm: no --omit=optional; the package is @nogil/native-${target}), on this machine or one like it`
    : `It is not published for ${target}: build it in a checkout, and name the file in NOGIL_CORE`;
  return new NogilError(
    'CORE_NOT_FOUND',
    `the native core of nogil for ${target} was not found. Looked at:\n${places}\n` +
      `${remedy}; in a checkout, run: npm run setup && npm run build`,
  );
}

function unusable(path: string, reason: string, options?: ErrorOptions): NogilError {
  return new NogilError(
    'CORE_UNUSABLE',
    `the native core ${path} cannot be loaded: ${reason}. ` +
      `It is damaged, or built for another platform than ${platformTarget()}: install it again`,
    options,
  );
}

/** Two releases may differ in what no number of the interface tells: the packages belong together. */
function requireSameVersion(path: string): void {
  const manifest = join(dirname(path), 'package.json');
  if (!existsSync(manifest)) return; // a build, not a package
  const { version: found } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string };
  if (found === version) return;
  throw new NogilError(
    'CORE_UNUSABLE',
    `the native core ${path} is of version ${found ?? 'unknown'}, and @nogil/abi of version ${version}: ` +
      'install nogil and its @nogil packages in the same version',
  );
}

/**
 * JavaScript that is terminated (the timeout of `node:vm`, Ctrl-C in Node's read-eval-print loop) runs no `finally`: where
 * that happens inside of `require`, the cache of modules keeps an addon that is there in part, or not at all.
 */
function requireAddon(path: string): Core {
  const addon = requireHere(path) as Core;
  if (isComplete(addon)) return addon;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the cache is an object; this is how one forgets
  delete requireHere.cache[requireHere.resolve(path)]; // which names it as it is behind links
  return requireHere(path) as Core;
}

/** What the core adds last. Of its own: to look for it further makes Node warn of circular modules. */
function isComplete(addon: Core): boolean {
  return Object.hasOwn(addon, 'abiVersion') || Object.hasOwn(addon, 'earlier');
}

function loadAddon(path: string): Core {
  try {
    if (isLibraryCutShort(path)) throw unusable(path, 'the file is cut short');
    return requireAddon(path);
  } catch (cause) {
    if (cause instanceof NogilError) throw cause;
    throw unusable(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A loaded core, and the file it is in. */
interface Loaded {
  readonly core: Core;
  readonly file: string;
}

function open(path: string): Loaded {
  const core = loadAddon(path);
  const earlier = Object.hasOwn(core, 'earlier') ? core.earlier : undefined;
  if (earlier !== undefined) return openEarlier(path, earlier);
  if (core.abiVersion !== NG_ABI_VERSION) {
    throw new NogilError(
      'CORE_UNUSABLE',
      `the native core ${path} speaks version ${core.abiVersion} of the interface, ` +
        `this package version ${NG_ABI_VERSION}: install nogil and its @nogil packages in the same version`,
    );
  }
  return { core: withFastProperties(core), file: path };
}

/** Another copy of nogil came first, in another thread or of another version: a process has one core. */
function openEarlier(own: string, earlier: string): Loaded {
  const core = loadAddon(earlier);
  if (core.abiVersion !== NG_ABI_VERSION) {
    throw new NogilError(
      'CORE_UNUSABLE',
      'two versions of nogil are in this process, which has one Python and so one core: ' +
        `${earlier} was loaded first and speaks version ${core.abiVersion} of the interface; ` +
        `${own} was to be loaded for version ${NG_ABI_VERSION}. Install one version: see \`npm ls nogil\``,
    );
  }
  return { core: withFastProperties(core), file: earlier };
}

/**
 * A core that costs nothing to look its functions up in. An object with as many properties as the addon's own is a hash
 * table to V8, and each look-up a call into it; what a prototype has it knows beforehand.
 */
function withFastProperties(addon: Core): Core {
  return Object.create(addon) as Core;
}

// One core for each JS realm, whoever loads it: two copies of this package must not make two environments
// on one thread.
const key = Symbol.for(`@nogil/abi/loaded-core/${NG_ABI_VERSION}`);
const realm = globalThis as { [key]?: Loaded };

function load(): Loaded {
  const before = realm[key];
  if (before !== undefined) return before;
  const tried = attempts();
  const file = tried.find(({ path }) => path !== undefined)?.path;
  if (file === undefined) throw notFound(tried);
  requireSameVersion(file);
  const loaded = open(file);
  openBunDoor(loaded.core);
  realm[key] = loaded;
  return loaded;
}

/**
 * Loads the native core, once for each JS thread. Loading it does not start Python.
 *
 * @returns the core's Node-API door
 * @throws NogilError `CORE_NOT_FOUND` with every place looked at; `CORE_UNUSABLE` when the file is
 *   damaged, for another platform or of another version
 * @remarks Any JS thread, main or worker. `NOGIL_CORE` names a file to load instead.
 */
export function loadCore(): Core {
  return load().core;
}

/**
 * The file of the native core, for FFI: opening it again gives the same library.
 *
 * @throws NogilError as {@link loadCore}
 */
export function coreFile(): string {
  return load().file;
}
