// @ts-check
// node launch.mjs PLACE ../libraries/program NAME: runs one program of examples/libraries, which asserts by itself.

export default async function program() {
  const [, , , , name] = process.argv;
  await import(import.meta.resolve(`@nogil/example-libraries/${name}`));
}
