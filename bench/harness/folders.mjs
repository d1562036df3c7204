// @ts-check
import { fileURLToPath } from 'node:url';

/** What a run makes and a later one finds again: installed peers, built programs, results. Ignored by git. */
export const buildFolder = fileURLToPath(new URL('../build', import.meta.url));

/** The programs of the columns. */
export const columnFolder = fileURLToPath(new URL('../columns', import.meta.url));

/** C sources of the floor. */
export const floorFolder = fileURLToPath(new URL('../floor', import.meta.url));

/** Where the document and its chart go. */
export const docsFolder = fileURLToPath(new URL('../../docs', import.meta.url));
