// @ts-check
// node launch.mjs PLACE ../libraries/program NAME: runs one program of examples/libraries, which asserts by itself.

export default async function program() {
  const [, , , , name] = process.argv;
  await import(new URL(`../../examples/libraries/dist/${name}.js`, import.meta.url).href);
}
