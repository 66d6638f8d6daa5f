/** ServerSync as a user gets it: packed, installed into an empty folder without a network, and started from there. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Ended, Running, type Variables } from '../../end-to-end/support/command-line.ts';
import { until } from '../../end-to-end/support/until.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** The Node of the user; another version may be tried. */
export const usersNode = process.env['SERVERSYNC_TEST_NODE'] ?? process.execPath;

const packing = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string(), size: z.number() })),
  }),
]);

/** What `npm pack` says of the file that it made; sizes in bytes. */
export type Packed = z.infer<typeof packing>[0];

export class Installation implements AsyncDisposable {
  /** Where the user works, and where it is installed. */
  readonly folder: string;
  readonly packed: Packed;
  readonly #temporary: string;
  readonly #started: Running[] = [];

  constructor(temporary: string, folder: string, packed: Packed) {
    this.#temporary = temporary;
    this.folder = folder;
    this.packed = packed;
  }

  get program(): string {
    return join(this.folder, 'node_modules', 'serversync', 'bin', 'serversync.mjs');
  }

  /** As `npx serversync ARGS` in the folder. `variables`: nothing else of our environment but what Node and a home need. */
  start(args: readonly string[], variables: Variables = {}): Running {
    return this.startNode([this.program, ...args], variables);
  }

  run(args: readonly string[], variables: Variables = {}): Promise<Ended> {
    return this.start(args, variables).ended;
  }

  startNode(args: readonly string[], variables: Variables = {}): Running {
    const running = new Running(
      spawn(usersNode, args, {
        cwd: this.folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: this.folder, NO_COLOR: '1', ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    this.#started.push(running);
    return running;
  }

  /** A practice server; its address. It ends with this. */
  async simulate(...args: readonly string[]): Promise<string> {
    const running = this.start(['simulate', '--port', '0', ...args]);
    await until(() => running.stdout.includes('Ctrl-C'), running.ended);
    return /http:\/\/\S+/.exec(running.stdout)?.[0] ?? '';
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ ended }) => ended));
    await rm(this.#temporary, { recursive: true, force: true });
  }
}

/** Packs, and installs. `folder`: relative to a temporary one, where the user works. */
export async function install(folder = 'office'): Promise<Installation> {
  const temporary = await mkdtemp(join(tmpdir(), 'serversync-newcomer-'));
  const [packed] = packing.parse(
    JSON.parse(await npm(project, 'pack', '--json', '--pack-destination', temporary)),
  );
  const office = join(temporary, folder);
  await mkdir(office, { recursive: true });
  await npm(office, 'install', '--offline', '--no-audit', '--no-fund', join(temporary, packed.filename));
  return new Installation(temporary, office, packed);
}

/** Names of the packages that were installed. */
export const packagesIn = async ({ folder }: Installation): Promise<readonly string[]> =>
  (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'));

/** As from a shell: what an `npm test` around this one has set does not count. */
async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const shell = process.platform === 'win32';
  const { stdout } = await promisify(execFile)('npm', args, { cwd, env, shell });
  return stdout;
}
