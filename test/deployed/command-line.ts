/** The project's command line against the emulator, as a process of its own, at the virtual time. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { clientEnvironment, type Variables } from './emulator/environment.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export type CommandLine = {
  /** Of the emulator. */
  readonly url: string;
  readonly configFile: string;
  /** Virtual time minus true time. */
  readonly offsetMs: number;
};

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** `typed`: what is typed when a text is shown. */
export type Typed = readonly (readonly [shown: string, typed: string])[];

/** Without a terminal; `--config` is added. */
export const ranCommand = (of: CommandLine, args: readonly string[]): Promise<Ended> =>
  run(processOf(of, args), environmentOf(of), '');

/** At a pseudo terminal, of which all that it showed is given back. */
export async function typedAt(
  of: CommandLine,
  args: readonly string[],
  typed: Typed,
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const order = JSON.stringify({ command: processOf(of, args), typed });
  const environment = { ...environmentOf(of), PYTHONDONTWRITEBYTECODE: '1' };
  const { code, stdout, stderr } = await run(['python3', at('typed.py')], environment, order);
  return { code, shown: stdout + stderr };
}

const processOf = ({ configFile }: CommandLine, args: readonly string[]): readonly string[] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--import',
  new URL('lambda-host/virtual-date.ts', import.meta.url).href,
  at('../../src/cli/serversync.ts'),
  ...args,
  '--config',
  configFile,
];

const environmentOf = ({ url, offsetMs }: CommandLine): Variables => ({
  ...clientEnvironment(url),
  SANDBOX_CLOCK_OFFSET_MS: String(offsetMs),
});

async function run(
  [program = '', ...args]: readonly string[],
  env: Variables,
  input: string,
): Promise<Ended> {
  const child = spawn(program, args, { env });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', (code) => resolve(code)),
  );
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
