/** The licences of the packages that a bundle holds, as each asks to be passed on with it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });
type Notice = { readonly of: string; readonly text: string };

/** `more`: packages of which something is taken that is not code. Throws where the licence of a package is not known. */
export async function noticesOf(
  metafiles: readonly Metafile[],
  project: string,
  more: readonly string[] = [],
): Promise<string> {
  const folders = new Set(more.map((name) => join('node_modules', name)));
  for (const path of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
    // Paths may start below the project.
    if (folder !== undefined) folders.add(folder.replace(/^(\.\.\/)+/, ''));
  }
  const notices = await Promise.all([...folders].map((folder) => noticeOf(join(project, folder), project)));
  const parts = [...Map.groupBy(notices, ({ text }) => text)].map(([text, those]) => {
    const names = those.map(({ of }) => of).toSorted();
    return `${names.join('\n')}\n\n${text}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `The files beside this one hold code or data of these packages.\n${rule}${parts.toSorted().join(rule)}`;
}

async function noticeOf(folder: string, project: string): Promise<Notice> {
  const { name, version, license } = manifest.parse(
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  );
  const of = `${name} ${version} (${license})`;
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const paths = files.toSorted().map((file) => join(folder, file));
  // Ours is the same licence, and names nobody.
  if (paths.length === 0 && license === 'Apache-2.0') paths.push(join(project, 'LICENSE'));
  if (paths.length === 0) throw new Error(`${of} has no file with its licence: it cannot be passed on`);
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return { of, text: texts.map((text) => text.trim()).join('\n\n') };
}
