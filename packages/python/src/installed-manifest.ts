/**
 * The manifest that makes a folder an installed Python. It is written last, inside the folder that is
 * then renamed into place, so a half-built Python never has one where discovery looks.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseJson } from './json.js';

/** The manifest's file name. */
export const manifestName = 'nogil-installation.json';

/** What an installed Python says about how it came to be. */
export interface InstalledManifest {
  readonly schema: 1;
  /** The variant it was installed as: `3.14t`, `3.14td`, `3.14t-tsan`. */
  readonly variant: string;
  /** `3.14.5`. */
  readonly version: string;
  readonly from: 'uv' | 'source';
  /** The program, relative to the folder. */
  readonly executable: string;
  /** ISO 8601, UTC. */
  readonly installed: string;
  /** What the installer wants people to know: modules left out, a fallback taken. */
  readonly notes: readonly string[];
}

/** An installed Python: its folder and what the manifest says. */
export interface InstalledPython {
  readonly folder: string;
  readonly executable: string;
  readonly manifest: InstalledManifest;
}

/**
 * Reads the manifest of one folder.
 *
 * @param folder - a folder below `pythons`
 * @returns undefined when there is no manifest, or one this version does not understand
 */
export function readInstalled(folder: string): InstalledPython | undefined {
  const manifest = readManifest(path.join(folder, manifestName));
  return manifest === undefined
    ? undefined
    : { folder, executable: path.join(folder, manifest.executable), manifest };
}

/** Every installed Python below a folder: newest first, free-threaded first, special builds last. */
export function listInstalled(pythons: string): InstalledPython[] {
  const names = fs.existsSync(pythons) ? fs.readdirSync(pythons) : [];
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) => readInstalled(path.join(pythons, name)))
    .filter((installed): installed is InstalledPython => installed !== undefined)
    .sort((left, right) => weight(left) - weight(right));
}

/** The programs of the installed Pythons, in the order of {@link listInstalled}. */
export function installedExecutables(pythons: string): string[] {
  return listInstalled(pythons).map((installed) => installed.executable);
}

function weight({ manifest }: InstalledPython): number {
  const [major = 0, minor = 0, micro = 0] = manifest.version.split('.').map(Number);
  const age = -((major * 1000 + minor) * 1000 + micro);
  const flags = /^[\d.]+(t?)(d?)(-\w+)?$/.exec(manifest.variant);
  const special = flags?.[2] === 'd' || flags?.[3] !== undefined ? 1e9 : 0;
  return special + age + (flags?.[1] === 't' ? -0.5 : 0);
}

function readManifest(file: string): InstalledManifest | undefined {
  if (!fs.existsSync(file)) {
    return undefined;
  }
  // A damaged manifest is no manifest: the folder does not count, and the next install replaces it.
  const value = parseJson(fs.readFileSync(file, 'utf8'));
  return isManifest(value) ? value : undefined;
}

function isManifest(value: unknown): value is InstalledManifest {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    fields.schema === 1 &&
    ['variant', 'version', 'from', 'executable', 'installed'].every(
      (name) => typeof fields[name] === 'string',
    ) &&
    Array.isArray(fields.notes)
  );
}
