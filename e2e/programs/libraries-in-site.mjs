// @ts-check
import { writeFileSync } from 'node:fs';
import libraries from './libraries.mjs';

export default function librariesInSite() {
  writeFileSync('sitecustomize.py', 'import ssl, zlib, hashlib\n');
  libraries();
}
