// @ts-check
// Import this first in every entry script: modules run in import order, so an old Node gets this
// sentence and not a TypeError out of something it does not have. No imports of its own for the same reason.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const old = major < 20 || (major === 20 && minor < 19);
// Odd releases end before the packages we depend on support them; they are let through all the same.
if (old) {
  console.error(
    `nogil needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\n` +
      'Next: install a current release from https://nodejs.org/en/download (or `nvm install 24`), then run this again.',
  );
  process.exit(1);
}
