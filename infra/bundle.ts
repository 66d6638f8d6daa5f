/**
 * What is sent to AWS for each function: its code as one file, the configuration, and the certificate authorities that
 * the configuration names. The same sources and packages give the same bytes on any machine, so that nothing is deployed
 * that did not change.
 */
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Configuration } from '../src/config/configuration.ts';
import { forNode } from './bundle-settings.ts';

export const functionNames = ['enumerate', 'write', 'measure', 'sweep', 'report', 'doctor', 'wake'] as const;
export type FunctionName = (typeof functionNames)[number];

/** A directory for each function. */
export type Bundles = Readonly<Record<FunctionName, string>>;

const project = fileURLToPath(new URL('..', import.meta.url));

/** `entryOf`: the file that exports the handler; default that of functions/. */
export async function bundleFunctions(
  configuration: Configuration,
  directory: string,
  entryOf: (name: FunctionName) => string = (name) => join(project, 'functions', `${name}.ts`),
): Promise<Bundles> {
  const bundle = async (name: FunctionName): Promise<string> => {
    const to = join(directory, name);
    await mkdir(to, { recursive: true });
    await Promise.all([writeCode(entryOf(name), to), copyConfiguration(configuration, to)]);
    await openToReaders(to);
    return to;
  };
  const [enumerate, write, measure, sweep, report, doctor, wake] = await Promise.all([
    bundle('enumerate'),
    bundle('write'),
    bundle('measure'),
    bundle('sweep'),
    bundle('report'),
    bundle('doctor'),
    bundle('wake'),
  ]);
  return { enumerate, write, measure, sweep, report, doctor, wake };
}

/** Built as if it lay in the project: the map then names sources from there, wherever the directory is. */
async function writeCode(entry: string, to: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outfile: join(project, 'index.mjs'),
    absWorkingDir: project,
    write: false,
    ...forNode,
    target: 'node24',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
  });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(join(to, basename(path)), contents)));
}

/** Files of certificate authorities keep their path from the configuration, since its text names them so. */
async function copyConfiguration({ source, servers }: Configuration, to: string): Promise<void> {
  await copyFile(source.file, join(to, 'serversync.yaml'));
  for (const { name, caFile } of servers) {
    const written = source.valueAt(['servers', name, 'caFile']);
    if (caFile === undefined || typeof written !== 'string') continue;
    await mkdir(dirname(join(to, written)), { recursive: true });
    await copyFile(caFile, join(to, written));
  }
}

/**
 * Modes travel with the files, and Lambda runs under an account of its own: what only its writer may read does not load
 * there. https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
 */
const modes = { directory: 0o755, file: 0o644 };

/** Whatever the modes of the sources and the mask of this process were. */
async function openToReaders(directory: string): Promise<void> {
  await chmod(directory, modes.directory);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? modes.directory : modes.file;
    await chmod(join(entry.parentPath, entry.name), mode);
  }
}
