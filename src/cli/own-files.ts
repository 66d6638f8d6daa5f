/** Where our own files lie: sources in the project's folder, what was built from them in a package that was installed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const built = !import.meta.url.endsWith('.ts');
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What a process of its own is started with. */
export const programFile = at(built ? 'serversync.mjs' : 'main.ts');
export const simulatorFile = at(built ? 'simulator.mjs' : '../simulator/main.ts');

/** The cities of the demo, chosen when the package was built; absent in the project's folder, which has all of them. */
export const citiesFile = built ? at('cities.json') : undefined;

/** Has README.md, docs and package.json. */
export const projectFolder = at(built ? '..' : '../..');

const manifest = z.object({ version: z.string() });

export const ownVersion = (): string =>
  manifest.parse(JSON.parse(readFileSync(at(`${built ? '..' : '../..'}/package.json`), 'utf8'))).version;
