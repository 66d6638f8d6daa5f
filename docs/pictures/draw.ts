/** Draws the pictures of the pages from their texts: `npm run pictures`. A test compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { instance } from '@viz-js/viz';

export const pictures = ['aws'] as const;

const fileOf = (name: string, type: 'dot' | 'svg'): URL => new URL(`${name}.${type}`, import.meta.url);

export const drawn = (name: string): string =>
  readFileSync(fileOf(name, 'svg'), 'utf8').replaceAll('\r\n', '\n');

/** Graphviz' SVG of a picture's text. Throws where the text is no graph. */
export async function draw(name: string): Promise<string> {
  const viz = await instance();
  return viz.renderString(readFileSync(fileOf(name, 'dot'), 'utf8'), { format: 'svg' });
}

if (import.meta.main) for (const name of pictures) writeFileSync(fileOf(name, 'svg'), await draw(name));
