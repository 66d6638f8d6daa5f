/** What a function tells of an error names the lines of the sources, though its code is one file without line breaks. */
import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { inSources } from '../../functions/source-places.ts';

const source = `const unused = 1;

export function broken(): never {
  throw new Error('no luck');
}
`;

/** Its code as functions are bundled, as URL. */
async function bundled(folder: string): Promise<string> {
  const entry = join(folder, 'broken.ts');
  await writeFile(entry, source);
  const outfile = join(folder, 'index.mjs');
  const how = {
    bundle: true,
    format: 'esm',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
  } as const;
  await build({ entryPoints: [entry], outfile, absWorkingDir: folder, ...how });
  return pathToFileURL(outfile).href;
}

/** In a process of its own: the test runner has its way with stacks. */
function printed(code: string): string {
  const env = {
    PATH: process.env['PATH'],
    POWERTOOLS_TRACE_ENABLED: 'false',
    POWERTOOLS_METRICS_NAMESPACE: 'Test',
  };
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code];
  return execFileSync(process.execPath, args, { encoding: 'utf8', env });
}

const stackOf = (url: string): string =>
  printed(`
    import { broken } from ${JSON.stringify(url)};
    try { broken(); } catch (error) { console.log(error.stack); }
  `);

test('a stack names file and line of the source, and stays as it is without a map', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-places-'));
  const stack = stackOf(await bundled(folder.path));
  expect(stack).toContain('index.mjs:1:');
  expect(inSources(stack)).toMatch(/no luck\n +at .*broken\.ts:4:9/);
  await using other = await mkdtempDisposable(join(tmpdir(), 'serversync-places-'));
  const unmapped = stackOf(await bundled(other.path));
  await rm(join(other.path, 'index.mjs.map'));
  expect(inSources(unmapped)).toBe(unmapped);
});

test('what a handler throws is told so by Lambda too', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-places-'));
  const url = await bundled(folder.path);
  const observe = new URL('../../functions/observe.ts', import.meta.url).href;
  const stack = printed(`
    import { broken } from ${JSON.stringify(url)};
    import { observed } from ${JSON.stringify(observe)};
    const handler = observed(async () => broken());
    await handler({}, {}).catch((error) => console.log(error.stack));
  `);
  expect(stack).toContain('broken.ts:4:9');
});
