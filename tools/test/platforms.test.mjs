// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { binaryManifest, platformOf, platforms, withPython } from '../lib/platforms.mjs';
import { target } from '../lib/target.mjs';
import { root } from '../lib/workspace.mjs';

test('a package says which machines it is for', () => {
  expect(binaryManifest('native', platformOf('linux-arm64-musl'), '1.2.3')).toMatchObject({
    name: '@nogil/native-linux-arm64-musl',
    version: '1.2.3',
    os: ['linux'],
    cpu: ['arm64'],
    libc: ['musl'],
  });
  expect(binaryManifest('native', platformOf('darwin-x64'), '1.2.3')).not.toHaveProperty('libc');
});

test('no package with binaries runs anything when it is installed', () => {
  for (const platform of platforms) {
    expect(binaryManifest('native', platform, '1.2.3')).not.toHaveProperty('scripts');
  }
});

test('this machine is one of those that binaries are published for', () => {
  expect(platformOf(target()).os).toBe(process.platform);
});

test('an unknown platform is refused with the names of those there are', () => {
  expect(() => platformOf('plan9-x64')).toThrow('linux-x64-gnu');
});

test('the release builds the core for every platform', () => {
  const workflow = readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8');
  const elsewhere = platforms.filter(({ zig }) => zig === undefined);
  for (const { target: name } of elsewhere) expect(workflow).toContain(`target: ${name}`);
  expect(workflow).toContain('--native linux');
});

test('the release packs a CPython for every platform that one is published for', () => {
  const workflow = readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8');
  expect(withPython.map((platform) => platform.target)).toEqual(['linux-x64-gnu']);
  expect(workflow).toContain('manylinux_2_28_x86_64');
  expect(workflow).toContain('pack.mjs release --cpython\n');
});
