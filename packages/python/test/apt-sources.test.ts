import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  parseAptProxies,
  parseDeb822,
  parseOneLine,
  readAptMirrors,
} from '../src/install/apt-sources.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const folder = temporaryFolder();

describe('apt sources', () => {
  test('one-line format: options, comments, deb-src; only sources with the component main', () => {
    const text = `
# deb http://commented.example/debian stable main
deb http://one.example/debian/ trixie main contrib # trailing
deb-src [signed-by=/usr/share/keyrings/x.gpg arch=amd64] https://two.example/ubuntu noble universe main
deb [trusted=yes] https://three.example/apt ./
deb https://four.example/apt stable nightly
  deb   http://five.example/debian   sid   main
`;
    expect(parseOneLine(text)).toEqual([
      'http://one.example/debian/',
      'https://two.example/ubuntu',
      'http://five.example/debian',
    ]);
  });

  test('deb822 format: several URIs, continued lines, comments inside, disabled stanzas', () => {
    const text = `Types: deb deb-src
# URIs: http://commented.example/debian
URIs: http://one.example/debian
  https://two.example/debian
Suites: trixie trixie-updates
Components: main
 contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 URIs: http://not-a-field.example

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main

types: deb
uris: http://three.example/security
suites: trixie-security
components: main

Types: deb
URIs: http://flat.example/
Suites: ./
`;
    expect(parseDeb822(text)).toEqual([
      'http://one.example/debian',
      'https://two.example/debian',
      'http://three.example/security',
    ]);
  });

  test('all files of a configuration: in order, each root once, mirror lists opened', () => {
    const apt = path.join(folder, 'apt');
    const list = writeFile(
      path.join(folder, 'mirrors.list'),
      '# comment\nhttps://m.example/debian/ priority:1\n',
    );
    writeFile(path.join(apt, 'sources.list'), 'deb http://a.example/debian stable main\n');
    writeFile(
      path.join(apt, 'sources.list.d', 'b.sources'),
      `Types: deb\nURIs: mirror+file://${list} cdrom:disc http://a.example/debian/\nSuites: s\nComponents: main\n`,
    );
    writeFile(
      path.join(apt, 'sources.list.d', 'c.list'),
      'deb https://c.example/debian stable main\n',
    );
    writeFile(
      path.join(apt, 'sources.list.d', 'd.list.disabled'),
      'deb http://d.example/d stable main\n',
    );
    expect(readAptMirrors(apt)).toEqual([
      'http://a.example/debian',
      'https://m.example/debian',
      'https://c.example/debian',
    ]);
  });

  test('a machine without apt has no mirrors', () => {
    expect(readAptMirrors(path.join(folder, 'none'))).toEqual([]);
  });

  test('proxies for all hosts are read, DIRECT and proxies of single hosts are not', () => {
    const dump = `Acquire::http::Proxy "http://cache.example:3142/";
Acquire::http::Proxy::local.example "DIRECT";
Acquire::https::Proxy "DIRECT";
`;
    expect(parseAptProxies(dump)).toEqual({ http: 'http://cache.example:3142/' });
    expect(parseAptProxies('')).toEqual({});
  });
});
