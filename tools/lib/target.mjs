// @ts-check

/**
 * The name of the machine the core is built for, as in `@nogil/native-<target>`:
 * `linux-x64-gnu`, `linux-arm64-musl`, `darwin-arm64`, `win32-x64`.
 */
export function target() {
  const base = `${process.platform}-${process.arch}`;
  return process.platform === 'linux' ? `${base}-${isGlibc() ? 'gnu' : 'musl'}` : base;
}

function isGlibc() {
  // Without excludeNetwork the report looks up host names of open connections, which can take seconds.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { header } = /** @type {{ header: object }} */ (report.getReport());
  return 'glibcVersionRuntime' in header;
}
