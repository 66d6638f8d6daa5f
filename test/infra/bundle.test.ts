import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { exampleWith } from '../config/examples.ts';
import { selfSigned } from '../filemaker/http/self-signed.ts';

const fixture = fileURLToPath(new URL('fixture/handler.ts', import.meta.url));

let folder = '';
let text = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serversync-bundle-'));
  await mkdir(join(folder, 'ca'));
  await writeFile(join(folder, 'ca', 'hq.pem'), selfSigned.cert);
  text = `# as it is written\n${exampleWith([['servers', 'hq', 'caFile'], 'ca/hq.pem'])}`;
  await writeFile(join(folder, 'office.yaml'), text);
});
afterAll(() => rm(folder, { recursive: true }));

const bundled = async (to: string) =>
  bundleFunctions(await loadConfiguration(join(folder, 'office.yaml')), join(folder, to), () => fixture);

test('each function has its code, its map, the configuration and the certificate authorities beside it', async () => {
  const bundles = await bundled('all');
  for (const name of functionNames) {
    const files = await readdir(bundles[name], { recursive: true });
    expect(files.toSorted()).toEqual(['ca', 'ca/hq.pem', 'index.mjs', 'index.mjs.map', 'serversync.yaml']);
    expect(await readFile(join(bundles[name], 'serversync.yaml'), 'utf8')).toBe(text);
  }
});

test('the configuration that was sent along loads where it lies', async () => {
  const { write } = await bundled('loads');
  const { servers } = await loadConfiguration(join(write, 'serversync.yaml'));
  expect(servers[0]?.caFile).toBe(join(write, 'ca/hq.pem'));
});

test('the code runs by itself, and its map names sources from the project, not from this machine', async () => {
  const { write } = await bundled('runs');
  const loaded: unknown = await import(join(write, 'index.mjs'));
  const { handler } = z.object({ handler: z.function({ output: z.promise(z.string()) }) }).parse(loaded);
  expect(await handler()).toBe('fixture');
  const map: unknown = JSON.parse(await readFile(join(write, 'index.mjs.map'), 'utf8'));
  expect(z.object({ sources: z.array(z.string()) }).parse(map).sources).toContain(
    'test/infra/fixture/handler.ts',
  );
});

test('the same sources give the same bytes', async () => {
  const [first, second] = [await bundled('first'), await bundled('second')];
  for (const file of ['index.mjs', 'index.mjs.map', 'serversync.yaml'])
    expect(await readFile(join(first.write, file))).toEqual(await readFile(join(second.write, file)));
});

/** Permission bits of everything in a directory, itself included, by name. */
async function modesIn(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = ['.', ...(await readdir(directory, { recursive: true }))];
  const modes = names.map(async (name) => {
    const { mode } = await stat(join(directory, name));
    return [name, (mode & 0o777).toString(8)] as const;
  });
  return Object.fromEntries(await Promise.all(modes));
}

test.skipIf(process.platform === 'win32')(
  'Lambda can read every file, however closely the sources and this account guard theirs',
  async () => {
    for (const name of ['office.yaml', 'ca/hq.pem']) await chmod(join(folder, name), 0o600);
    const before = process.umask(0o077);
    try {
      const { write } = await bundled('guarded');
      expect(await modesIn(write)).toEqual({
        '.': '755',
        ca: '755',
        'ca/hq.pem': '644',
        'index.mjs': '644',
        'index.mjs.map': '644',
        'serversync.yaml': '644',
      });
    } finally {
      process.umask(before);
    }
  },
);
