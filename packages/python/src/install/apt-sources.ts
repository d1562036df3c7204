/**
 * Reads the package mirrors this machine's own apt is configured with, in both of apt's formats. No
 * mirror is known by name here: a machine without apt sources simply has none.
 * Sources: sources.list(5) of apt 2.6, deb822(5).
 */
import fs from 'node:fs';
import path from 'node:path';

/**
 * The archive roots apt is configured with.
 *
 * @param folder - apt's configuration folder, `/etc/apt` on Debian and Ubuntu
 * @returns http and https roots without trailing slash, each once, in the order apt reads them
 */
export function readAptMirrors(folder: string): string[] {
  const files = [path.join(folder, 'sources.list')];
  const parts = path.join(folder, 'sources.list.d');
  if (fs.existsSync(parts)) {
    const names = fs.readdirSync(parts).sort();
    files.push(...names.map((name) => path.join(parts, name)));
  }
  const roots = files
    .filter((file) => fs.existsSync(file))
    .flatMap((file) => {
      const text = fs.readFileSync(file, 'utf8');
      if (file.endsWith('.sources')) {
        return parseDeb822(text);
      }
      return file.endsWith('.list') ? parseOneLine(text) : [];
    })
    .flatMap(expandMirrorList)
    .filter((root) => /^https?:\/\//.test(root))
    .map((root) => root.replace(/\/+$/, ''));
  return [...new Set(roots)];
}

/** One-line format: `deb [signed-by=…] https://host/debian bookworm main`. Only `main` has CPython. */
export function parseOneLine(text: string): string[] {
  return text
    .split('\n')
    .map((line) => /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+\S+\s+([^#]*)/.exec(line))
    .filter((match) => match?.[2]?.trim().split(/\s+/).includes('main') === true)
    .map((match) => match?.[1] ?? '');
}

/** deb822 format: stanzas of `Field: value`, continued by indented lines. */
export function parseDeb822(text: string): string[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const match of stanza.matchAll(/^([!-9;-~]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
      fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').replace(/\s+/g, ' ').trim());
    }
    const words = (name: string): string[] => (fields.get(name) ?? '').split(' ').filter(Boolean);
    const enabled = !['no', 'false', 'without', 'off', 'disable', '0'].includes(
      (fields.get('enabled') ?? 'yes').toLowerCase(),
    );
    return enabled && words('components').includes('main') ? words('uris') : [];
  });
}

/** `mirror+file:/etc/apt/mirrors/debian.list` names a file of roots, as cloud images have it. */
function expandMirrorList(root: string): string[] {
  const match = /^mirror\+file:(?:\/\/)?(\/.+)$/.exec(root);
  const file = match?.[1];
  if (file === undefined) {
    return [root];
  }
  return fs.existsSync(file)
    ? fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[0] ?? '')
        .filter((word) => word !== '' && !word.startsWith('#'))
    : [];
}

/**
 * Reads the proxies from `apt-config dump`.
 *
 * @param dump - what it printed
 * @returns the proxy for http and for https, where one is set for all hosts
 */
export function parseAptProxies(dump: string): { http?: string; https?: string } {
  const find = (scheme: string): string | undefined => {
    const match = new RegExp(`^Acquire::${scheme}::Proxy "(https?://[^"]+)";`, 'mi').exec(dump);
    return match?.[1];
  };
  const http = find('http');
  const https = find('https');
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
  };
}
