/** From a file to a configuration. Every problem that can be found without the servers is reported at once. */
import { isUtf8 } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { configurationOf, type Configuration } from './configuration.ts';
import { crossFindings } from './cross-checks.ts';
import { ConfigurationError, type Finding, type Mistake } from './problem.ts';
import { findingsOf, withoutMisspelt } from './schema-findings.ts';
import { fileSchema } from './schema.ts';
import { ConfigurationSource } from './source.ts';

/** Throws ConfigurationError where the file cannot be read or is wrong. */
export async function loadConfiguration(path: string): Promise<Configuration> {
  const configuration = parseConfiguration(await textOf(path), path);
  const findings = (await Promise.all(configuration.servers.map(caFileFindings))).flat();
  throwIfAny(findings, configuration.source);
  return configuration;
}

/** The same from a text; `file` is what problems call it, and what relative paths start from. */
export function parseConfiguration(text: string, file: string): Configuration {
  const source = new ConfigurationSource(text, file);
  const value = source.valueAt([]);
  throwIfAny(newerVersion(source.valueAt(['version'])), source);
  const parsed = fileSchema.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  const found = findingsOf(issues, (path) => source.valueAt(path));
  throwIfAny(withoutMisspelt([...found, ...crossFindings(value)]), source);
  return configurationOf(fileSchema.parse(value), source);
}

function throwIfAny(findings: readonly Finding[], source: ConfigurationSource): void {
  if (findings.length > 0) throw new ConfigurationError(findings.map((finding) => source.problem(finding)));
}

/** A newer format is not this one with mistakes: that alone is said. */
function newerVersion(version: unknown): readonly Finding[] {
  if (typeof version !== 'number' || !(version >= 2)) return [];
  const message = 'newer than this serversync understands, which is version 1';
  return [
    { path: ['version'], at: 'value', code: 'config-newer', message, remedy: 'Install a newer serversync' },
  ];
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (!isUtf8(bytes) || bytes.includes(0)) throw notUtf8(path);
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const mistake = fileMistakes[codeOf(error)] ?? unreadable;
    throw new ConfigurationError(
      [{ place: resolve(path), position: undefined, value: undefined, ...mistake }],
      {
        cause: error,
      },
    );
  }
}

/** A zero byte is no text: the file has two bytes for each sign, as some editors of Windows write it. */
const notUtf8 = (path: string): ConfigurationError =>
  new ConfigurationError([
    {
      place: resolve(path),
      position: undefined,
      value: undefined,
      code: 'config-file',
      message: 'not text in UTF-8',
      remedy: 'Save it as UTF-8 in your editor',
    },
  ]);

const fileMistakes: Readonly<Record<string, Mistake>> = {
  ENOENT: {
    code: 'config-file',
    message: 'there is no such file',
    remedy: 'Name yours with --config FILE, or have one made: serversync init; `serversync demo` needs none',
  },
  EISDIR: {
    code: 'config-file',
    message: 'a folder, not a file',
    remedy: 'Name the file in it, such as serversync.yaml',
  },
};

const unreadable: Mistake = {
  code: 'config-file',
  message: 'the file cannot be read',
  remedy: 'Let the account that runs serversync read it',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

async function caFileFindings({
  name,
  caFile,
}: Configuration['servers'][number]): Promise<readonly Finding[]> {
  if (caFile === undefined) return [];
  const path = ['servers', name, 'caFile'];
  let text: string;
  try {
    text = await readFile(caFile, 'utf8');
  } catch (error) {
    const message = `a file that cannot be read (${codeOf(error)}): ${caFile}`;
    const remedy = 'Put the certificate authority there (PEM), or correct the path';
    return [{ path, at: 'value', code: 'config-ca-file', message, remedy }];
  }
  if (isCertificate(text)) return [];
  const remedy =
    'Export the certificate of the authority as PEM (Base-64): a text that begins with -----BEGIN CERTIFICATE-----';
  return [{ path, at: 'value', code: 'config-ca-file', message: `no certificate as PEM: ${caFile}`, remedy }];
}

/** By the first, where there are several. */
function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}
