/** Packages for pip to install, without an index: wheels of a few lines each. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** What goes into a wheel. */
export interface WheelFacts {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  /** Path in site-packages → a file to take, or text after `text:`. */
  readonly files: Readonly<Record<string, string>>;
}

const PROGRAM = `
import json, os, sys, zipfile
folder, facts = sys.argv[1], json.loads(sys.argv[2])
info = "%(name)s-%(version)s.dist-info/" % facts
metadata = ["Metadata-Version: 2.1", "Name: " + facts["name"], "Version: " + facts["version"]]
metadata += ["Requires-Dist: " + name for name in facts.get("requires", ())]
files = {name: what[5:].encode() if what.startswith("text:") else open(what, "rb").read()
         for name, what in facts["files"].items()}
files[info + "METADATA"] = "\\n".join(metadata + [""]).encode()
files[info + "WHEEL"] = b"Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
files[info + "RECORD"] = "".join(name + ",,\\n" for name in [*files, info + "RECORD"]).encode()
with zipfile.ZipFile(os.path.join(folder, "%(name)s-%(version)s-py3-none-any.whl" % facts), "w") as wheel:
    for name, content in files.items():
        wheel.writestr(name, content)
`;

/**
 * Makes a wheel.
 *
 * @param python - a program that can
 * @param folder - where to; made if need be
 */
export function makeWheel(python: string, folder: string, facts: WheelFacts): void {
  fs.mkdirSync(folder, { recursive: true });
  execFileSync(python, ['-c', PROGRAM, path.resolve(folder), JSON.stringify(facts)]);
}
