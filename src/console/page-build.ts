/**
 * The page of `serversync console` as files, bundled by esbuild from `page/`.
 *
 * From a clone `pageFiles` bundles when it is asked, in memory. A package that has no esbuild holds what `buildPage` wrote
 * beforehand, and is asked with that folder. Whoever serves the files serves each by its name and type; nothing else is needed, so
 * `default-src 'self'` is enough for a content security policy.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

export type PageFile = {
  /** Such as `page.js`: the path below `/`; `index.html` is `/` too. */
  readonly name: string;
  /** As in the header Content-Type. */
  readonly contentType: string;
  readonly body: Uint8Array;
};

const source = fileURLToPath(new URL('page', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const typeOf = (name: string): string | undefined => contentTypes[name.slice(name.lastIndexOf('.') + 1)];

const fileOf = (name: string, body: Uint8Array): readonly PageFile[] => {
  const contentType = typeOf(name);
  return contentType === undefined ? [] : [{ name, contentType, body }];
};

type Bundled = { readonly files: readonly PageFile[]; readonly metafile: Metafile };

/** Some 0.2 s. Throws what esbuild throws, and where esbuild is not installed. */
async function bundled(): Promise<Bundled> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: source,
    entryPoints: [
      { in: 'main.tsx', out: 'page' },
      { in: 'page.css', out: 'page' },
    ],
    outdir: source,
    tsconfig: 'tsconfig.json',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'inline',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const built = outputFiles.flatMap(({ path, contents }) => fileOf(path.slice(source.length + 1), contents));
  const asTheyAre = await Promise.all(
    ['index.html', 'icon.svg'].map(async (name) => fileOf(name, await readFile(join(source, name)))),
  );
  return { files: [...asTheyAre.flat(), ...built], metafile };
}

/**
 * The files of the page. `builtFolder`: where `buildPage` wrote them; what is not there, or not given, is bundled now.
 */
export async function pageFiles(builtFolder?: string): Promise<readonly PageFile[]> {
  const names = builtFolder === undefined ? [] : await readdir(builtFolder).catch(() => []);
  if (builtFolder === undefined || !names.includes('index.html')) return (await bundled()).files;
  const files = names.filter((name) => typeOf(name) !== undefined);
  return (
    await Promise.all(files.map(async (name) => fileOf(name, await readFile(join(builtFolder, name)))))
  ).flat();
}

/**
 * For packing: writes index.html, icon.svg, page.js and page.css into the folder, which is made if need be. Returns what is in
 * them, by paths from `page/`.
 */
export async function buildPage(outFolder: string): Promise<Metafile> {
  const { files, metafile } = await bundled();
  await mkdir(outFolder, { recursive: true });
  for (const { name, body } of files) await writeFile(join(outFolder, name), body);
  return metafile;
}
